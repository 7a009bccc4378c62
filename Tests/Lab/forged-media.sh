#!/usr/bin/env bash
# 50,000 packets a second that only look like the calls' media: with the phones' own addresses, ports and sources, and with a
# key that is not theirs; and the same from another address. The calls do not hear of it.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"
# shellcheck source=tools/lib/bench.sh
source "$REPOSITORY/tools/lib/bench.sh"

CALLS=50 FLOOD_RATE=50000 FLOOD_SECONDS=4
BENCH_DIR=$LAB_DIR/out

# listen_in: for `media send`, what an eavesdropper outside knows of the phones' streams: ports and sources, and no key.
listen_in() {
    local key
    key=$(openssl rand -hex 30)
    in_host "${WIRE_OUTSIDE[0]}" timeout 5 tcpdump --immediate-mode -i "${WIRE_OUTSIDE[1]}" -c "$((CALLS * 8))" -w "$BENCH_DIR/heard.pcap" \
        'udp and dst host 10.10.0.25 and udp[4:2] = 190' 2>/dev/null
    tshark -n -r "$BENCH_DIR/heard.pcap" -T fields -e udp.srcport -e udp.dstport -e udp.payload |
        while read -r source destination payload; do
            printf '%s %s %s %s\n' "$source" "$destination" "$((16#${payload:16:8}))" "$key"
        done | sort -u >"$BENCH_DIR/streams"
    printf '%s streams\n' "$(wc -l <"$BENCH_DIR/streams")"
    (($(wc -l <"$BENCH_DIR/streams") == CALLS))
}

# flood HOST SOURCE: what was sent stands in out/flood.
flood() {
    local next
    next=$(in_host pp-net cat "/sys/class/net/${1#pp-}/address")
    in_host "$1" "$BENCH_DIR/media" send eth0 "$next" "$2" 10.10.0.25 "$BENCH_DIR/streams" 40000 "$FLOOD_RATE" "$FLOOD_SECONDS" forged |
        tee "$BENCH_DIR/flood"
}

# is_fast: the flood was what it should be.
is_fast() {
    local packets
    read -r _ packets _ <"$BENCH_DIR/flood"
    printf '%s packets\n' "$packets"
    ((packets >= FLOOD_RATE * FLOOD_SECONDS * 9 / 10))
}

# forged_drops: packets whose number can not be, or whose tag is not the key's.
forged_drops() { printf '%s\n' "$(($(drops inspect-srtp-validate-authtag-failed) + $(drops inspect-rtp-sequence-num-outofrange)))"; }

# has_counted BEFORE: since then as many as were sent.
has_counted() {
    local now packets
    now=$(forged_drops)
    read -r _ packets _ <"$BENCH_DIR/flood"
    printf '%s before, %s now, %s were sent\n' "$1" "$now" "$packets"
    ((now - $1 == packets))
}

lab_up
compile media "$BENCH_SOURCES/media.c" -Wno-deprecated-declarations -lcrypto
stop_sip_server
box_start "$(phone_proxy_configuration)"
authority_key >/dev/null
desk_start --limit 120
fleet pp-direct 10.10.0.26 --count "$CALLS" --calls "$CALLS" --simultaneous "$CALLS" --rate 50 --talk 25 --limit 90 \
    --suites AES_CM_128_HMAC_SHA1_80 --authority "$(authority)" --authority-key "$(authority_key)" >/dev/null &
fleet=$!
wait_until 30 shows "^$CALLS in use" phone-proxy media-sessions
check "somebody listens in to $CALLS calls" listen_in
check 'and sends with a key that he has not got' flood pp-direct "$(host_address pp-direct)"
check 'that many packets' is_fast
check 'each is dropped, and counted' wait_until 3 has_counted 0
before=$(forged_drops)
check 'from another address, too' flood pp-home "$(host_address pp-home)"
check 'that many packets' is_fast
check 'each is dropped, and counted' wait_until 3 has_counted "$before"
status=0
wait "$fleet" || status=$?
check 'every call was whole' test "$status" -eq 0
check 'both ends have counted the same' same_at_both_ends
check 'the box has closed what it opened' wait_until 5 box_has_no_media
say "      $(box show asp drop | grep inspect | tr -s ' ')"

lab_test_done
