#!/usr/bin/env bash
# An address that floods the box with requests for phones' files: another phone boots all the same, the box's tables stay
# within their limits, and what it refused is counted.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

# So many requests at least while the phones boot, and never more than that.
REQUESTS=10000
MOST_REQUESTS=1000000
FLOOD_SECONDS=60
# Phones that boot one after the other, some undisturbed, some during each flood. Each is a new one, since what is in the
# cache would not have to wait for its turn.
BOOTS=11
# Milliseconds from a phone to its home router: hardly any remote phone is nearer to the box. Without any distance a boot is
# a matter of 3 ms, and the millisecond for which packets gather under load would be most of what is measured: some 25 ms,
# one for each block. What the test is to find costs a boot far more than its 0.4 s: a lost request, or a turn behind all
# of the flood's.
DISTANCE=10
# What one address may have under way: an eighth of what all together may.
SESSIONS_PER_HOST=2048
# Beyond what the box takes at its start, for the tables that one address may fill.
GROWTH_KILOBYTES=65536

# send_requests FORMAT…: these files of phones that nobody has, each from another port, as fast as they can be sent. It
# waits for no answer.
send_requests() {
    # shellcheck disable=SC2016 # expanded by that shell
    exec timeout "$FLOOD_SECONDS" ip netns exec pp-direct bash -c '
        address=$1 most=$2 formats=("${@:3}")
        for ((number = 0; number < most; number++)); do
            printf -v name "${formats[number % ${#formats[@]}]}" "$number"
            printf "\0\1$name\0octet\0" >"/dev/udp/$address/69"
        done' flood "$GLOBAL_TFTP" "$MOST_REQUESTS" "$@"
}

# during_flood COMMAND…: while requests for FLOOD_FILES come, REQUESTS of them at least.
during_flood() {
    local flood before status=0
    before=$(counter requests)
    send_requests "${FLOOD_FILES[@]}" {LAB_LOCK}>&- &
    flood=$!
    wait_until 10 requested $((before + 1000)) && "$@" && kill -0 "$flood" || status=$?
    wait_until "$FLOOD_SECONDS" requested $((before + REQUESTS)) || status=1
    kill "$flood" || status=1
    wait "$flood" || true
    return "$status"
}

requested() { (($(counter requests) >= $1)); }

# boot_new NAME NUMBER: the phones of this number on boot, one after the other; the median of their boots, in microseconds,
# goes into a file of this name.
boot_new() {
    local report
    report=$(boot pp-phone --count "$BOOTS" --first "$(new_phone "$2")" --parallel 1 --delay "$DISTANCE" \
        --summary | tail -n 1)
    printf '%s\n' "$report"
    sed -nE 's/.*"median":([0-9]+)\.([0-9]{6}).*/\1\2/p' <<<"$report" | sed -E 's/^0+(.)/\1/' >"$LAB_DIR/out/$1"
    [[ $report == *"\"phones\":$BOOTS,\"booted\":$BOOTS,"* ]]
}

new_phone() { printf 'SEP001DA2FF%04X\n' "$1"; }

# no_slower_than_twice NAME: the median, against the undisturbed one.
no_slower_than_twice() {
    local alone flooded
    alone=$(cat "$LAB_DIR/out/alone")
    flooded=$(cat "$LAB_DIR/out/$1")
    printf '%s microseconds, %s without the flood\n' "$flooded" "$alone"
    ((flooded > 0 && alone > 0 && flooded <= 2 * alone))
}

# The flood's own share of what the box knows.
flood_connections() { box show conn | grep -c '^UDP outside 69\.181\.112\.219:' || true; }
memory() { ps -o rss= -p "$(box_pid)"; }

at_most() {
    printf '%s, at most %s\n' "$2" "$1"
    (($2 <= $1))
}

# flood NAME NUMBER COMMAND…: the promises that hold while the phones of this number on boot during a flood; the command
# runs another one with the flood around it.
flood() {
    local name=$1 number=$2 refused
    shift 2
    refused=$(counter overLimit)
    check "$name: $BOOTS new phones boot meanwhile" "$@" boot_new "$name" "$number"
    say "      median boot: $(cat "$LAB_DIR/out/$name") microseconds; $(cat "$LAB_DIR/out/alone") without the flood"
    check "$name: half of them at least in no more than twice the time" no_slower_than_twice "$name"
    check "$name: the box's memory stays within bounds" at_most $((START + GROWTH_KILOBYTES)) "$(memory)"
    check "$name: what was refused is counted" counter_is_not "$refused" overLimit
    check "$name: each as a packet that was dropped" same_text "$(counter overLimit)" "$(drops phone-proxy-limit)"
}

no_flood_connections() { [[ $(flood_connections) -eq 0 ]]; }

lab_up
box_start "$PHONE_PROXY_CONFIG"
for ((number = 0; number < 3 * BOOTS; number++)); do
    add_phone pp-phone "$(new_phone "$number")" 7970-sccp
done
START=$(memory)
check "$BOOTS phones boot undisturbed" boot_new alone 0

# Nobody takes the answers, and nothing says so: each of these requests is under way until the box gives it up.
FLOOD_FILES=(CTLSEPF00D%08X.tlv)
flood 'trust lists, answers lost' "$BOOTS" while_deaf pp-direct during_flood
check 'no more is under way for the address than its share' at_most "$SESSIONS_PER_HOST" "$(flood_connections)"
check 'the flood over, all of it is given up' wait_until 90 no_flood_connections
check 'and a phone of that address boots' boots pp-direct SEP001DA2010070 7970-sccp

# The sender's host says that nobody takes them, as often as its kernel may; and the box asks the server for each of the
# configurations, which has none of them.
FLOOD_FILES=(CTLSEPF00D%08X.tlv SEPF00D%08X.cnf.xml.sgn)
flood 'trust lists and configurations' $((2 * BOOTS)) during_flood

lab_test_done
