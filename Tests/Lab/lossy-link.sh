#!/usr/bin/env bash
# A link that loses packets: retransmissions cross the box, and files arrive whole.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

lab_up
box_start "$LAB_CONFIG"
lose 5
TRANSFER_SECONDS=120
for client in curl:1428 atftp:1428 atftp:1428:4; do
    check "100 KiB arrive by $client though 5 % are lost" downloads "$client" pp-phone 10.10.0.26 100KiB.bin
done
lost=$(lost_packets)
check "packets were lost meanwhile ($lost)" test "$lost" -gt 0
repair
TRANSFER_SECONDS=30
check 'on a good link again, nothing lingers' downloads tftp-hpa pp-phone 10.10.0.26 100KiB.bin

lab_test_done
