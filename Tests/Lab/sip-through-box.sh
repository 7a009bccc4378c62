#!/usr/bin/env bash
# The scripted SIP scenarios through the box: a phone with TLS and SRTP on one side, a call server with TCP and RTP on the other,
# either of which asks. Each side checks, line by line, what the box has made of what the other has sent (Tests/Lab/sipp/box.py).
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

# Waiting as short as the box allows.
sip_configuration() {
    local path=$LAB_DIR/sip.cfg
    { cat "$(phone_proxy_configuration)" && printf 'timeout sip-disconnect 0:00:02 sip-invite 0:01:00 sip-provisional-media 0:01:00\n'; } >"$path"
    printf '%s\n' "$path"
}

# results WORDS CUT SCENARIO…
results() {
    local when=$1 cut=$2 scenario
    shift 2
    for scenario in "$@"; do check "$scenario $when" sipp_result "$cut" "$scenario"; done
}

lab_up
stop_sip_server
box_start "$(sip_configuration)"
sipp_lanes_up SEP001DA2010070
descriptors=$(box_descriptors)
mapfile -t all < <(sipp_box_scenarios | grep -v /late/)
mapfile -t late < <(sipp_box_scenarios | grep /late/)

for scenario in "${all[@]}"; do check "$scenario" sipp_lane_runs 0 "$scenario"; done

SIPP_SECONDS=60
sipp_at_a_time "$SIPP_LANES" whole "${all[@]}"
results "among $SIPP_LANES at a time" whole "${all[@]}"

for scenario in from-phone/call/plain to-phone/re-invite/hold-sendonly; do
    check "$scenario 100 times, 50 at a time" sipp_lane_runs 1 "$scenario" 100
done

# A minute of waiting, while others go on.
SIPP_SECONDS=90
sipp_at_a_time "${#late[@]}" whole "${late[@]}" &
waiting=$!
lane=40
for cut in bytes sevens records glued; do
    lane=$((lane + 1))
    [[ $cut == records ]] || sipp_lane_cuts "$lane" "$cut"
    for scenario in {from,to}-phone/{call/many-codecs,call/compact-names,re-invite/hold-inactive,update/in-call,fork/three-ring} \
        from-phone/registration/{refreshed,folded-header} to-phone/refer/accepted; do
        check "$scenario, cut: $cut" sipp_lane_runs "$lane" "$scenario" 1 "$cut"
    done
done
wait "$waiting"
results 'after a minute' whole "${late[@]}"

check 'the box has closed what it opened' wait_until 5 box_has_no_media
check 'and has no more descriptors than before' wait_until 5 box_has_at_most_descriptors "$descriptors"

lab_test_done
