#!/usr/bin/env bash
# Calls for a long time: half of them as long as the test, half of them short ones, one after the other, each of a phone with a
# certificate of its own, by TLS and SRTP, to desk phones that know neither.
#
# SOAK_SECONDS (40) and SOAK_CALLS (200) say how long and how many at a time: an hour is 3600.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

SOAK_SECONDS=${SOAK_SECONDS:-40} SOAK_CALLS=${SOAK_CALLS:-200}
SHORT_SECONDS=10
LEDGER=$REPOSITORY/Tests/Lab/soak/ledger.py
BOOKS=$LAB_DIR/books
half=$((SOAK_CALLS / 2))

# soak_phones NAME FIRST_DEVICE FIRST_USER OPTION…: a fleet of half the calls' phones; what it says goes into the books.
soak_phones() {
    local name=$1 device=$2 user=$3
    shift 3
    in_host pp-direct "$LABPHONE" sip --server 10.10.0.26 --address "$(host_address pp-direct)" --first "$device" --user "$user" \
        --authority "$(authority)" --authority-key "$(authority_key)" --suites AES_CM_128_HMAC_SHA1_80 \
        --count "$half" --simultaneous "$half" --rate 50 --limit "$((SOAK_SECONDS + 60))" "$@" >"$BOOKS/$name"
}

lab_up
stop_sip_server
box_start "$(phone_proxy_configuration)"
mkdir "$BOOKS"
authority_key >/dev/null
desk_start --limit "$((SOAK_SECONDS + 120))" --stay "$((SOAK_SECONDS + 120))"
descriptors=$(box_descriptors)
"$LEDGER" watch "$PHONEPROXY" "$(box_control)" "$(box_pid)" "$BOOKS" \
    "$SOAK_SECONDS" {LAB_LOCK}>&- &
watcher=$!

# Between a short call's last packet and the next call there is half a second, and a little.
short_calls=$((half * (SOAK_SECONDS * 10 / (SHORT_SECONDS * 10 + 7))))
soak_phones long SEP001DA2100000 10000 --calls "$half" --talk "$SOAK_SECONDS" &
long=$!
soak_phones short SEP001DA2200000 20000 --calls "$short_calls" --talk "$SHORT_SECONDS" &
short=$!
long_status=0 short_status=0
wait "$long" || long_status=$?
wait "$short" || short_status=$?
check "for $SOAK_SECONDS seconds $half phones talk" test "$long_status" -eq 0
check "and others have $short_calls short calls" test "$short_status" -eq 0
kill "$watcher" && wait "$watcher"
desk_stop >/dev/null
cp "$LAB_DIR/log/desk.log" "$BOOKS/desk"
for fleet in long short desk; do say "      $fleet: $(grep '"summary"' "$BOOKS/$fleet")"; done

check "every call is whole, and the same at both ends" "$LEDGER" audit "$BOOKS" calls
check 'the box has counted what both ends have, and dropped nothing' "$LEDGER" audit "$BOOKS" box
check 'no call was without its session at any time' "$LEDGER" audit "$BOOKS" sessions
check "the box's memory stays as it is" "$LEDGER" audit "$BOOKS" memory
say "      $("$LEDGER" audit "$BOOKS" memory)"
check_not 'the relay has dropped nothing' shows 'inspect-s?rtp' asp drop
check 'the box has closed what it opened' wait_until 5 box_has_no_media
check 'and has no more descriptors than before' wait_until 5 box_has_at_most_descriptors "$descriptors"

lab_test_done
