# shellcheck shell=bash
# One recording of 600,000 packets (TFTP, SIP and media of some 3,000 phones), through phoneproxy replay and through tshark,
# which dissects every packet without printing it (protocol hierarchy). In turn, each with the machine to itself, from a warm
# page cache; the median of three. A replay reads on one processor and decides on another; what it takes on a single one is
# told, too. Floor: reading the file at all.

REPLAY_PACKETS=600000
REPLAY_ROUNDS=3

bench_replay() {
    local recording=$BENCH_DIR/phones.pcapng packets round
    local -a ours=() single=() peer=() floor=()
    "$BENCHMARKS" recording --packets "$REPLAY_PACKETS" "$recording"
    packets=$("$PHONEPROXY" replay --json "$recording" | sed -nE 's/^ *"read": ([0-9]+),?$/\1/p')
    for ((round = 1; round <= REPLAY_ROUNDS; round++)); do
        floor+=("$(seconds cat "$recording")")
        ours+=("$(seconds "$PHONEPROXY" replay --json "$recording")")
        single+=("$(seconds taskset --cpu-list "$(last_cpu)" "$PHONEPROXY" replay --json "$recording")")
        peer+=("$(peer_seconds "$recording")")
        note "replay: round $round: ${ours[-1]} s, on one processor ${single[-1]} s, tshark ${peer[-1]} s, cat ${floor[-1]} s"
    done
    replay_report "$packets" "$(median "${ours[@]}")" "$(median "${single[@]}")" "$(median "${floor[@]}")" \
        "$(median "${peer[@]}")"
}

# seconds COMMAND…: how long it takes; what it prints goes nowhere.
seconds() {
    local start=$EPOCHREALTIME
    timeout 300 "$@" >/dev/null 2>&1 || die "$1 failed or took more than five minutes"
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.6f\n", b - a }'
}

peer_seconds() {
    if command -v tshark >/dev/null; then seconds tshark -n -r "$1" -q -z io,phs; else printf 'null\n'; fi
}

# replay_report PACKETS OURS SINGLE FLOOR PEER: seconds each.
replay_report() {
    local -a words=(
        "ours.seconds=$2" "ours.packetsPerSecond=$(quotient "$1" "$2")" "ours.secondsOnOneProcessor=$3"
        "floor.seconds=$4" "floor.packetsPerSecond=$(quotient "$1" "$4")"
        "peer.seconds=$5" "peer.packetsPerSecond=$(quotient "$1" "$5")"
        'oursToPeerPacketsPerSecond=ours.packetsPerSecond/peer.packetsPerSecond>=20'
    )
    [[ $5 != null ]] || words+=('why:peer=tshark is not installed')
    "$BENCHMARKS" report replay "${words[@]}"
}
