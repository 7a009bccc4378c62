#!/usr/bin/env bash
# A killed box: what its failure policy says holds meanwhile, and the next start replaces the old rules.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

SERVER=192.0.2.101
TRANSFER_SECONDS=5

# Without translation, since an untranslated packet is all that a kernel alone can let through.
policy_configuration() {
    configuration "$1" "s/^ nameif .*/&\n inspection $1/" '/^object network/,/^!/d' \
        "s/^access-list .*/access-list pp extended permit udp any host $SERVER/"
}

# crash: kills the box in the middle of a download.
crash() {
    limit_rate 256kbit
    fetch curl pp-phone "$SERVER" 1MiB.bin "$LAB_DIR/out/interrupted" >>"$LAB_DIR/log/clients.log" 2>&1 &
    sleep 1
    box_kill
    repair
    wait $! || true
}

for policy in fail-close fail-open; do
    config=$(policy_configuration "$policy")
    lab_up
    before=$(box_kernel_state)
    box_start "$config"
    running=$(box_kernel_state)
    check "$policy: a download passes while the box runs" downloads curl pp-phone "$SERVER" 100KiB.bin
    check "$policy: SIGKILL in the middle of a download ends the box" crash
    case $policy in
        fail-close) check_not "$policy: nothing passes unseen" downloads curl pp-phone "$SERVER" 512.bin ;;
        fail-open) check "$policy: downloads pass unseen" downloads curl pp-phone "$SERVER" 512.bin ;;
    esac
    box_start "$config"
    check "$policy: the next start replaced the old rules" same_text "$running" "$(box_kernel_state)"
    check "$policy: a download passes again" downloads curl pp-phone "$SERVER" 100KiB.bin
    check "$policy: SIGTERM ends the box with status 0" box_stop
    check "$policy: nothing of either run is left" same_text "$before" "$(box_kernel_state)"
    rm -f "$config"
done

lab_test_done
