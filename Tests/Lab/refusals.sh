#!/usr/bin/env bash
# What the access list does not permit does not pass, and is counted under the ASA's name.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

TRANSFER_SECONDS=3
lab_up
box_start "$LAB_CONFIG"

# asks HOST SERVER[:PORT]: one small download.
asks() { downloads curl "$1" "$2" 512.bin; }

for host in pp-phone pp-direct; do
    check "$host: another port of the server is refused" refuses acl-drop asks "$host" 10.10.0.26:70
    check "$host: the server's own address is refused" refuses acl-drop asks "$host" 192.0.2.101
    check "$host: another inside host is refused" refuses acl-drop asks "$host" 192.0.2.105
done
check 'TCP to the server is refused' refuses acl-drop \
    in_host pp-direct curl --silent --max-time 3 http://10.10.0.26:5060/
check 'after the refusals, what is permitted still passes' downloads curl pp-phone 10.10.0.26 512.bin

lab_test_done
