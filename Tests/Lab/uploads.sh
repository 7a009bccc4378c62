#!/usr/bin/env bash
# Write requests through the box, to a server that takes them.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

# shellcheck disable=SC2034 # lab_up's
LAB_TFTP_SERVER=tftpd-hpa
lab_up
box_start "$LAB_CONFIG"

for client in tftp-hpa curl curl:1428 atftp atftp:1428; do
    for file in 511.bin 512.bin 513.bin 100KiB.bin; do
        check "pp-phone uploads $file by $client" uploads "$client" pp-phone 10.10.0.26 "$file"
    done
done
check 'a phone with a public address uploads too' uploads atftp:1428 pp-direct 10.10.0.26 1MiB.bin

lab_test_done
