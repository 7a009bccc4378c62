# shellcheck shell=bash
# The box in the lab: started, asked, stopped and killed as an operator would.

# Another program may stand in for the release build.
PHONEPROXY=${PHONEPROXY:-$REPOSITORY/.build/release/phoneproxy}

box_control() { printf '%s/control\n' "$LAB_DIR"; }

# box WORDS…: an ASA command to the running box, such as: box show asp drop
box() { "$PHONEPROXY" "$@" --control "$(box_control)"; }

# box_start CONFIG: returns once the box answers commands; says why when it does not.
box_start() {
    [[ -x $PHONEPROXY ]] || die "no $PHONEPROXY: swift build -c release"
    mkdir -p "$LAB_DIR/state"
    rm -f "$LAB_DIR/box.pid" "$LAB_DIR/box.exit"
    # The outer shell outlives whoever starts the box, and keeps its exit status.
    # shellcheck disable=SC2016 # expanded by that shell
    setsid bash -c '
        pid=$1 status=$2
        shift 2
        "$@" &
        echo $! >"$pid"
        wait $!
        echo $? >"$status"
    ' box-keeper "$LAB_DIR/box.pid" "$LAB_DIR/box.exit" \
        ip netns exec pp-box "$PHONEPROXY" run --config "$1" --state "$LAB_DIR/state" --control "$(box_control)" \
        </dev/null >>"$LAB_DIR/log/box.log" 2>&1 {LAB_LOCK}>&- &
    wait_until 30 box_answers_or_ended || true
    { box_pid && box_answers; } >/dev/null ||
        die "the box does not start: $(tail -n 5 "$LAB_DIR/log/box.log")"
}

box_answers() { box show version >/dev/null 2>&1; }
box_ended() { [[ -e $LAB_DIR/box.exit ]]; }
box_answers_or_ended() { box_ended || box_answers; }

# box_pid: prints the running box's process id; fails when none runs.
box_pid() {
    local pid
    pid=$(cat "$LAB_DIR/box.pid" 2>/dev/null) || return 1
    [[ -n $pid ]] && ip netns pids pp-box 2>/dev/null | grep -x "$pid"
}

# box_stop: SIGTERM; succeeds when the box ended with status 0 within ten seconds.
box_stop() {
    signal_box TERM && [[ $(cat "$LAB_DIR/box.exit") == 0 ]]
}

# box_kill: SIGKILL: the box has no chance to tidy up.
box_kill() { signal_box KILL; }

signal_box() {
    local pid
    pid=$(box_pid) || return 1
    kill -s "$1" "$pid"
    wait_until 10 box_ended
}

# box_kernel_state: every rule and route in the box's namespace, without counters, in a form to compare.
# Empty tables and chains that iptables itself leaves behind are not rules.
box_kernel_state() {
    local table
    in_host pp-box nft list tables | grep -v -E '^table ip6? (raw|mangle|nat|filter|security)$' || true
    for table in raw mangle nat filter; do
        in_host pp-box iptables -t "$table" -S | grep -E '^-[AN]' | sed "s/^/ip $table /" || true
        in_host pp-box ip6tables -t "$table" -S | grep -E '^-[AN]' | sed "s/^/ip6 $table /" || true
    done
    in_host pp-box ip rule
    in_host pp-box ip -4 route show table all
    in_host pp-box ip neighbour show proxy
}

box_descriptors() { find "/proc/$(box_pid)/fd" -mindepth 1 | wc -l; }

# box_has_at_most_descriptors NUMBER
box_has_at_most_descriptors() {
    local now
    now=$(box_descriptors)
    printf '%s descriptors, at most %s\n' "$now" "$1"
    ((now <= $1))
}

# box_has_no_media: no call has left anything with the box.
box_has_no_media() {
    local sessions
    sessions=$(box show phone-proxy media-sessions) || return 1
    printf '%s\n' "$sessions"
    ! grep -qE '[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+' <<<"$sessions"
}
