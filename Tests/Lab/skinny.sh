#!/usr/bin/env bash
# Skinny phones of every age in clear, with the small call manager and with Asterisk, without the box: what the test equipment
# can do, and that its messages are what they should be.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

SECOND=192.0.2.105

# with_manager DESCRIPTION OPTION… -- PHONES_OPTION…: the phones' calls go well, and the call manager has nothing to complain of.
with_manager() {
    local description=$1
    shift
    local -a options=()
    while [[ $1 != -- ]]; do options+=("$1") && shift; done
    shift
    callmanager_start here "$UCM" "${options[@]}"
    check "$description" skinny_phones here pp-direct "$UCM" --transport tcp "$@"
    check "$description: the call manager has seen nothing odd" makes_sense here
}

# makes_sense NAME: all conversations were completed; every phone told the address it came from; nothing came unasked.
makes_sense() {
    local told
    told=$(callmanager_stop "$1")
    printf '%s\n' "$told"
    grep '"summary"' <<<"$told" | grep -E '"unknownMessages":0,"outOfOrder":0.*"foreignAddresses":0,"strayAcks":0,"refusals":0' &&
        [[ $(conversations "$1" '"outcome":"(completed|taken over)"') == $(grep -c '"conversation"' <<<"$told") ]]
}

# heard EXPECTED USER: what this user's phone heard, call by call.
heard() { same_text "$1" "$(heard_by "$2" here)"; }

LAB_CALL_SERVER=none
lab_up
wire_start
in_pairs=(--count 14 --versions '3,3,8,8,11,11,17,17,19,19,20,20,22,22' --pairs --calls 7 --simultaneous 7 --rate 100)
with_manager 'phones of versions 3 to 22 call each other, hold and resume' \
    --keep-alive 1 -- "${in_pairs[@]}" --talk 2 --hold 0.5 --stay 1
with_manager 'a call manager that knows version 11 at most is understood' --newest 11 -- "${in_pairs[@]}" --talk 1
with_manager 'with keys, and recorders that get both voices' --keys --record -- \
    --count 6 --versions 11,17,19,20,22,22 --pairs --calls 3 --simultaneous 3 --talk 2 --hold 0.5 --srtp
check 'each stream had a key of its own' all_encrypted here
check 'the recorders got both voices, whole' wait_until 5 conversations_are 3 here '"recorded":true'
with_manager 'with a call manager that gives no party' --express --keys -- \
    --count 4 --versions 11,17,19,22 --pairs --calls 2 --simultaneous 2 --talk 2 --hold 0.5
with_manager 'a number in one message, and an echo' -- \
    --count 7 --versions "$SKINNY_VERSIONS" --to 7000 --calls 7 --simultaneous 7 --rate 100 --talk 1 --media echo --enbloc
with_manager 'one is transferred to a third' --keys -- \
    --count 3 --versions 8,17,22 --callers 1 --to 1001 --calls 1 --talk 2 --transfer 1002 --called-talk 3
check 'and talks with it' heard '[431,831] ' 1001
with_manager 'three confer over a bridge' --keys -- \
    --count 3 --versions 19,20,11 --callers 1 --to 1001 --calls 1 --talk 3 --conference 1002 --called-talk 3
check 'where each hears another' heard '[831] [631,831] ' 1000
desk_start --media tone --frequency "$SKINNY_TONES"
with_manager 'a SIP desk phone is called, put on hold, and taken back' --keys --desk "$UCM" -- \
    --to 2001 --calls 1 --talk 2 --hold 0.5
check 'and has heard the tone' grep '"withTone":1,' <<<"$(desk_stop)"

# A phone that goes without a word, in the middle of a call.
callmanager_start here "$UCM"
skinny_phones_start called pp-phone "$UCM" --transport tcp --first SEP001DA2100001 --user 1001 --stay 30 --versions 20
wait_until 10 phone_at_manager
sleep 1
skinny_phones_start caller pp-direct "$UCM" --transport tcp --to 1001 --calls 1 --talk 60 --versions 17
check 'two talk' wait_until 5 wire_has inside 'udp.length == 180 && ip.src == 69.181.112.219'
sleep 1
kill -s KILL "$(cat "$LAB_DIR/phones-caller.pid")"
check 'one dies: the conversation is over' wait_until 5 grep '"conversation"' "$LAB_DIR/log/callmanager-here.log"
check 'and the other phone has no call any more' wait_until 5 grep '"call"' "$LAB_DIR/log/phones-called.log"

# The call manager dies, and comes back.
callmanager_kill here
callmanager_start here "$UCM"
sleep 4
kill -s TERM "$(cat "$LAB_DIR/phones-called.pid")"
check 'the call manager dies and comes back: so does the phone' \
    grep '"registrations":1,' <<<"$(callmanager_stop here | grep '"summary"')"

# Two call managers.
callmanager_start first "$UCM" --keep-alive 1 --refuse-tokens 1
callmanager_start second "$SECOND" --keep-alive 1
skinny_phones_start both pp-direct "$UCM,$SECOND" --transport tcp --standby --retry 0.5 --count 7 \
    --versions "$SKINNY_VERSIONS" --stay 9 --media none
sleep 3
callmanager_kill first
sleep 2
callmanager_start first "$UCM" --keep-alive 1 --refuse-tokens 1
check 'phones go to the second call manager and back' skinny_phones_ended both
check 'the second has had them all' grep '"registrations":7,' <<<"$(callmanager_stop second | grep '"summary"')"
check 'the first has them back, one after it had been told to wait' \
    grep -E '"registrations":7,.*"tokens":8' <<<"$(callmanager_stop first | grep '"summary"')"

# Asterisk knows all of these versions, too.
LAB_CALL_SERVER=asterisk
start_asterisk
check 'phones of versions 3 to 22 call the echo of Asterisk, and hear themselves, whole' \
    skinny_phones here pp-direct "$UCM" --transport tcp --count 7 --versions "$SKINNY_VERSIONS" \
    --to 7000 --calls 7 --simultaneous 7 --rate 100 --talk 2 --media echo --enbloc
check 'they call each other over it' skinny_phones here pp-direct "$UCM" --transport tcp "${in_pairs[@]}" --talk 2 --ring 1
stop_asterisk

wire_stop
check 'tshark finds nothing odd in all this' skinny_reads "$LAB_DIR/out/inside.pcapng" 2000
check 'and has seen a lot' test "$(skinny_messages "$LAB_DIR/out/inside.pcapng" 2000)" -gt 1500
lab_test_done
