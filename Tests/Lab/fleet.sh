#!/usr/bin/env bash
# labphone against itself, without a box: what it counts is right, so that it can be believed when the box comes in between.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

lab_up
fleet_over_server() { fleet pp-direct "$UCM" --transport "$1" --count 100 --calls 100 --simultaneous 50 \
    --to 1000 --targets 100 --talk 1 --limit 60; }
check 'phones call each other over the call server, UDP' fleet_over_server udp
check 'and TCP' fleet_over_server tcp
stop_sip_server

SRTP=AES_CM_128_HMAC_SHA1_80
desk_start --suites "$SRTP"
check '300 phones register, and have 100 calls with SRTP at a time' fleet pp-direct "$UCM" --transport tcp --count 300 \
    --calls 100 --simultaneous 100 --rate 100 --talk 3 --suites "$SRTP" --limit 60
check 'both ends have counted the same' same_at_both_ends

desk_start --suites AEAD_AES_256_GCM
check 'calls are on hold and taken back' fleet pp-direct "$UCM" --transport udp --count 20 \
    --calls 20 --simultaneous 20 --talk 2 --hold 0.5 --suites AEAD_AES_256_GCM,"$SRTP" --limit 60
check 'both ends have counted the same' same_at_both_ends

tls_stand_in
desk_start --suites "$SRTP"
check 'phones register over TLS, each with its own certificate' fleet pp-direct 10.10.0.24 --count 20 --calls 20 \
    --simultaneous 20 --talk 1 --suites "$SRTP" --limit 60 --trust "$(authority server)" \
    --authority "$(authority)" --authority-key "$(authority_key)"
check 'both ends have counted the same' same_at_both_ends

# Every twentieth packet with media is lost; every two-hundredth of the others arrives with a bit turned over.
desk_start --suites "$SRTP"
in_host pp-box nft -f - <<'NFT'
table ip faults {
    chain forward {
        type filter hook forward priority filter; policy accept;
        udp length 190 numgen inc mod 20 == 0 drop
        udp length 190 numgen inc mod 200 == 7 @th,320,8 set 0x55
    }
}
NFT
check_not 'what goes wrong on the way is not called good' fleet pp-direct "$UCM" --transport tcp --count 20 \
    --calls 20 --simultaneous 20 --talk 2 --suites "$SRTP" --limit 60
summary=$(cat "$LAB_DIR/log/fleet.json")
check 'lost packets are counted' test "$(summed lost "$summary")" -gt 20
check 'so are packets that do not authenticate' test "$(summed authenticationFailures "$summary")" -gt 0
check 'no frame that got through is another than was sent' test "$(summed wrongFrames "$summary")" -eq 0

lab_test_done
