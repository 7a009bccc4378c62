# shellcheck shell=bash
# Skinny phones (labphone skinny), and the small call manager for them (labphone callmanager). Both say at the end what they
# counted; what each call came to is in the log folder: phones-NAME.json and callmanager-NAME.log.

# Oldest to newest; a phone of each.
SKINNY_VERSIONS=3,8,11,17,19,20,22
# Each phone sends a tone of its own, so that one knows who hears whom.
SKINNY_TONES=431,631,831
# shellcheck disable=SC2034 # of whoever starts some
readonly SKINNY_VERSIONS SKINNY_TONES

# callmanager_start NAME ADDRESS OPTION…: on the call server; returns once it answers.
callmanager_start() {
    local name=$1 address=$2
    shift 2
    start_service "callmanager-$name" pp-ucm "$LABPHONE" callmanager --bind "$address" --frequency "$SKINNY_TONES" "$@"
    wait_until 20 grep -x ready "$LAB_DIR/log/callmanager-$name.log" ||
        die "the call manager does not start: $(cat "$LAB_DIR/log/callmanager-$name.log")"
}

# callmanager_stop NAME: succeeds when all it has seen made sense; prints its conversations and its summary.
callmanager_stop() {
    end_service "callmanager-$1"
    cat "$LAB_DIR/log/callmanager-$1.log"
    grep '"summary"' "$LAB_DIR/log/callmanager-$1.log" >/dev/null
}

# phone_at_manager: one is connected to it, and about to register.
phone_at_manager() { in_host pp-ucm ss -Hnt state established 'sport = :2000' | grep .; }

# callmanager_kill NAME: it has no chance to say goodbye.
callmanager_kill() {
    kill -s KILL "$(cat "$LAB_DIR/callmanager-$1.pid")"
    wait_until 5 service_ended "callmanager-$1"
}

# conversations NAME PATTERN: how many of the call manager's conversations match the extended regular expression.
conversations() { grep '"conversation"' "$LAB_DIR/log/callmanager-$1.log" | grep -cE "$2" || true; }

# conversations_are COUNT NAME PATTERN: so many match it by now.
conversations_are() { [[ $(conversations "$2" "$3") == "$1" ]]; }

# skinny_phones NAME HOST SERVER OPTION…: phones in this host, until their calls are done; prints each phone and call.
# Succeeds when all went well for them.
skinny_phones() {
    local name=$1 host=$2 server=$3
    shift 3
    # Each file is there from the start, for those who wait for something in it.
    in_host "$host" "$LABPHONE" skinny --server "$server" --address "$(host_address "$host")" --limit 60 \
        --frequency "$SKINNY_TONES" --media tone "$@" 2>&1 | tee "$LAB_DIR/log/phones-$name.json"
}

# skinny_phones_start NAME HOST SERVER OPTION…: the same, in the background.
skinny_phones_start() {
    local name=$1 host=$2 server=$3
    shift 3
    start_service "phones-$name" "$host" "$LABPHONE" skinny --server "$server" --address "$(host_address "$host")" \
        --limit 120 --frequency "$SKINNY_TONES" --media tone "$@"
}

# skinny_phones_ended NAME: waits for it; prints what they told.
skinny_phones_ended() {
    wait_until 60 service_ended "phones-$1" && cat "$LAB_DIR/log/phones-$1.log"
}

# heard_by USER NAME: the tones that this user's phone heard, call by call, in brackets.
heard_by() {
    cat "$LAB_DIR/log/phones-$2".{json,log} 2>/dev/null |
        sed -nE "s/.*\"user\":\"$1\".*\"heard\":(\[[0-9,]*\]).*/\1/p" | tr '\n' ' '
}

# all_encrypted NAME: every call of these phones had keys for every stream, and none of them came twice.
all_encrypted() {
    local calls
    calls=$(grep '"call"' "$LAB_DIR/log/phones-$1.json") && printf '%s\n' "$calls" || return 1
    ! grep -v '"suite":"AES_CM_128_HMAC_SHA1_32"' <<<"$calls" && ! grep -v '"withoutKey":0' <<<"$calls" &&
        grep '"summary"' "$LAB_DIR/log/phones-$1.json" | grep -q '"keysRepeated":0'
}

# skinny_reads FILE PORT: tshark finds nothing malformed in what went over this port. Three kinds it reads wrongly, with
# real equipment's messages, too: the short media messages of versions 3 and 5, and ConnectionStatisticsRes (0x23) of
# versions 18 to 21, whose mode it takes for one byte.
skinny_reads() {
    local odd
    odd=$(tshark -n -r "$1" -d "tcp.port==$2,skinny" -Y '_ws.malformed && skinny &&
        !(skinny.hdr_version == 0 && skinny.messageId in {0x8a, 0x8b, 0x105, 0x106} && skinny.data_length <= 88) &&
        !(skinny.messageId == 0x23 && skinny.hdr_version in {18..21})' 2>/dev/null)
    printf '%s\n' "$odd" | head -n 5
    [[ -z $odd ]]
}

# skinny_messages FILE PORT: so many messages went over this port.
skinny_messages() {
    tshark -n -r "$1" -d "tcp.port==$2,skinny" -Y skinny -T fields -e skinny.messageId 2>/dev/null | tr ',' '\n' | wc -l
}

# same_by_replay FILE KEYS: replay opens every TLS connection of a recording with this key log, and reads as many messages
# over the secure port as tshark does.
same_by_replay() {
    local told counts
    told=$("$PHONEPROXY" replay --json --key-log "$2" "$1") || return 1
    told=$(tr -d ' \n' <<<"$told")
    counts=$(tshark -n -r "$1" -o "tls.keylog_file:$2" -d tcp.port==2443,tls -d tls.port==2443,skinny -Y skinny \
        -T fields -e skinny.messageId 2>/dev/null | tr ',' '\n' | wc -l)
    grep -oE '"skinny":\{"messages":[0-9]+|"tls":\{[^}]*\}' <<<"$told"
    printf 'tshark: %s\n' "$counts"
    ((counts > 0)) && grep -qF "\"skinny\":{\"messages\":$counts," <<<"$told" && grep -qF '"notOpened":{}' <<<"$told"
}

# desk_has_heard COUNT: of the SIP desk phone's calls so many are over, and each had the tone, whole.
desk_has_heard() {
    [[ $(grep -c '"role":"called"' "$LAB_DIR/log/desk.log") == "$1" ]] &&
        [[ $(grep -c '"role":"called".*"tone":true,"whole":true' "$LAB_DIR/log/desk.log") == "$1" ]]
}

# Remote phones that speak TLS and SRTP only: the box's secure port for Skinny, and what they need to get on.
SECURE_SKINNY=10.10.0.26:2443
SECURE_OPTIONS=()

# secure_phones_prepare: for the box that runs.
secure_phones_prepare() {
    "$PHONEPROXY" crypto ca export _internal_PP_myctl --state "$LAB_DIR/state" --identity-certificate >"$LAB_DIR/out/proxy.pem"
    SECURE_OPTIONS=(--transport tls --authority "$(authority)" --authority-key "$(authority_key)" --trust "$LAB_DIR/out/proxy.pem"
        --key-log "$LAB_DIR/out/keys")
}

# secure_phones NAME HOST OPTION…: remote phones with certificates of their own, who believe the box alone, and who take no
# call without keys.
secure_phones() {
    local name=$1 host=$2
    shift 2
    skinny_phones "$name" "$host" "$SECURE_SKINNY" "${SECURE_OPTIONS[@]}" --srtp "$@"
}

# whole_and_encrypted NAME HOST OPTION…: every call went well, each stream had keys, and none of them came twice.
whole_and_encrypted() { secure_phones "$@" && all_encrypted "$1"; }
