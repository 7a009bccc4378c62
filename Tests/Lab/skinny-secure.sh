#!/usr/bin/env bash
# Remote Skinny phones that speak TLS and SRTP only, through the box, to servers that know neither: the small call manager,
# and Asterisk.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

versions='3,3,8,8,11,11,17,17,19,19,20,20,22,22'
in_pairs=(--count 14 --versions "$versions" --pairs --calls 7 --simultaneous 7 --rate 50)

# nothing_open: no call has left anything with the box.
nothing_open() {
    local sessions
    sessions=$(box show phone-proxy media-sessions) || return 1
    printf '%s\n' "$sessions"
    ! grep -qE '[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+' <<<"$sessions"
}

# told_right NAME: what the call manager has counted makes sense: phones come from where they say, and answer what they are asked.
told_right() {
    local told
    told=$(callmanager_stop "$1")
    printf '%s\n' "$told"
    grep '"summary"' <<<"$told" |
        grep -E '"unknownMessages":0,"outOfOrder":0.*"foreignAddresses":0,"strayAcks":0,"refusals":0'
}

# media_sessions COUNT: the box has at least so many streams open.
media_sessions() { (($(box show phone-proxy media-sessions | grep -cE '[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+') >= $1)); }

# sip_phone USER HOST SERVER OPTION…: registers, and answers calls.
sip_phone() {
    local user=$1 host=$2 server=$3
    shift 3
    start_service "sip-$user" "$host" "$LABPHONE" sip --server "$server" --address "$(host_address "$host")" \
        --user "$user" --frequency "$SKINNY_TONES" --media tone --limit 40 "$@"
}

both_there() { asterisk_has 2001 && asterisk_has 1101; }

both_heard() {
    grep '"role":"called".*"tone":true' "$LAB_DIR/log/sip-2001.log" && grep '"role":"called".*"tone":true' "$LAB_DIR/log/sip-1101.log"
}

heard() { same_text "$1" "$(heard_by "$2" "$3")"; }

LAB_CALL_SERVER=none
lab_up
box_start "$(phone_proxy_configuration)"
secure_phones_prepare
wire_start

# The small call manager, which knows no keys. Versions before 5 have no room for keys in their own messages about media.
callmanager_start plain "$UCM" --long-forms --desk 192.0.2.106 --record
start_service desk pp-ucm "$LABPHONE" desk --bind 192.0.2.106 --stay 600 --media tone --frequency "$SKINNY_TONES"
check 'remote phones of versions 3 to 22 register, call each other, hold and resume with new keys' \
    whole_and_encrypted pairs pp-direct "${in_pairs[@]}" --talk 3 --hold 0.5
check 'they do so from behind a home router' \
    whole_and_encrypted home pp-phone --count 2 --versions 17,22 --pairs --calls 1 --talk 2
check 'the recorders of versions from 11 on got both voices, whole' wait_until 5 conversations_are 6 plain '"recorded":true'
check 'they call a desk phone that speaks SIP' \
    whole_and_encrypted desk pp-direct --count 7 --versions "$SKINNY_VERSIONS" --to 2001 --targets 7 --calls 7 \
    --simultaneous 7 --rate 50 --talk 2 --hold 0.5
check 'which has heard them all' wait_until 5 desk_has_heard 7
check 'one is transferred' whole_and_encrypted transfer pp-direct --count 3 --versions 8,17,22 --callers 1 --to 1001 \
    --calls 1 --talk 2 --transfer 1002 --called-talk 3
check 'and talks with the third' heard '[431,831] ' 1001 transfer
check 'three confer' whole_and_encrypted conference pp-direct --count 3 --versions 19,20,11 --callers 1 --to 1001 --calls 1 \
    --talk 3 --conference 1002 --called-talk 3
check 'where each hears another' heard '[831] [631,831] ' 1000 conference
check 'the box has closed what it opened' wait_until 5 nothing_open
end_service desk
check 'the call manager has seen nothing odd' told_right plain

# Messages as they were before version 5 have no room for a key, and what may not go unprotected does not go.
callmanager_start old "$UCM"
check_not 'a phone of version 3 has no media where there is no room for keys' \
    secure_phones old pp-direct --count 2 --versions 3 --pairs --calls 1 --talk 1 --timeout 4
check 'the box says why' logged 'protocol version has no keys'
callmanager_stop old >/dev/null

# One dies in the middle of a call; then the call manager does, and comes back.
callmanager_start here "$UCM"
skinny_phones_start called pp-phone "$SECURE_SKINNY" "${SECURE_OPTIONS[@]}" --first SEP001DA2100001 --user 1001 \
    --stay 60 --retry 1 --versions 20
wait_until 10 phone_at_manager
sleep 1
skinny_phones_start caller pp-direct "$SECURE_SKINNY" "${SECURE_OPTIONS[@]}" --to 1001 --calls 1 --talk 60 --versions 17
check 'two talk' wait_until 8 media_sessions 4
kill -s KILL "$(cat "$LAB_DIR/phones-caller.pid")"
check 'one dies: the conversation is over' wait_until 5 grep '"conversation"' "$LAB_DIR/log/callmanager-here.log"
check 'the other phone has no call any more' wait_until 5 grep '"call"' "$LAB_DIR/log/phones-called.log"
check 'the box has closed what it opened' wait_until 5 nothing_open
callmanager_kill here
callmanager_start here "$UCM"
sleep 4
kill -s TERM "$(cat "$LAB_DIR/phones-called.pid")"
check 'the call manager dies and comes back: so does the phone' \
    grep '"registrations":1,' <<<"$(callmanager_stop here | grep '"summary"')"

# Asterisk.
start_asterisk
check 'remote phones of versions 3 to 22 call the echo of Asterisk, and hear themselves' \
    whole_and_encrypted echo pp-direct --count 7 --versions "$SKINNY_VERSIONS" --to 7000 --calls 7 --simultaneous 7 \
    --rate 50 --talk 2 --media echo --enbloc
check 'they call each other over it' whole_and_encrypted pairs pp-direct "${in_pairs[@]}" --talk 2 --ring 1
sip_phone 2001 pp-desk "$UCM" --transport udp --stay 12
sip_phone 1101 pp-phone 10.10.0.26:5061 --authority "$(authority)" --authority-key "$(authority_key)" \
    --first SEP001DA2120000 --suites AES_CM_128_HMAC_SHA1_80 --stay 12 --key-log "$LAB_DIR/out/keys"
check 'a desk phone and a remote phone that speak SIP register with it' wait_until 5 both_there
check 'a remote Skinny phone calls the SIP desk phone' \
    whole_and_encrypted desk pp-direct --to 2001 --calls 1 --talk 2 --enbloc
check 'and the remote SIP phone' whole_and_encrypted sip pp-direct --to 1101 --calls 1 --talk 2 --enbloc
check 'both heard it' wait_until 20 both_heard
stop_asterisk

wire_stop
# A packet of G.711 has 172 bytes; what Skinny phones' SRTP adds is four more.
check 'outside there is TLS' wire_has outside 'tcp.port == 2443 && tls.app_data'
check_not 'and no Skinny that one could read' wire_has outside 'tcp.port == 2000 || frame contains 60:00:00:00:00:00:00:00:20'
check 'outside, media is SRTP' wire_has outside 'ip.addr == 10.10.0.25 && udp.length == 184'
check_not 'and nothing of it plain' wire_has outside 'ip.addr == 10.10.0.25 && udp.length == 180'
check_not 'nothing else goes between the phones and the inside' wire_has outside \
    '(ip.addr == 69.181.112.219 || ip.addr == 98.208.49.30) && !(tcp.port in {2443, 5061}) && !(ip.addr == 10.10.0.25) && !icmp'
check 'who has the keys can replay it, as tshark reads it' same_by_replay "$LAB_DIR/out/outside.pcapng" "$LAB_DIR/out/keys"
check 'inside, Skinny is plain' wire_has inside 'tcp.port == 2000 && skinny'
check 'inside, media is RTP' wire_has inside 'ip.addr == 192.0.2.25 && udp.length == 180'
check_not 'and none of it is SRTP' wire_has inside 'ip.addr == 192.0.2.25 && udp.length == 184'
check 'tshark finds nothing odd in what the box sends on' skinny_reads "$LAB_DIR/out/inside.pcapng" 2000

# Keys that the server gives are the ones that are used.
callmanager_start keys "$UCM" --keys
check 'keys of the call manager are kept: it can open what it gets' \
    whole_and_encrypted keys pp-direct --count 2 --versions 17,22 --to 7000 --calls 2 --simultaneous 2 --talk 2 --media echo
check 'the call manager has seen nothing odd' told_right keys
lab_test_done
