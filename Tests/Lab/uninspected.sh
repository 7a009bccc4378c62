#!/usr/bin/env bash
# Traffic that is not inspected: access list and static translation hold for it too, and it does not cost a queue's price.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

lab_up
box_start "$LAB_CONFIG"
start_service iperf3 pp-direct iperf3 --server
wait_until 5 in_host pp-direct ss -Hltn 'sport = 5201'

# queued_packets: how many packets the kernel has handed to queues so far (nfnetlink_queue(7): id_sequence).
queued_packets() {
    local sum=0 columns
    while read -r -a columns; do
        sum=$((sum + columns[7]))
    done < <(in_host pp-box cat /proc/net/netfilter/nfnetlink_queue)
    printf '%s\n' "$sum"
}

before=$(queued_packets)
check 'an inside host sends 2 s of TCP outside' \
    in_host pp-ucm iperf3 --client 69.181.112.219 --time 2 --connect-timeout 3000
check 'the outside sees it under its translated address' grep -q 'from 10\.10\.0\.26' "$LAB_DIR/log/iperf3.log"
queued=$(($(queued_packets) - before))
check "next to none of it was queued ($queued packets)" test "$queued" -lt 50

lab_test_done
