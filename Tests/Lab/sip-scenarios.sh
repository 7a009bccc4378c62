#!/usr/bin/env bash
# The scripted SIP scenarios, without a box in between: one of each family by itself, and one 50 at a time. What fails here
# says nothing about the box.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

lab_up
stop_sip_server

family=
while read -r scenario; do
    [[ $scenario != "$family"/* || -n ${ALL_SCENARIOS:-} ]] || continue
    family=${scenario%%/*}
    for transport in udp tcp; do
        check "$scenario over $transport" sipp_runs "$scenario" "$transport"
    done
done < <(sipp_scenarios)

for transport in udp tcp; do
    check "50 calls at a time over $transport" sipp_runs call/plain "$transport" 100
done
check 'requests in segments of one byte' sipp_segments bytes
check 'requests glued together' sipp_segments glued

tls_stand_in
tls_tunnel pp-direct SEP001DA2010070 10.10.0.24:5061
for scenario in registration/refreshed call/plain re-invite/hold-sendonly; do
    check "$scenario through TLS" sipp_runs "$scenario" tcp 1 "$(host_address pp-direct)"
done
check 'single bytes through TLS' sipp_segments bytes "$(host_address pp-direct)"

lab_test_done
