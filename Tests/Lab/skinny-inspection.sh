#!/usr/bin/env bash
# Skinny through a box without a phone proxy: clear signalling and plain RTP, with static NAT in between. The phones outside
# know the call manager and the desk phones by other addresses than they have, so nothing works unless messages are changed.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

SERVER=10.10.0.26 DESK=10.10.0.16 PHONE=69.181.112.219
each=(--transport tcp --count 7 --versions "$SKINNY_VERSIONS")

# desk_phones OPTION…: phones inside, of every version, in the background: 1007 to 1013.
desk_phones() { skinny_phones_start desk pp-desk "$UCM" "${each[@]}" --first SEP001DA2100007 --user 1007 "$@"; }

# at_manager COUNT: so many phones are with the call manager, or about to be.
at_manager() {
    wait_until 10 eval "(( \$(in_host pp-ucm ss -Hnt state established 'sport = :2000' | wc -l) >= $1 ))" && sleep 1
}

# remote_phones OPTION…: phones outside, of every version: 1000 to 1006.
remote_phones() { skinny_phones remote pp-direct "$SERVER" "${each[@]}" "$@"; }

# connections FLAG: how many connections of the box have it.
connections() { box show conn | grep -cE "flags [A-Za-z]*$1" || true; }

# has_media COUNT: at least so many connections are media that Skinny let in.
has_media() { (($(connections k) >= $1)); }

# nothing_open: no call, no connection of media, nothing of it in the kernel.
nothing_open() {
    local sets
    box show skinny
    sets=$(in_host pp-box nft list set inet phoneproxy signalled4)
    [[ $(connections k) == 0 && $(box show skinny) != *MEDIA* && $sets != *elements* ]]
}

# all_heard NAME: of the phones in the background each was called once, and had the caller's tone, whole.
all_heard() {
    [[ $(grep -c '"role":"called".*"outcome":"completed".*"tone":true,"whole":true' "$LAB_DIR/log/phones-$1.log") == 7 ]]
}

# registered COUNT: so many phones are registered through the box.
registered() { [[ $(box show skinny --json | grep -c '"registered": true') == "$1" ]]; }

# told_right NAME: phones come from where they say, and answer what they are asked.
told_right() {
    local told
    told=$(callmanager_stop "$1")
    printf '%s\n' "$told"
    grep '"summary"' <<<"$told" |
        grep -E '"unknownMessages":0,"outOfOrder":0.*"foreignAddresses":0,"strayAcks":0,"refusals":0'
}

# stray_arrives PORT: a datagram from the phone's host to the desk phone's port; the desk phone's host sees it.
stray_arrives() {
    local seen
    seen=$(in_host pp-desk timeout 3 tcpdump -n -c 1 -i eth0 "udp and dst port $1 and src host $PHONE" 2>/dev/null &
        sleep 1
        in_host pp-direct bash -c "echo stray >/dev/udp/$DESK/$1" || true
        wait)
    [[ -n $seen ]]
}

# forged KIND: what a connection with this comes to is as it should be.
forged() { in_host pp-direct "$REPOSITORY/Tests/Lab/skinny/forger.py" "$SERVER" 2000 "$1"; }

# count NAME: one of the box's counters of Skinny.
count() { box show skinny --json | sed -nE "s/^ *\"$1\": ([0-9]+),?$/\1/p" | head -n 1; }

# counted NAME COUNT: it has come to so many.
counted() { [[ $(count "$1") == "$2" ]]; }

# cutter HOST LISTEN TARGET: carries connections on in pieces.
cutter() {
    start_service "cutter-$1" "$1" "$REPOSITORY/Tests/Lab/skinny/cutter.py" "$2" "$3"
    wait_until 5 grep -x ready "$LAB_DIR/log/cutter-$1.log"
}

# names SIDE PATTERN: lines of tshark about Skinny with such an address.
names() { tshark -n -r "$LAB_DIR/out/$1.pcapng" -d tcp.port==2000,skinny -Y skinny -V -O skinny 2>/dev/null | grep -E "^ .*$2" | sed -n 1,5p | grep .; }

LAB_CALL_SERVER=none
lab_up
box_start "$REPOSITORY/tools/lab.d/skinny.cfg"
wire_start
callmanager_start here "$UCM" --keep-alive 1
check_not 'a port that nobody has asked for is closed' stray_arrives 20000

desk_phones --stay 10
at_manager 7
check 'phones outside, of versions 3 to 22, register, call the desk phones, hold and resume: each hears the other, whole' \
    remote_phones --to 1007 --targets 7 --calls 7 --simultaneous 7 --rate 50 --talk 3 --hold 0.5
check 'the desk phones heard them, whole' eval 'skinny_phones_ended desk && all_heard desk'
check 'nothing is open any more' wait_until 5 nothing_open

skinny_phones_start outside pp-direct "$SERVER" "${each[@]}" --stay 14
check 'they register again, and stay' wait_until 5 registered 7
desk_phones --to 1000 --targets 7 --calls 7 --simultaneous 7 --rate 50 --talk 4 --hold 0.5
check 'the desk phones call them: the box has their media' wait_until 5 has_media 7
check 'and shows each call' shows 'state Active' skinny detail
check 'the desk phones heard them, whole' eval 'skinny_phones_ended desk | grep "\"whole\":7"'
check 'and they the desk phones' eval 'skinny_phones_ended outside && all_heard outside'
check 'nothing is open any more' wait_until 5 nothing_open

# A call manager outside, and a phone beside it: the desk phone is known to them by its mapped address.
start_service callmanager-away pp-direct "$LABPHONE" callmanager --bind "$PHONE" --frequency "$SKINNY_TONES"
wait_until 10 grep -x ready "$LAB_DIR/log/callmanager-away.log"
skinny_phones_start near pp-direct "$PHONE" --transport tcp --first SEP001DA2100001 --user 1001 --stay 7 --versions 20
sleep 1
check 'a desk phone registers with a call manager outside, and calls there' skinny_phones away pp-desk "$PHONE" \
    --transport tcp --to 1001 --calls 1 --talk 2 --versions 17
check 'its tone was heard there' eval 'skinny_phones_ended near | grep "\"role\":\"called\".*\"whole\":true"'
check 'nothing is open any more' wait_until 5 nothing_open
check 'that call manager has seen nothing odd' told_right away

# One dies in the middle of a call.
skinny_phones_start called pp-desk "$UCM" --transport tcp --first SEP001DA2100001 --user 1001 --stay 20 --versions 20
at_manager 1
skinny_phones_start caller pp-direct "$SERVER" --transport tcp --to 1001 --calls 1 --talk 60 --versions 17
check 'two talk' wait_until 5 has_media 1
kill -s KILL "$(cat "$LAB_DIR/phones-caller.pid")"
check 'one is lost: nothing is open any more' wait_until 5 nothing_open
check 'the other has no call any more' wait_until 5 grep '"call"' "$LAB_DIR/log/phones-called.log"
kill -s TERM "$(cat "$LAB_DIR/phones-called.pid")"
check 'the call manager has seen nothing odd' told_right here

# What no phone says.
callmanager_start forged "$UCM" --keep-alive 1
skinny_phones_start quiet pp-direct "$SERVER" --transport tcp --stay 12 --versions 17 --media none
check 'a phone is there' wait_until 5 registered 1
for kind in short zero huge; do check "a length that can not be ends the connection: $kind" forged "$kind"; done
check 'and is counted' counted malformed 3
for kind in long unknown early; do check "what may not pass is dropped, and the connection goes on: $kind" forged "$kind"; done
check 'and is counted' counted dropped 3
check 'what only a call manager says brings nothing about' forged server
check 'nor does a device that the call manager does not know' forged foreign
for number in 608003 608004 608005; do check "the log says why: $number" logged "%ASA-4-$number: Dropping Skinny"; done
check 'the phone has not noticed' eval 'skinny_phones_ended quiet | grep "\"registrations\":1,"'
check 'nothing is open' nothing_open
callmanager_stop forged >/dev/null || true

check 'the log tells of each pinhole' logged \
    "%ASA-6-608001: Pre-allocate Skinny RTP secondary channel for outside:$PHONE to inside:192.0.2.16/"
check_not 'nothing was dropped as media that is none' shows 'inspect-rtp' asp drop

wire_stop
check_not 'outside, no message names an inside address' names outside '192\.0\.2\.'
check_not 'inside, no message names a mapped address' names inside '10\.10\.0\.'
check 'outside, media goes to the mapped address' wire_has outside "ip.dst == $DESK && udp.length == 180"
check 'inside, the call manager sees phones at their own address' wire_has inside "ip.src == $PHONE && tcp.dstport == 2000"
check 'tshark finds nothing odd in what the box sends on' skinny_reads "$LAB_DIR/out/inside.pcapng" 2000

# Messages in pieces of one byte, from both sides.
callmanager_start pieces 192.0.2.105
cutter pp-ucm "$UCM:2000" 192.0.2.105:2000
cutter pp-direct 127.0.0.1:2000 "$SERVER:2000"
skinny_phones_start desk pp-desk 192.0.2.105 "${each[@]}" --first SEP001DA2100007 --user 1007 --stay 10
at_manager 7
check 'messages in pieces of one byte, both ways, are changed as whole ones are' \
    skinny_phones pieces pp-direct 127.0.0.1 "${each[@]}" --to 1007 --targets 7 --calls 7 --simultaneous 7 --rate 50 --talk 3
check 'and the desk phones heard the callers, whole' eval 'skinny_phones_ended desk && all_heard desk'
check 'nothing is open any more' wait_until 5 nothing_open
callmanager_stop pieces >/dev/null || true
lab_test_done
