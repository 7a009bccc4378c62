#!/usr/bin/env bash
# SIP through a box without a phone proxy: plain SIP over UDP and plain RTP, with static NAT in between. The call server
# answers to its own address only and the phone outside knows it by another, so nothing works unless messages are changed.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

SERVER=10.10.0.26 DESK=10.10.0.16 PHONE=69.181.112.219

# both_hear ONE TONE OTHER TONE: for two seconds each hears the other's tone; TONE is what the phone before it sends.
both_hear() {
    softphone_listens "$1" "$4" &
    local other=$! status=0
    softphone_listens "$3" "$2" || status=1
    wait "$other" || status=1
    return "$status"
}

# connections FLAG: how many connections of the box have it.
connections() { box show conn | grep -cE "flags [A-Za-z]*$1" || true; }

# signalled: what the kernel brings to the engine for calls' sake.
signalled() { in_host pp-box nft list set inet phoneproxy signalled4; }

has_media() { (($(connections m) > 0)); }

# media_gone: no call, no connection of media, nothing of it in the kernel.
media_gone() {
    box show sip
    [[ $(connections m) == 0 ]] && [[ $(box show sip) == 'Total: 0' ]] && ! signalled | grep -E '\. (2[0-9]{4}|30000)'
}

# stray PORT: a datagram from the phone's host to the desk phone's port; the desk phone's host must not see it.
stray_arrives() {
    local seen
    seen=$(in_host pp-desk timeout 3 tcpdump -n -c 1 -i eth0 "udp and dst port $1 and src host $PHONE" 2>/dev/null &
        sleep 1
        in_host pp-direct bash -c "echo stray >/dev/udp/$DESK/$1" || true
        wait)
    [[ -n $seen ]]
}

# names SIDE PATTERN: lines of messages with such an address, without those of digests, which would not fit any more, and
# without the names that sources of media give themselves, which nobody connects to (RFC 5576 section 6.1).
names() {
    tshark -n -r "$LAB_DIR/out/$1.pcapng" -Y sip -T fields -e sip.msg_hdr -e sdp 2>/dev/null | sed 's/\\r\\n/\n/g' |
        grep -E "$2" | grep -vE '^((WWW-|Proxy-)?(Auth|auth)|a=ssrc:[0-9]+ cname:)' | sort -u | sed -n 1,20p | grep .
}

lab_up
box_start "$REPOSITORY/tools/lab.d/sip.cfg"
wire_start
softphone_start desk pp-desk 2001 "$UCM" udp "$TONE_DESK"
softphone_start remote pp-direct 1001 "$SERVER" udp "$TONE_REMOTE"
softphone_start guarded pp-direct 5001 "$SERVER" udp "$TONE_THIRD"
check 'the desk phone registers' softphone_registered desk
check 'a phone outside registers through the box' softphone_registered remote
check 'so does one that has to prove who it is' softphone_registered guarded
check 'the call server has it' is_registered 1001
check_not 'a port that nobody has asked for is closed' stray_arrives 20000

# calls_both_ways NAME TONE USER
calls_both_ways() {
    check "$1 calls the desk phone" softphones_talk "$1" desk 2001
    check "$1: each hears the other, whole" both_hear "$1" "$2" desk "$TONE_DESK"
    check "$1: the box has its media" has_media
    check "$1: and a call" box_has 'state Active' show sip
    check "$1 hangs up" softphone_hangup "$1"
    check "$1: nothing is open any more" wait_until 5 media_gone
    check "the desk phone calls $1" softphones_talk desk "$1" "$3"
    check "$1: each hears the other, whole" both_hear "$1" "$2" desk "$TONE_DESK"
    check "$1: the desk phone hangs up" softphone_hangup desk
    check "$1: nothing is open any more" wait_until 5 media_gone
}

# box_has TEXT COMMAND…: it stands in the answer.
box_has() { box "${@:2}" | grep -F -- "$1"; }

calls_both_ways remote "$TONE_REMOTE" 1001
calls_both_ways guarded "$TONE_THIRD" 5001

check 'a call to put on hold' softphones_talk remote desk 2001
check 'the desk phone puts it on hold' softphone_hold desk
check_not 'and hears nothing' softphone_listens desk "$TONE_REMOTE" 1
check 'the desk phone takes it back' softphone_resume desk
check 'each hears the other again' both_hear remote "$TONE_REMOTE" desk "$TONE_DESK"
check 'it ends' softphone_hangup remote
check 'nothing is open any more' wait_until 5 media_gone

check 'a call that nobody answers' softphone_dial remote 2001
check 'rings' softphone_is desk incoming
check 'the caller gives up' softphone_hangup remote
check 'nothing is open any more' wait_until 5 media_gone

check 'the log tells of each pinhole' box_has \
    "%ASA-6-607001: Pre-allocate SIP RTP secondary channel for outside:$PHONE to inside:192.0.2.16/" show logging
check 'nothing was dropped as media that is none' fails box_has 'inspect-rtp' show asp drop

wire_stop
check_not 'outside, no message names an inside address' names outside '192\.0\.2\.'
check_not 'inside, no message names a mapped address' names inside '10\.10\.0\.'
check 'outside, media goes to the mapped address' wire_has outside "ip.dst == $DESK && udp.length == 180"
lab_test_done
