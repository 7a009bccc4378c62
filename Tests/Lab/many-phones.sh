#!/usr/bin/env bash
# Phones behind one home router and a phone with a public address, all at once.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

lab_up
box_start "$LAB_CONFIG"

declare -A transfers=()
for host in pp-phone pp-phone2 pp-direct; do
    for client in tftp-hpa curl:1428 atftp:1428:8; do
        downloads "$client" "$host" 10.10.0.26 1MiB.bin &
        transfers["$host by $client"]=$!
    done
done
for transfer in "${!transfers[@]}"; do
    status=0
    wait "${transfers[$transfer]}" || status=$?
    check "$transfer, while eight others run" test "$status" -eq 0
done

lab_test_done
