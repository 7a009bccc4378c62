#!/usr/bin/env bash
# Several blocks on their way at once (RFC 7440), with a server that agrees to it.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

SERVER=10.10.0.26

# shellcheck disable=SC2034 # lab_up's
LAB_TFTP_SERVER=atftpd
lab_up
box_start "$LAB_CONFIG"

for window in 2 8 64; do
    for host in pp-phone pp-direct; do
        check "$host downloads by windows of $window" downloads "atftp:1428:$window" "$host" "$SERVER" 1MiB.bin
        check "$host uploads by windows of $window" uploads "atftp:1428:$window" "$host" "$SERVER" 100KiB.bin
    done
done

TRANSFER_SECONDS=120
check 'more than 65,535 blocks by windows of 32' downloads atftp:512:32 pp-direct "$SERVER" 33MiB.bin

lose 2
check 'windows that lose packets arrive whole' downloads atftp:1428:8 pp-phone "$SERVER" 100KiB.bin

lab_test_done
