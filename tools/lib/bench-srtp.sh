# shellcheck shell=bash
# A 20 ms packet of G.711 protected and unprotected with AES_CM_128_HMAC_SHA1_80, packet after packet from memory, each of
# another stream. Floor: the same cipher and hash on the same bytes and nothing else. Peer: libsrtp2 as the system has it.

bench_srtp() {
    compile allocations.so "$BENCH_SOURCES/allocations.c" -shared -fPIC
    compile transform "$BENCH_SOURCES/transform.c" -lcrypto
    local -a words
    mapfile -t words < <(LD_PRELOAD=$BENCH_DIR/allocations.so alone "$(last_cpu)" "$BENCHMARKS" srtp)
    mapfile -t -O "${#words[@]}" words < <(alone "$(last_cpu)" "$BENCH_DIR/transform" 1 100 1000 5000)
    "$BENCHMARKS" report srtp "${words[@]}" \
        'costAt100ToCostAt5000Streams=ours.nanosecondsPerPacketAt100Streams/ours.nanosecondsPerPacketAt5000Streams>=0.667' \
        'floorToOursAt100Streams=floor.nanosecondsPerPacketAt100Streams/ours.nanosecondsPerPacketAt100Streams>=0.75' \
        'peerToOursAt1000Streams=peer.nanosecondsPerPacketAt1000Streams/ours.nanosecondsPerPacketAt1000Streams>=5' \
        "packetsWithoutAllocationPerPacket=$(srtp_without_allocation "${words[@]}")>=1"
}

# srtp_without_allocation WORD…: 1 less the most allocations per packet that any of the words says.
srtp_without_allocation() {
    printf '%s\n' "$@" | awk -F= '
        /allocationsPerPacket/ { seen = 1; if ($2 == "null") missing = 1; else if ($2 + 0 > most) most = $2 + 0 }
        END { if (seen && !missing) print 1 - most; else print "null" }'
}
