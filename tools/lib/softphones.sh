# shellcheck shell=bash
# Real softphones in the lab (baresip, without a screen): started, told what to do, and asked what they heard. Each has a
# name, and a folder of that name in the lab's.

softphone_folder() { printf '%s/softphones/%s\n' "$LAB_DIR" "$1"; }

# Each sends a tone of its own: frequencies in which tools/lib/tone.py sees a lost packet.
# shellcheck disable=SC2034 # of whoever starts one
TONE_REMOTE=431 TONE_DESK=631 TONE_THIRD=831

# softphone_start NAME HOST USER SERVER[:PORT] TRANSPORT TONE [SETTING…]: registers USER with the server over udp, tcp or tls.
# Settings: certificate=FILE (key and certificate in PEM), media=srtp (SDES, and no call without it), answer=auto,
# password=WORD, expires=SECONDS (60; 0 does not register), codec=NAME (PCMU/8000). baresip 1.0 looks at no server's
# certificate; whoever cares asks for it beside.
softphone_start() {
    local name=$1 host=$2 user=$3 server=$4 transport=$5 tone=$6 setting folder
    local certificate='' media=rtp answer=manual password=lab expires=60 codec=PCMU/8000
    shift 6
    for setting in "$@"; do
        case $setting in
            certificate=* | media=* | answer=* | password=* | expires=* | codec=*) local "$setting" ;;
            *) die "no softphone setting '$setting'" ;;
        esac
    done
    folder=$(softphone_folder "$name")
    mkdir -p "$folder/heard"
    printf '%s\n' "$host" >"$folder/host"
    printf '%s\n' "$server" >"$folder/server"
    softphone_port >"$folder/port"
    softphone_account >"$folder/accounts"
    softphone_configuration >"$folder/config"
    : >"$folder/contacts"
    softphone_keeps_recording "$folder/heard"
    start_service "softphone-$name" "$host" baresip -f "$folder"
    wait_until 5 softphone "$name" listcalls || die "softphone $name does not start: $(softphone_log "$name" | tail -n 5)"
}

# The functions down to softphone_keeps_recording see softphone_start's variables.
softphone_account() {
    local encryption=''
    [[ $media == rtp ]] || encryption=';mediaenc=srtp-mand'
    printf '<sip:%s@%s;transport=%s>;auth_user=%s;auth_pass=%s;regint=%s;answermode=%s;audio_codecs=%s%s\n' \
        "$user" "$server" "$transport" "$user" "$password" "$expires" "$answer" "$codec" "$encryption"
}

softphone_configuration() {
    cat <<CONFIGURATION
sip_listen $(host_address "$host"):0
call_local_timeout 30
call_max_calls 4
audio_path $folder/no-sounds
audio_player aubridge,none
audio_source ausine,$tone
audio_alert aubridge,none
ausrc_srate 48000
ausrc_channels 2
auplay_srate 8000
auplay_channels 1
jitter_buffer_delay 0-0
rtp_ports 20000-30000
rtcp_mux no
snd_path $folder/heard
module_path /usr/lib/baresip/modules
module g711.so
module ausine.so
module sndfile.so
module srtp.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:$(cat "$folder/port")
CONFIGURATION
    [[ -z $certificate ]] || printf 'sip_certificate %s\n' "$certificate"
}

# softphone_port: one that no other softphone takes orders on.
softphone_port() { printf '%s\n' "$((4444 + $(find "$LAB_DIR/softphones" -name port | wc -l)))"; }

# host_address HOST: its address in the lab.
host_address() {
    local row
    for row in "${LAB_LINKS[@]}"; do
        read -r -a row <<<"$row"
        [[ ${row[0]} == "$1" ]] && printf '%s\n' "${row[2]%/*}" && return
    done
    die "no host '$1'"
}

# softphone_keeps_recording FOLDER: baresip 1.0 records what it hears and what it says; after a hold it takes up recording
# only where it does not record what it says (its aufilt_setup does nothing while either list has a filter). So the names
# it would give those files are taken, for half an hour: each has the second in it in which the audio starts.
softphone_keeps_recording() {
    local now second
    now=$(date +%s)
    local -a times
    mapfile -t times < <(for ((second = now - 1; second < now + 1800; second++)); do printf '@%s\n' "$second"; done |
        date --file=- "+$1/dump-%Y-%m-%d-%H-%M-%S-enc.wav")
    mkdir "${times[@]}"
}

# softphone NAME COMMAND [PARAMETER…]: a command as baresip's menu knows it; prints the answer.
softphone() {
    local name=$1 folder
    folder=$(softphone_folder "$name")
    shift
    in_host "$(cat "$folder/host")" "$REPOSITORY/tools/lib/softphone-command.py" "$(cat "$folder/port")" "$@"
}

softphone_log() { sed -E 's/\x1b\[[0-9;]*m//g; s/\r/\n/g' "$LAB_DIR/log/softphone-$1.log" | grep -vE '^(\[.*bit/s\))? *$'; }

# softphone_stop NAME: it hangs up, takes its registration back, and ends.
softphone_stop() {
    softphone "$1" quit >/dev/null
    wait_until 5 service_ended "softphone-$1" || end_service "softphone-$1"
}

# softphones_kill: at SIGTERM each would wait for a server that may have gone before it.
softphones_kill() {
    local file
    for file in "$LAB_DIR"/softphone-*.pid; do
        [[ ! -e $file ]] || kill -s KILL "$(cat "$file")" 2>/dev/null || true
    done
}

# softphone_dial NAME USER: calls a user of the phone's own server, or a whole SIP address.
softphone_dial() {
    local target=$2
    [[ $target == *:* ]] || target=$(softphone_peer "$1" "$2")
    softphone "$1" dial "$target"
}

# softphone_peer NAME USER: a user's address as this phone knows it; baresip adds the transport of its account.
softphone_peer() { printf 'sip:%s@%s\n' "$2" "$(cat "$(softphone_folder "$1")/server")"; }

softphone_answer() { softphone "$1" accept; }
softphone_hold() { softphone "$1" hold; }
softphone_resume() { softphone "$1" resume; }
softphone_hangup() { softphone "$1" hangup; }

# softphone_transfer NAME USER: the phone sends its peer there, without asking first.
softphone_transfer() { softphone "$1" transfer "$(softphone_peer "$1" "$2")"; }

# softphone_state NAME: of its call: idle, outgoing, ringing, incoming, early, established or held.
softphone_state() {
    local calls state
    calls=$(softphone "$1" listcalls)
    state=$(sed -nE 's/^.*\[line [0-9]+\] +[0-9:]+ +([A-Z]+).*/\L\1/p' <<<"$calls" | tail -n 1)
    [[ $calls != *'(on hold)'* ]] || state=held
    printf '%s\n' "${state:-idle}"
}

# softphone_is NAME STATE: within five seconds.
softphone_is() {
    wait_until 5 softphone_in_state "$1" "$2" && return
    printf '%s is %s:\n' "$1" "$(softphone_state "$1")"
    softphone_log "$1" | tail -n 5
    return 1
}

softphone_in_state() { [[ $(softphone_state "$1") == "$2" ]]; }

# softphone_registered NAME: within five seconds.
softphone_registered() {
    wait_until 5 softphone_has_registered "$1" && return
    softphone_log "$1" | tail -n 5
    return 1
}

softphone_has_registered() { softphone "$1" reginfo | grep -E '\bOK\b'; }

# softphones_talk CALLER CALLED USER: CALLER dials USER, CALLED answers, and both have a call.
softphones_talk() {
    softphone_dial "$1" "$3" && softphone_is "$2" incoming && softphone_answer "$2" &&
        softphone_is "$2" established && softphone_is "$1" established
}

# softphone_recordings NAME: what the phone heard, the latest last. A new recording begins with a call, and with a hold.
softphone_recordings() { find "$(softphone_folder "$1")/heard" -name 'dump-*-dec.wav' | sort; }

# tone_in FILE FREQUENCY [OPTION…]: the tone is in the recording, dominant and whole; options as tools/lib/tone.py has them.
tone_in() { "$REPOSITORY/tools/lib/tone.py" "$@"; }

# softphone_heard NAME FREQUENCY [OPTION…]: the latest recording has the tone, whole, for a second at least.
softphone_heard() {
    local name=$1 recording
    shift
    recording=$(softphone_recordings "$name" | tail -n 1)
    [[ -n $recording ]] || { printf '%s has heard nothing\n' "$name" && return 1; }
    tone_in "$recording" "$@"
}

# softphone_listens NAME FREQUENCY [SECONDS]: from now on, for so long (2), the phone hears the tone, whole.
softphone_listens() {
    local name=$1 frequency=$2 seconds=${3:-2} recording before part
    recording=$(softphone_recordings "$name" | tail -n 1)
    [[ -n $recording ]] || { printf '%s has heard nothing\n' "$name" && return 1; }
    before=$(stat --format=%s "$recording")
    ((before > 44)) || before=44
    sleep "$seconds.2"
    part=$(mktemp --suffix=.wav)
    { head -c 44 "$recording" && tail -c "+$((before + 1))" "$recording"; } >"$part"
    local status=0
    tone_in "$part" "$frequency" --seconds "$seconds" || status=$?
    rm "$part"
    return "$status"
}
