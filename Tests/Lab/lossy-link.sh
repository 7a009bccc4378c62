#!/usr/bin/env bash
# A link that loses packets: retransmissions cross the box, and files arrive whole.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

# downloads_in_the_end CLIENT HOST SERVER FILE: as `downloads`, but asks again when atftp gave up because its first ACK was
# lost and the server therefore repeated its OACK (RFC 2347), which atftp does not know.
downloads_in_the_end() {
    local attempt
    for attempt in 1 2 3 4 5; do
        : >"$LAB_DIR/log/clients.log"
        ! downloads "$@" || return 0
        cat "$LAB_DIR/log/clients.log"
        grep 'unexpected OACK' "$LAB_DIR/log/clients.log" || return 1
        say "after attempt $attempt once more"
    done
    return 1
}

lab_up
box_start "$LAB_CONFIG"
lose 5
TRANSFER_SECONDS=120
for client in curl:1428 atftp:1428 atftp:1428:4; do
    check "100 KiB arrive by $client though 5 % are lost" downloads_in_the_end "$client" pp-phone 10.10.0.26 100KiB.bin
done
lost=$(lost_packets)
check "packets were lost meanwhile ($lost)" test "$lost" -gt 0
repair
TRANSFER_SECONDS=30
check 'on a good link again, nothing lingers' downloads tftp-hpa pp-phone 10.10.0.26 100KiB.bin

lab_test_done
