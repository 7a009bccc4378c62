#!/usr/bin/env bash
# SIGTERM ends the box with status 0 and leaves the kernel as it was; it may be started again and again.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

lab_up
before=$(box_kernel_state)
for round in 1 2; do
    box_start "$LAB_CONFIG"
    check "start $round: the box has rules in the kernel" fails same_text "$before" "$(box_kernel_state)"
    check "start $round: a download passes" downloads curl pp-phone 10.10.0.26 100KiB.bin
    check "start $round: SIGTERM ends it with status 0" box_stop
    check "start $round: every rule and route of the box is gone" same_text "$before" "$(box_kernel_state)"
    check "start $round: the control socket is gone" fails test -e "$(box_control)"
done

limit_rate 256kbit
box_start "$LAB_CONFIG"
downloads curl pp-phone 10.10.0.26 1MiB.bin &
transfer=$!
sleep 1
check 'SIGTERM in the middle of a download ends it with status 0' box_stop
check 'every rule and route is gone then, too' same_text "$before" "$(box_kernel_state)"
kill "$transfer" 2>/dev/null || true
wait "$transfer" || true

lab_test_done
