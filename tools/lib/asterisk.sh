# shellcheck shell=bash
# Asterisk 16 as the lab's call server, for Skinny and SIP: later releases have no chan_skinny, and Debian 12 has no Asterisk.
# It stands in a folder with that part of Debian 11 that it needs, made once, outside the repository.

LAB_CACHE=${PHONEPROXY_LAB_CACHE:-/var/cache/phoneproxy-lab}
BULLSEYE=$LAB_CACHE/bullseye
readonly LAB_CACHE BULLSEYE

# Skinny phones and the devices that have these numbers: 1000 is SEP001DA2100000, and so on. SIP users have no password.
SKINNY_PHONES=64
SIP_USERS=(1101 1102 1103 1104 2001 2002 2003 2004)
readonly SKINNY_PHONES SIP_USERS

asterisk_is_unpacked() { [[ -x $BULLSEYE/usr/sbin/asterisk ]]; }

# unpack_asterisk: takes half a minute and the Internet. Debian moves old releases to its archive.
unpack_asterisk() {
    local mirror
    mkdir -p "$LAB_CACHE"
    for mirror in http://deb.debian.org/debian http://archive.debian.org/debian; do
        rm -rf "$BULLSEYE.new"
        # Only unpacked: nothing of it is installed, or runs, but Asterisk.
        if mmdebstrap --quiet --mode=root --variant=extract --include=asterisk bullseye "$BULLSEYE.new" \
            "deb $mirror bullseye main"; then
            rm -rf "$BULLSEYE"
            mv "$BULLSEYE.new" "$BULLSEYE"
            return
        fi
    done
    rm -rf "$BULLSEYE.new"
    die "Asterisk can not be had: neither Debian's mirror nor its archive gave it"
}

asterisk_folder() { printf '%s/asterisk\n' "$LAB_DIR"; }

# The program with the libraries that it was built for.
asterisk_program() {
    local machine
    machine=$(uname -m)-linux-gnu
    local libraries=$BULLSEYE/usr/lib/$machine:$BULLSEYE/lib/$machine:$BULLSEYE/usr/lib
    ASTERISK=("$BULLSEYE/lib/$machine/ld-2.31.so" --library-path "$libraries" "$BULLSEYE/usr/sbin/asterisk"
        -C "$(asterisk_folder)/etc/asterisk.conf")
}

# start_asterisk: returns once Skinny phones and SIP phones can register.
start_asterisk() {
    local folder
    asterisk_is_unpacked || die "no Asterisk in $BULLSEYE: sudo tools/setup"
    folder=$(asterisk_folder)
    mkdir -p "$folder"/{etc,data,run,spool,log}
    asterisk_configuration "$folder"
    asterisk_program
    start_service asterisk pp-ucm "${ASTERISK[@]}" -f -n -vvv
    wait_until 20 asterisk_listens || die "Asterisk does not start: $(tail -n 5 "$LAB_DIR/log/asterisk.log")"
}

asterisk_configuration() {
    local folder=$1 file
    for file in "$REPOSITORY"/tools/lab.d/asterisk/*.conf; do sed "s/\bUCM\b/$UCM/" "$file" >"$folder/etc/${file##*/}"; done
    asterisk_skinny_phones >>"$folder/etc/skinny.conf"
    printf '[%s](phone)\n' "${SIP_USERS[@]}" >>"$folder/etc/sip.conf"
    cat >"$folder/etc/asterisk.conf" <<CONFIGURATION
[directories]
astetcdir = $folder/etc
astmoddir = $BULLSEYE/usr/lib/asterisk/modules
astdatadir = $BULLSEYE/usr/share/asterisk
astvarlibdir = $folder/data
astdbdir = $folder/data
astkeydir = $folder/data
astagidir = $folder/data
astspooldir = $folder/spool
astrundir = $folder/run
astlogdir = $folder/log
[options]
nocolor = yes
entityid = 02:00:00:00:00:01
CONFIGURATION
}

asterisk_skinny_phones() {
    local place
    printf '[lines]\n'
    for ((place = 0; place < SKINNY_PHONES; place++)); do
        printf '[%d]\ncontext = lab\ncallerid = "" <%d>\n' "$((1000 + place))" "$((1000 + place))"
    done
    printf '[devices]\n'
    for ((place = 0; place < SKINNY_PHONES; place++)); do
        printf '[SEP001DA21000%02X]\ndevice = SEP001DA21000%02X\nline = %d\n' "$place" "$place" "$((1000 + place))"
    done
}

asterisk_listens() {
    in_host pp-ucm ss -Hlnt "src $UCM and sport = 2000" | grep . && in_host pp-ucm ss -Hlnt "src $UCM and sport = 5060" | grep .
}

# asterisk WORDS…: a command to the running Asterisk.
asterisk() {
    asterisk_program
    "${ASTERISK[@]}" -rx "$*"
}

# asterisk_has USER: the SIP user, or the Skinny device, is registered.
asterisk_has() {
    case $1 in
        SEP*) asterisk skinny show devices | grep -E "^$1 .* Y +[0-9]" ;;
        *) asterisk sip show peers | grep -E "^$1/$1 +[0-9]+\." ;;
    esac
}

stop_asterisk() {
    end_service asterisk
    wait_until 5 fails asterisk_listens
    rm -rf "$(asterisk_folder)"
}

# kill_asterisk: it has no chance to say goodbye.
kill_asterisk() {
    kill -s KILL "$(cat "$LAB_DIR/asterisk.pid")"
    wait_until 5 service_ended asterisk
    rm -rf "$(asterisk_folder)"
}
