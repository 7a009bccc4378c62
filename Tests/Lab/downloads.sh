#!/usr/bin/env bash
# Permitted downloads through the box: three clients, their options, files at the edges of TFTP's blocks.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

SERVER=10.10.0.26
# dnsmasq does not answer windowsize: the last one must fall back to a block at a time.
CLIENTS=(tftp-hpa curl curl:512 curl:1428 atftp atftp:1428 atftp:1428:8)
FILES=(511.bin 512.bin 513.bin 100KiB.bin 1MiB.bin SEP001122334455.cnf.xml)

lab_up
box_start "$LAB_CONFIG"

for host in pp-phone pp-direct; do
    for client in "${CLIENTS[@]}"; do
        for file in "${FILES[@]}"; do
            check "$host downloads $file by $client" downloads "$client" "$host" "$SERVER" "$file"
        done
    done
done

# curl 7.88 takes a tsize of 0 for an error, so it is asked without options.
for client in tftp-hpa curl atftp atftp:1428:8; do
    check "pp-phone downloads an empty file by $client" downloads "$client" pp-phone "$SERVER" 0.bin
done

check 'a block larger than a packet arrives in fragments' downloads curl:8192 pp-direct "$SERVER" 100KiB.bin

# 68 is curl's CURLE_TFTP_NOTFOUND: the server's own error reached it.
status=0
fetch curl pp-phone "$SERVER" absent.bin "$LAB_DIR/out/absent" 2>>"$LAB_DIR/log/clients.log" || status=$?
check "the server's refusal of a file that is not there arrives (curl: $status)" test "$status" -eq 68

TRANSFER_SECONDS=240
check 'a file of more than 65,535 blocks arrives whole' downloads tftp-hpa pp-direct "$SERVER" 33MiB.bin

lab_test_done
