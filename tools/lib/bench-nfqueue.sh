# shellcheck shell=bash
# The inline box between two hosts, with real TFTP uploads through it: each packet visits the queue, the engine (class
# inspect-tftp) and the translation. Beside it, in the same namespaces and in turn, a bare C loop that reads the queue,
# judges nothing and sends every packet back (the floor).
#
#   packetsPerSecond      the highest rate with at most one packet in a thousand lost: a flood finds the neighbourhood, five
#                         halvings the rate; a rate counts as held when one of two tries held it
#   microsecondsPerPacket CPU time of the process at a steady 50,000 packets a second; the floor looks every millisecond
#
# Medians of eleven rounds; the ratios are those within a round, and of them the median: what else the machine does changes
# from round to round, by a third and more. What is only told beside is measured in the first three. The generator has
# processor 0, the box or the floor processor 1, both before other processes.
# The floor's programs are not part of the project: nfqbench.c in ../shared/bench beside the checkout, or in the folder
# that BENCH_FLOOR names.

# shellcheck source=tools/lib/bench-net.sh
source "$REPOSITORY/tools/lib/bench-net.sh"

NFQUEUE_ROUNDS=${NFQUEUE_ROUNDS:-11}
NFQUEUE_FLOOR=${BENCH_FLOOR:-$REPOSITORY/../shared/bench}/nfqbench.c
TRANSFERS=64
PACED_RATE=50000
SUBJECT_CPU=1
GENERATOR_CPU=0
# The bare loop by its mode (mangle sends whole packets back, multi verdicts alone) and the place of its rule. mangle-raw
# queues where the box has to, before routing, since it translates: its own processor does the routing, as the box's does.
# Like is compared with like. With mangle-forward the generator's processor has routed before the queue; what the loop
# reaches there is told beside.
FLOOR=mangle-raw
TOLD_BESIDE=(mangle-forward multi-forward)
ROUNDS_BESIDE=3

bench_nfqueue() {
    require_root
    (($(nproc) > 1)) || die 'needs two processors'
    compile transfers "$BENCH_SOURCES/transfers.c"
    local -a subjects=(box) beside=()
    if [[ -r $NFQUEUE_FLOOR ]] && compile nfqbench "$NFQUEUE_FLOOR" -lmnl -lnetfilter_queue -lpthread; then
        subjects+=("$FLOOR")
        beside=("${TOLD_BESIDE[@]}")
    else
        note "nfqueue: no floor: $NFQUEUE_FLOOR is not there, or does not compile"
    fi
    bench_cleanup_with net_down
    net_up
    ip netns exec pp-bench-server "$BENCH_DIR/transfers" serve 198.18.2.2 "$TRANSFERS" {BENCH_LOCK}>&- &
    disown
    BOX_MAC=$(in_bench box cat /sys/class/net/eth0/address)
    NEXT_PORT=1024
    local -A rates=() costs=()
    local round subject
    for ((round = 1; round <= NFQUEUE_ROUNDS; round++)); do
        ((round <= ROUNDS_BESIDE)) || beside=()
        for subject in "${subjects[@]}" "${beside[@]}"; do measure_subject "$subject" "$round"; done
    done
    nfqueue_report
}

# measure_subject SUBJECT ROUND: adds to the caller's rates and costs.
measure_subject() {
    local rate cost=''
    subject_start "$1" 0
    rate=$(highest_rate try_rate "$1")
    [[ $1 != box ]] || cost=$(paced_cost "$1")
    subject_stop "$1"
    if [[ $1 == mangle-* ]]; then
        subject_start "$1" 1000
        cost=$(paced_cost "$1")
        subject_stop "$1"
    fi
    rates[$1]+="$rate "
    costs[$1]+="$cost "
    note "nfqueue: round $2: $1: $rate packets/s without loss${cost:+, $cost us a packet at $PACED_RATE/s}"
}

# --- What carries the packets

# subject_start SUBJECT TICK: the bare loop sleeps TICK microseconds when it has found nothing, 0: until a packet comes.
subject_start() {
    local -a command
    if [[ $1 == box ]]; then
        command=("$PHONEPROXY" run --config "$BENCH_SOURCES/nfqueue.cfg" --state "$BENCH_DIR/state"
            --control "$BENCH_DIR/control")
    else
        queue_rule -A "$1"
        # A minute is the longest that it runs.
        command=(env "TICK_US=$2" "$BENCH_DIR/nfqbench" "${1%-*}" 0 1 60 65535 0 64)
    fi
    ip netns exec pp-bench-box chrt --fifo 20 taskset --cpu-list "$SUBJECT_CPU" "${command[@]}" \
        </dev/null >"$BENCH_DIR/$1.log" 2>&1 {BENCH_LOCK}>&- &
    SUBJECT_PID=$!
    wait_until 10 subject_is_ready "$1" || die "$1 does not start: $(tail -n 3 "$BENCH_DIR/$1.log")"
}

# subject_is_ready SUBJECT: the kernel knows its queue, and the box has said that it is ready.
subject_is_ready() {
    in_bench box grep -q . /proc/net/netfilter/nfnetlink_queue && { [[ $1 != box ]] || grep -q '^ready' "$BENCH_DIR/box.log"; }
}

subject_stop() {
    kill "$SUBJECT_PID" 2>/dev/null || true
    wait "$SUBJECT_PID" || [[ $1 != box ]] || die "the box ended badly: $(tail -n 3 "$BENCH_DIR/box.log")"
    [[ $1 == box ]] || queue_rule -D "$1"
}

# queue_rule -A|-D SUBJECT
queue_rule() {
    local -a place=(raw "$1" PREROUTING)
    [[ $2 != *-forward ]] || place=(mangle "$1" FORWARD)
    in_bench box iptables -t "${place[@]}" -i eth0 -p udp -j NFQUEUE --queue-num 0
}

# server_of SUBJECT: where the server is reached.
server_of() { if [[ $1 == box ]]; then printf '198.18.3.2\n'; else printf '198.18.2.2\n'; fi; }

# --- Load

# transmit SUBJECT RATE SECONDS: prints "sent PACKETS seconds SECONDS"; every call has client ports of its own.
transmit() {
    in_bench client chrt --fifo 10 taskset --cpu-list "$GENERATOR_CPU" timeout 60 \
        "$BENCH_DIR/transfers" send eth0 "$BOX_MAC" 198.18.1.2 "$(server_of "$1")" "$(next_port)" "$TRANSFERS" "$2" "$3"
}

# next_port: the first of the next range of client ports, from a file, since its callers are subshells.
next_port() {
    local port
    port=$(cat "$BENCH_DIR/port" 2>/dev/null || printf '%s\n' "$NEXT_PORT")
    printf '%s\n' "$(((port + TRANSFERS) % 50000 + 1024))" >"$BENCH_DIR/port"
    printf '%s\n' "$port"
}

# try_rate SUBJECT RATE: two seconds; prints "OFFERED DELIVERED HELD", packets a second and 1 or 0.
try_rate() {
    local sent
    net_counter_reset
    sent=$(transmit "$1" "$2" 2) || die "no transfer through $1"
    # What waits in the queue arrives within this.
    sleep 0.3
    awk -v sent="$sent" -v arrived="$(net_counter)" 'BEGIN {
        split(sent, word, " ")
        printf "%d %d %d\n", word[2] / word[4], arrived / word[4], (word[2] - arrived) * 1000 <= word[2]
    }'
}

# paced_cost SUBJECT: microseconds of CPU time a packet, over two and a half seconds in the middle of four.
paced_cost() {
    local load before after
    net_counter_reset
    transmit "$1" "$PACED_RATE" 4 >/dev/null &
    load=$!
    sleep 1
    before="$(cpu_of "$SUBJECT_PID") $(net_counter)"
    sleep 2.5
    after="$(cpu_of "$SUBJECT_PID") $(net_counter)"
    wait "$load" || die "no transfer through $1"
    awk -v before="$before" -v after="$after" 'BEGIN {
        split(before, a, " "); split(after, b, " ")
        printf "%.3f\n", (b[1] - a[1]) / (b[2] - a[2]) / 1000
    }'
}

# --- The report

nfqueue_report() {
    local cost=microsecondsPerPacketAt50000PerSecond
    local -a words=(
        "ours.packetsPerSecond=$(median_of "${rates[box]}")"
        "ours.$cost=$(median_of "${costs[box]}")"
        "floor.packetsPerSecond=$(median_of "${rates[$FLOOR]:-}")"
        "floor.$cost=$(median_of "${costs[$FLOOR]:-}")"
        "floor.afterRoutingPacketsPerSecond=$(median_of "${rates[mangle-forward]:-}")"
        "floor.afterRoutingM${cost#m}=$(median_of "${costs[mangle-forward]:-}")"
        "floor.afterRoutingVerdictsOnlyPacketsPerSecond=$(median_of "${rates[multi-forward]:-}")"
        "oursToFloorPacketsPerSecond=$(ratio_of "${rates[box]}" "${rates[$FLOOR]:-}")>=0.9"
        # At most 1.3 times the floor's.
        "floorToOursMicrosecondsPerPacket=$(ratio_of "${costs[$FLOOR]:-}" "${costs[box]}")>=0.769"
        'why:peer=no other program translates and inspects TFTP on a netfilter queue'
    )
    [[ -x $BENCH_DIR/nfqbench ]] || words+=("why:floor=$NFQUEUE_FLOOR is not there, or does not compile")
    "$BENCHMARKS" report nfqueue "${words[@]}"
}
