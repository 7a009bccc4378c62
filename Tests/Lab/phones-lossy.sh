#!/usr/bin/env bash
# Phones boot over bad links: what is lost is asked for again, and every file arrives whole.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

TRANSFER_SECONDS=60
# Quick enough that a lost packet does not cost the test a second.
QUICKLY=(--retransmit 0.2)

lab_up
box_start "$PHONE_PROXY_CONFIG"

check 'a phone boots 150 ms away' boots pp-direct SEP001DA2010070 7970-sccp --delay 75
for seed in 1 2 3; do
    check "a phone boots though 20 % are lost in each direction (seed $seed)" \
        boots pp-direct SEP001DA2010061 7961-sip --loss 0.2 --delay 20 --seed "$seed" "${QUICKLY[@]}"
    check "a phone boots though packets overtake each other (seed $seed)" \
        boots pp-phone SEP001DA2020070 7970-sccp --reorder 0.3 --seed "$seed" "${QUICKLY[@]}"
done

lose 10
# A boot is some fifty packets: of three, none would lose nothing.
for boot in 1 2 3; do
    check "a phone boots behind a home router whose line loses 10 % ($boot)" \
        boots pp-phone SEP0007EB020060 7960-sccp "${QUICKLY[@]}"
done
lost=$(lost_packets)
check "packets were lost meanwhile ($lost)" test "$lost" -gt 0
repair

limit_rate 64kbit
check 'a phone boots over a line of 64 kbit/s' boots pp-phone SEP0007EB020060 7960-sccp
repair

PHONES=60
for ((number = 0; number < PHONES; number++)); do
    printf -v device 'SEP001DA2FF%04X' "$number"
    add_phone pp-direct "$device" 7970-sccp
done
report=$(boot pp-direct --count "$PHONES" --first SEP001DA2FF0000 --summary --loss 0.05 --delay 10 "${QUICKLY[@]}") ||
    true
check "$PHONES phones boot at once, with 5 % lost" \
    same_text "\"phones\":$PHONES,\"booted\":$PHONES" "$(grep -oE '"phones":[0-9]+,"booted":[0-9]+' <<<"$report")"

lab_test_done
