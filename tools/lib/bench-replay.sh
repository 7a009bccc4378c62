# shellcheck shell=bash
# One recording of 600,000 packets (TFTP, SIP and media of some 3,000 phones), through phoneproxy replay and through tshark,
# which dissects every packet without printing it (protocol hierarchy). In turn on the same processor, from a warm page
# cache; the median of three. Floor: reading the file at all.

REPLAY_PACKETS=600000
REPLAY_ROUNDS=3

bench_replay() {
    local recording=$BENCH_DIR/phones.pcapng packets round
    local -a ours=() peer=() floor=()
    "$BENCHMARKS" recording --packets "$REPLAY_PACKETS" "$recording"
    packets=$("$PHONEPROXY" replay --json "$recording" | sed -nE 's/^ *"read": ([0-9]+),?$/\1/p')
    for ((round = 1; round <= REPLAY_ROUNDS; round++)); do
        floor+=("$(seconds cat "$recording")")
        ours+=("$(seconds "$PHONEPROXY" replay --json "$recording")")
        peer+=("$(peer_seconds "$recording")")
        note "replay: round $round: ${ours[-1]} s, tshark ${peer[-1]} s, cat ${floor[-1]} s"
    done
    replay_report "$packets" "$(median "${ours[@]}")" "$(median "${floor[@]}")" "$(median "${peer[@]}")"
}

# seconds COMMAND…: how long it takes; what it prints goes nowhere.
seconds() {
    local start=$EPOCHREALTIME
    alone "$(last_cpu)" timeout 300 "$@" >/dev/null 2>&1 || die "$1 failed or took more than five minutes"
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.6f\n", b - a }'
}

peer_seconds() {
    if command -v tshark >/dev/null; then seconds tshark -n -r "$1" -q -z io,phs; else printf 'null\n'; fi
}

# replay_report PACKETS OURS FLOOR PEER: seconds each.
replay_report() {
    local -a words=(
        "ours.seconds=$2" "ours.packetsPerSecond=$(quotient "$1" "$2")"
        "floor.seconds=$3" "floor.packetsPerSecond=$(quotient "$1" "$3")"
        "peer.seconds=$4" "peer.packetsPerSecond=$(quotient "$1" "$4")"
        'oursToPeerPacketsPerSecond=ours.packetsPerSecond/peer.packetsPerSecond>=20'
    )
    [[ $4 != null ]] || words+=('why:peer=tshark is not installed')
    "$BENCHMARKS" report replay "${words[@]}"
}
