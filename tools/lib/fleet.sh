# shellcheck shell=bash
# Phones by the hundred (labphone sip), and what answers them inside (labphone desk) on the call server's own address and
# port: whoever starts that ends the lab's own server first (stop_sip_server). Both say at the end what they counted.

# desk_start OPTION…: returns once it answers.
desk_start() {
    start_service desk pp-ucm "$LABPHONE" desk --bind "$UCM" --stay 600 "$@"
    wait_until 5 grep -x ready "$LAB_DIR/log/desk.log" || die "the desk does not start: $(cat "$LAB_DIR/log/desk.log")"
}

# desk_stop: prints its summary.
desk_stop() {
    end_service desk
    grep '"summary"' "$LAB_DIR/log/desk.log"
}

# fleet HOST SERVER[:PORT] OPTION…: phones in this host; prints their summary. Succeeds when all went well for them.
fleet() {
    local host=$1 server=$2
    shift 2
    in_host "$host" "$LABPHONE" sip --server "$server" --address "$(host_address "$host")" --summary "$@" |
        tee "$LAB_DIR/log/fleet.json"
}

# summed KEY SUMMARY: a number of a summary.
summed() { sed -nE "s/.*\"$1\":([0-9]+).*/\\1/p" <<<"$2"; }

# same_at_both_ends: the fleet's last summary and the desk's, which is ended, agree on calls and packets, and nothing is
# lost, forged, or not as it was sent.
same_at_both_ends() {
    local outside inside key
    outside=$(grep '"summary"' "$LAB_DIR/log/fleet.json") && inside=$(desk_stop) || return 1
    printf 'outside %s\ninside %s\n' "$outside" "$inside"
    for key in lost authenticationFailures replayed wrongFrames duplicates; do
        [[ $(summed "$key" "$outside") == 0 && $(summed "$key" "$inside") == 0 ]] || return 1
    done
    [[ $(summed calls "$outside") == $(summed calls "$inside") && $(summed calls "$outside") -gt 0 &&
        $(summed sent "$outside") == $(summed received "$inside") &&
        $(summed sent "$inside") == $(summed received "$outside") ]]
}
