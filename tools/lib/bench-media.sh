# shellcheck shell=bash
# SRTP and RTP (20 ms of G.711) through the media relay, between two hosts: each session has a party with SRTP on one side and
# one with RTP on the other. Beside it, in the same namespaces and in turn, rtpengine in userspace with one thread (the peer), and
# as floors a bare relay over a packet ring and the transform alone.
#
#   microsecondsPerPacket…  CPU time of the process at a steady 50,000 packets a second; what sending costs down to the other
#                           host's packet filter is in it, the receiving interrupt is not
#   packetsPerSecond        SRTP to RTP, the highest rate with at most one packet in a thousand lost, on one processor
#   microsecondsOfDelay…    from the sender to the far host, of 1,000 streams at 50 packets a second
#   …UnderForgedFlood       100 calls at 50 packets a second, while 50,000 packets a second with a wrong key come on their ports
#
# Medians of the rounds; the ratios are those within a round, and of them the median. The load has processor 0, the relay or the
# peer processor 1, both before other processes. The bare relay is not part of the project: afprelay.c in ../shared/bench beside the
# checkout, or in the folder that BENCH_FLOOR names.

# shellcheck source=tools/lib/bench-net.sh
source "$REPOSITORY/tools/lib/bench-net.sh"

MEDIA_ROUNDS=${MEDIA_ROUNDS:-3}
MEDIA_FLOORS=${BENCH_FLOOR:-$REPOSITORY/../shared/bench}
MEDIA_RATE=50000
# Seconds of a steady load, of which the two in the middle count.
MEDIA_STEADY=3

bench_media() {
    require_root
    (($(nproc) > 1)) || die 'needs two processors'
    compile media "$BENCH_SOURCES/media.c" -Wno-deprecated-declarations -lcrypto
    bench_cleanup_with net_down
    net_up
    media_counters
    declare -gA MEASURED=()
    local round
    for ((round = 1; round <= MEDIA_ROUNDS; round++)); do
        media_round ours
        if command -v rtpengine >/dev/null; then media_round peer; fi
        media_scaling
    done
    media_delay
    media_flood
    media_floors
    media_report
}

# media_counters: what arrives at the two hosts is counted, and ends there; the box's kernel does not answer for the relay.
media_counters() {
    local host
    for host in client server; do
        in_bench "$host" iptables -t raw -I PREROUTING -i eth0 -p udp --dport 20000:29999 -j DROP
        in_bench "$host" iptables -t raw -I PREROUTING -i eth0 -p udp --dport 30000:49999 -j DROP
    done
}

media_counter_reset() { in_bench "$1" iptables -t raw -Z PREROUTING; }
media_counter() { in_bench "$1" iptables -t raw -vxnL PREROUTING | awk '/dpts:20000:29999/ { print $1 }'; }

# --- What carries the packets

# media_start ours|peer STREAMS
media_start() {
    MEDIA_SUBJECT=$1
    printf '0\n' >"$BENCH_DIR/next.a"
    printf '0\n' >"$BENCH_DIR/next.b"
    if [[ $1 == ours ]]; then media_start_ours "$2"; else media_start_peer "$2"; fi
}

media_start_ours() {
    in_bench box iptables -t raw -A PREROUTING -p udp --dport 30000:49999 -j DROP
    # What the one before has said is gone before this one starts: it is waited for.
    : >"$BENCH_DIR/ours.log"
    ip netns exec pp-bench-box chrt --fifo 20 taskset --cpu-list 1 "$BENCHMARKS" media --streams "$1" "$BENCH_DIR/streams" \
        </dev/null >"$BENCH_DIR/ours.log" 2>&1 {BENCH_LOCK}>&- &
    MEDIA_PID=$!
    wait_until 20 grep -q '^ready' "$BENCH_DIR/ours.log" || die "the relay does not start: $(tail -n 3 "$BENCH_DIR/ours.log")"
}

media_start_peer() {
    # Four descriptors a call.
    ulimit -n "$(ulimit -Hn)"
    ip netns exec pp-bench-box chrt --fifo 20 taskset --cpu-list 1 timeout 240 rtpengine --config-file=none --foreground \
        --log-stderr --log-level=3 --table=-1 --interface=ext/198.18.1.1 --interface=int/198.18.2.1 \
        --listen-ng=127.0.0.1:22222 --port-min=30000 --port-max=60000 --num-threads=1 --timeout=300 --silent-timeout=300 \
        </dev/null >"$BENCH_DIR/peer.log" 2>&1 {BENCH_LOCK}>&- &
    MEDIA_WRAPPER=$!
    wait_until 10 media_peer_listens || die "rtpengine does not start: $(tail -n 3 "$BENCH_DIR/peer.log")"
    MEDIA_PID=$(pgrep --parent "$MEDIA_WRAPPER")
    in_bench box "$BENCH_DIR/media" calls "$1" "$BENCH_DIR/streams" || die 'rtpengine does not take calls'
}

media_peer_listens() { in_bench box ss -Hlun 'sport = 22222' | grep -q .; }

media_stop() {
    kill "$MEDIA_PID" 2>/dev/null || true
    if [[ $MEDIA_SUBJECT == ours ]]; then
        wait "$MEDIA_PID" || die "the relay ended badly: $(tail -n 3 "$BENCH_DIR/ours.log")"
        note "media: the relay: $(tr '\n' ' ' <"$BENCH_DIR/ours.log")"
        in_bench box iptables -t raw -D PREROUTING -p udp --dport 30000:49999 -j DROP
    else
        wait "$MEDIA_WRAPPER" || true
    fi
}

# --- Load

# media_send a|b RATE SECONDS [forged]: from the side with SRTP or from the one with RTP, to the other; prints "sent PACKETS
# seconds SECONDS next INDEX". Every call goes on with the sequence numbers where the last one ended.
media_send() {
    local host=client network=1 device=eth0 result
    [[ $1 == a ]] || { host=server network=2 device=eth1; }
    result=$(in_bench "$host" chrt --fifo 10 taskset --cpu-list 0 timeout 60 "$BENCH_DIR/media" send eth0 \
        "$(in_bench box cat "/sys/class/net/$device/address")" "198.18.$network.2" "198.18.$network.1" "$BENCH_DIR/streams.$1" \
        "$(cat "$BENCH_DIR/next.$1")" "$2" "$3" "${@:4}")
    # What the relay has lost of the end of the last call must not look like a wrong order: one more.
    (($# > 3)) || awk '{ print $6 + 1 }' <<<"$result" >"$BENCH_DIR/next.$1"
    printf '%s\n' "$result"
}

# far_host a|b: where it arrives.
far_host() { if [[ $1 == a ]]; then printf 'server\n'; else printf 'client\n'; fi; }

# media_try SUBJECT RATE: for highest_rate.
media_try() {
    local sent
    media_counter_reset server
    sent=$(media_send a "$2" 2) || die "nothing goes through $1"
    # What waits in the ring or in the sockets arrives within this.
    sleep 0.3
    awk -v sent="$sent" -v arrived="$(media_counter server)" 'BEGIN {
        split(sent, word, " ")
        printf "%d %d %d\n", word[2] / word[4], arrived / word[4], (word[2] - arrived) * 1000 <= word[2]
    }'
}

# media_cost a|b: microseconds of CPU time a packet.
media_cost() {
    local load before after host
    host=$(far_host "$1")
    media_counter_reset "$host"
    media_send "$1" "$MEDIA_RATE" "$MEDIA_STEADY" >/dev/null &
    load=$!
    sleep 0.7
    before="$(cpu_of "$MEDIA_PID") $(media_counter "$host")"
    sleep 2
    after="$(cpu_of "$MEDIA_PID") $(media_counter "$host")"
    wait "$load" || die "nothing goes through $MEDIA_SUBJECT"
    awk -v before="$before" -v after="$after" 'BEGIN {
        split(before, a, " "); split(after, b, " ")
        printf "%.3f\n", (b[1] - a[1]) / (b[2] - a[2]) / 1000
    }'
}

# --- What is measured

# media_round ours|peer: 1,000 streams.
media_round() {
    local opened sealed rate
    media_start "$1" 1000
    opened=$(media_cost a)
    sealed=$(media_cost b)
    rate=$(highest_rate media_try "$1")
    media_stop
    note_figure "$1.opened" "$opened"
    note_figure "$1.sealed" "$sealed"
    note_figure "$1.rate" "$rate"
    note "media: $1: $opened us a packet SRTP to RTP, $sealed RTP to SRTP, $rate packets/s without loss"
}

# media_scaling: the same total rate over few streams, and over many.
media_scaling() {
    local streams cost
    for streams in 1 100 5000; do
        media_start ours "$streams"
        cost=$(media_cost a)
        media_stop
        note_figure "ours.$streams" "$cost"
        note "media: ours: $cost us a packet over $streams streams"
    done
}

# media_listen SECONDS: prints what `media sink` does.
media_listen() {
    in_bench server timeout 60 "$BENCH_DIR/media" sink eth0 20000 29999 "$1"
}

media_delay() {
    local result
    media_start ours 1000
    media_send a "$MEDIA_RATE" 1 >/dev/null
    media_listen 4 >"$BENCH_DIR/delay" &
    local listener=$!
    sleep 0.3
    media_send a "$MEDIA_RATE" 3 >/dev/null
    wait "$listener"
    media_stop
    result=$(cat "$BENCH_DIR/delay")
    note "media: delay: $result"
    read -r _ _ _ _ _ "MEASURED[delay.p50]" _ "MEASURED[delay.p99]" _ "MEASURED[delay.max]" <<<"$result"
}

# media_flood: the forged packets come from the parties' own addresses and ports, with their sources and sequence numbers.
media_flood() {
    local result sent
    media_start ours 100
    media_send a 5000 1 >/dev/null
    media_listen 5 >"$BENCH_DIR/flood" &
    local listener=$!
    sleep 0.3
    media_send a 50000 4 forged >"$BENCH_DIR/forged" &
    local forger=$!
    sleep 0.3
    sent=$(media_send a 5000 3)
    wait "$forger" "$listener"
    media_stop
    result=$(cat "$BENCH_DIR/flood")
    note "media: under a forged flood ($(cat "$BENCH_DIR/forged")): $sent: $result"
    read -r _ "MEASURED[flood.received]" _ _ _ _ _ "MEASURED[flood.p99]" _ <<<"$result"
    read -r _ "MEASURED[flood.sent]" _ <<<"$sent"
}

# media_floors: one round each; they do not change.
media_floors() {
    MEASURED[floor.ring]=null
    if [[ -r $MEDIA_FLOORS/afprelay.c ]] && compile afprelay "$MEDIA_FLOORS/afprelay.c"; then
        media_start_plain
        MEASURED[floor.ring]=$(media_cost a)
        kill "$MEDIA_PID" 2>/dev/null || true
        wait "$MEDIA_PID" || true
        in_bench box iptables -t raw -D PREROUTING -p udp --dport 20000:29999 -j DROP
    fi
    compile transform "$BENCH_SOURCES/transform.c" -lcrypto
    MEASURED[floor.transform]=$(alone 1 "$BENCH_DIR/transform" 1000 | awk -F= '{ printf "%.3f\n", $2 / 1000 }')
    note "media: floors: ring ${MEASURED[floor.ring]} us a packet, transform ${MEASURED[floor.transform]} us"
}

# media_start_plain: the bare relay, for ports that are the peers' own.
media_start_plain() {
    local port
    MEDIA_SUBJECT=floor
    in_bench box iptables -t raw -A PREROUTING -p udp --dport 20000:29999 -j DROP
    for ((port = 20000; port < 22000; port += 2)); do printf '%d %d %d -\n' "$port" "$port" "$port"; done >"$BENCH_DIR/streams.a"
    printf '0\n' >"$BENCH_DIR/next.a"
    ip netns exec pp-bench-box chrt --fifo 20 "$BENCH_DIR/afprelay" eth0 eth1 "$(in_bench server cat /sys/class/net/eth0/address)" \
        198.18.2.1 198.18.2.2 20000 29999 20 1 </dev/null >"$BENCH_DIR/floor.log" 2>&1 {BENCH_LOCK}>&- &
    MEDIA_PID=$!
    sleep 0.5
}

# --- The report

media_report() {
    local -a words=()
    [[ -n ${MEASURED[peer.rate]:-} ]] || words+=('why:peer=rtpengine is not installed')
    [[ ${MEASURED[floor.ring]} != null ]] || words+=("why:floor.microsecondsPerPacketOfRing=afprelay.c is not in $MEDIA_FLOORS")
    "$BENCHMARKS" report media \
        "ours.microsecondsPerPacketOpened=$(median_of "${MEASURED[ours.opened]}")" \
        "ours.microsecondsPerPacketSealed=$(median_of "${MEASURED[ours.sealed]}")" \
        "ours.packetsPerSecond=$(median_of "${MEASURED[ours.rate]}")" \
        "ours.microsecondsPerPacketOver1Stream=$(median_of "${MEASURED[ours.1]}")" \
        "ours.microsecondsPerPacketOver100Streams=$(median_of "${MEASURED[ours.100]}")" \
        "ours.microsecondsPerPacketOver5000Streams=$(median_of "${MEASURED[ours.5000]}")" \
        "ours.microsecondsOfDelayP50=${MEASURED[delay.p50]}" "ours.microsecondsOfDelayP99=${MEASURED[delay.p99]}" \
        "ours.microsecondsOfDelayMax=${MEASURED[delay.max]}" \
        "ours.packetsSentUnderForgedFlood=${MEASURED[flood.sent]}" \
        "ours.packetsReceivedUnderForgedFlood=${MEASURED[flood.received]}" \
        "ours.microsecondsOfDelayP99UnderForgedFlood=${MEASURED[flood.p99]}" \
        "floor.microsecondsPerPacketOfRing=${MEASURED[floor.ring]}" \
        "floor.microsecondsPerPacketOfTransform=${MEASURED[floor.transform]}" \
        "peer.microsecondsPerPacketOpened=$(median_of "${MEASURED[peer.opened]:-}")" \
        "peer.microsecondsPerPacketSealed=$(median_of "${MEASURED[peer.sealed]:-}")" \
        "peer.packetsPerSecond=$(median_of "${MEASURED[peer.rate]:-}")" \
        "peerToOursMicrosecondsPerPacketOpened=$(ratio_of "${MEASURED[peer.opened]:-}" "${MEASURED[ours.opened]}")>=5" \
        "peerToOursMicrosecondsPerPacketSealed=$(ratio_of "${MEASURED[peer.sealed]:-}" "${MEASURED[ours.sealed]}")>=5" \
        "oursToPeerPacketsPerSecond=$(ratio_of "${MEASURED[ours.rate]}" "${MEASURED[peer.rate]:-}")>=2" \
        "costOver100StreamsToCostOver5000Streams=$(ratio_of "${MEASURED[ours.100]}" "${MEASURED[ours.5000]}")>=0.667" \
        "twoMillisecondsToDelayP99=$(quotient 2000 "${MEASURED[delay.p99]}")>=1" \
        "twoMillisecondsToDelayP99UnderForgedFlood=$(quotient 2000 "${MEASURED[flood.p99]}")>=1" \
        "receivedToSentUnderForgedFlood=$(quotient "${MEASURED[flood.received]}" "${MEASURED[flood.sent]}")>=1" \
        "${words[@]}"
}
