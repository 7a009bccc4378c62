#!/usr/bin/env bash
# Remote Skinny phones through the box to Asterisk: what its Skinny can do, and what happens when phones or Asterisk die. Its
# chan_skinny knows hold, resume and transfer; its three-party conferences are rooms that one dials.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

in_pairs=(--count 14 --versions '3,3,8,8,11,11,17,17,19,19,20,20,22,22' --pairs --calls 7 --simultaneous 7 --rate 50)

heard() { same_text "$1" "$(heard_by "$2" "$3")"; }

# fresh_asterisk: another one, whatever became of the last.
fresh_asterisk() {
    kill_asterisk 2>/dev/null || true
    start_asterisk
}

# transferred NAME: 1000 calls 1001 and transfers it to 1002, and these two hear each other, whole. It is a blind transfer. This
# Asterisk is apt to crash during a transfer, or after it, an attended one above all (ast_bridge_transfer_attended uses a
# channel that is gone): then it is tried again, twice.
transferred() {
    local try
    for try in 1 2 3; do
        fresh_asterisk
        transfers "$1$try" && return
        service_ended asterisk || return 1
    done
    return 1
}

transfers() {
    secure_phones "$1" pp-direct --count 3 --versions 8,17,22 --callers 1 --to 1001 --calls 1 --talk 2 --transfer 1002 \
        --blind --called-talk 3 || true
    heard '[431,831] ' 1001 "$1" && heard '[631] ' 1002 "$1" && [[ $(grep -c '"whole":true' "$LAB_DIR/log/phones-$1.json") == 3 ]]
}

# in_room NAME: three phones dial the room, and their calls are as they should be. (Phones know whole frames of one tone, and so
# no mixed ones.)
in_room() {
    secure_phones "$1" pp-direct --count 3 --versions 11,17,22 --to 8000 --calls 3 --simultaneous 3 --rate 50 --talk 6 \
        --enbloc || true
    [[ $(grep -c '"call".*"outcome":"completed"' "$LAB_DIR/log/phones-$1.json") == 3 ]] && all_encrypted "$1"
}

# registered COUNT: so many phones are registered with Asterisk.
registered() { [[ $(asterisk skinny show devices | grep -cE ' Y +[0-9]') == "$1" ]]; }

# room_tones: the tones in each stream that Asterisk sends toward the phones, by the recording of the inside.
room_tones() {
    tshark -n -r "$LAB_DIR/out/inside.pcapng" -Y "ip.src == $UCM && ip.dst == 192.0.2.25 && udp.length == 180" -T fields \
        -e udp.dstport -e udp.payload 2>/dev/null | "$REPOSITORY/tools/lib/mixed-tones.py" 431 631 831
}

# standing NAME: 1001 and 1002 take calls until they are ended.
standing() {
    skinny_phones_start "$1" pp-phone "$SECURE_SKINNY" "${SECURE_OPTIONS[@]}" --srtp --first SEP001DA2100001 --user 1001 \
        --count 2 --stay 110 --retry 1 --versions 20,11
}

# media_ends COUNT: so many ends of media stand in the box, two for each phone that talks.
media_ends() { [[ $(box show phone-proxy media-sessions | grep -c '^Media-session') == "$1" ]]; }

LAB_CALL_SERVER=none
lab_up
box_start "$(phone_proxy_configuration)"
secure_phones_prepare
start_asterisk
check 'phones of versions 3 to 22 register, call each other, hold and resume' \
    whole_and_encrypted hold pp-direct "${in_pairs[@]}" --talk 3 --hold 0.5 --ring 0.5
check 'one is transferred, and talks with the third' transferred transfer
kill_asterisk || true
check 'the box has closed what it opened' wait_until 10 box_has_no_media
fresh_asterisk
wire_start
check 'three confer in a room' in_room room
wire_stop
check 'and get the voices of the other two' same_text $'431 631\n431 831\n631 831' "$(room_tones)"
check 'the box has closed what it opened' wait_until 5 box_has_no_media

# There is no conference key in chan_skinny: nothing comes of it, and the box lets it go there and change nothing.
check_not 'a phone presses the key for a conference: Asterisk has none' \
    secure_phones conference pp-direct --count 3 --versions 19,20,11 --callers 1 --to 1001 --calls 1 --talk 3 \
    --conference 1002 --called-talk 3 --timeout 4
check 'the box has closed what it opened' wait_until 8 box_has_no_media

# One dies in the middle of a call. This Asterisk keeps the call for the other, as it does without a box; the box ends what
# was the dead one's.
standing one
check 'two register' wait_until 10 registered 2
skinny_phones_start caller pp-direct "$SECURE_SKINNY" "${SECURE_OPTIONS[@]}" --srtp --to 1001 --calls 1 --talk 60 --versions 17
check 'two talk' wait_until 10 media_ends 4
kill -s KILL "$(cat "$LAB_DIR/phones-caller.pid")"
check 'one dies: the box has closed its media, and that of no other' wait_until 10 media_ends 2
check_not 'Asterisk still has the call' grep '"call"' "$LAB_DIR/log/phones-one.log"
kill -s TERM "$(cat "$LAB_DIR/phones-one.pid")"
check 'the other one goes, too: the box has closed what it opened' wait_until 10 box_has_no_media

# Asterisk dies in the middle of a call, and comes back.
fresh_asterisk
standing two
check 'two register' wait_until 10 registered 2
skinny_phones_start again pp-direct "$SECURE_SKINNY" "${SECURE_OPTIONS[@]}" --srtp --to 1002 --calls 1 --talk 60 --versions 22
check 'two talk' wait_until 10 media_ends 4
kill_asterisk
check 'Asterisk is killed: the call is lost' wait_until 10 grep '"outcome":"connection lost"' "$LAB_DIR/log/phones-again.log"
check 'and the box has closed what it opened' wait_until 10 box_has_no_media
start_asterisk
check 'it is back, and so are the phones' wait_until 20 registered 2
check 'they take calls' whole_and_encrypted back pp-direct --first SEP001DA2100005 --user 1005 --count 2 --versions 17,22 \
    --to 1001 --targets 2 --calls 2 --simultaneous 2 --talk 1 --enbloc
kill -s TERM "$(cat "$LAB_DIR/phones-two.pid")"
lab_test_done
