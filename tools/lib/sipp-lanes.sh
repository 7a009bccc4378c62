# shellcheck shell=bash
# Scripted SIP through the box, many scenarios at a time. Each has a lane: a phone's address of its own in pp-direct, and a
# port of its own at the call server, to which goes what comes from that address. SIPp has no TLS: a relay stands between it and the
# box, with the phones' certificate, and can cut what it sends (Tests/Lab/sipp/relay.py).

SIPP_RELAY=$SIPP_FOLDER/relay.py
SIPP_LANES=50
# The ways to cut: the phones' relays listen at ports from SIPP_RELAY_PORT on, one for each.
SIPP_CUTS=(whole bytes sevens records glued)
SIPP_RELAY_PORT=7000

sipp_lane_address() { printf '69.181.112.%s\n' "$((20 + $1))"; }
sipp_lane_port() { printf '%s\n' "$((6000 + $1))"; }

# sipp_box_scenarios: names of all scenarios for the two sides of the box, as {from,to}-phone/FAMILY/CASE.
sipp_box_scenarios() { "$SIPP_FOLDER/scenarios.py" list box; }

# sipp_lanes_up DEVICE: addresses, ways and relays, for phones with the certificate of DEVICE.
sipp_lanes_up() {
    local certificate lane at
    certificate=$(phone_certificate "$1")
    "$SIPP_FOLDER/scenarios.py" write "$LAB_DIR/sipp-box" box
    for ((lane = 0; lane < SIPP_LANES; lane++)); do
        ip -n pp-direct address add "$(sipp_lane_address "$lane")/24" dev eth0
    done
    # A phone's port begins with 2, also where SIPp takes one for each call.
    in_host pp-direct sysctl -qw net.ipv4.ip_local_port_range='25000 29999'
    in_host pp-ucm nft -f - <<NFT
table ip lanes {
    map ports { type ipv4_addr : inet_service; elements = { $(sipp_lane_map) } }
    chain prerouting {
        type nat hook prerouting priority dstnat; policy accept;
        tcp dport 5060 redirect to :ip saddr map @ports
    }
}
NFT
    for at in "${!SIPP_CUTS[@]}"; do
        start_service "relay-${SIPP_CUTS[at]}" pp-direct "$SIPP_RELAY" "0.0.0.0:$((SIPP_RELAY_PORT + at))" 10.10.0.26:5061 \
            "${SIPP_CUTS[at]}" "$certificate"
    done
    wait_until 5 sipp_relays_listen
}

sipp_relays_listen() { (($(in_host pp-direct ss -Hlnt "sport >= $SIPP_RELAY_PORT" | wc -l) == ${#SIPP_CUTS[@]})); }

sipp_lane_map() {
    local lane
    for ((lane = 0; lane < SIPP_LANES; lane++)); do
        printf '%s : %s, ' "$(sipp_lane_address "$lane")" "$(sipp_lane_port "$lane")"
    done
}

# sipp_lane_cuts LANE CUT: from now on, what the server says in this lane is cut, too.
sipp_lane_cuts() {
    local port=$((8000 + $1))
    start_service "relay-lane-$1" pp-ucm "$SIPP_RELAY" "$UCM:$port" "$UCM:$(sipp_lane_port "$1")" "$2"
    in_host pp-ucm nft "delete element ip lanes ports { $(sipp_lane_address "$1") };
        add element ip lanes ports { $(sipp_lane_address "$1") : $port }"
    wait_until 5 sipp_listens_at "$port"
}

sipp_listens_at() { in_host pp-ucm ss -Hlnt "sport = $1" | grep .; }

# sipp_side LANE HOST SIDE SCENARIO CALLS OPTION…: one side of it, in the place of this shell.
sipp_side() {
    local lane=$1 host=$2 side=$3 scenario=$4 calls=$5
    shift 5
    exec ip netns exec "$host" timeout "$((SIPP_SECONDS + 5))" sipp -sf "$LAB_DIR/sipp-box/$scenario/$side.xml" \
        -m "$calls" -l 50 -r 50 -nostdin -timer_resol 10 -cid_str '%u-%p-lane@calls' -key space ' ' -timeout "${SIPP_SECONDS}s" -timeout_error \
        -trace_err -error_file "$LAB_DIR/sipp-box/$lane.$side.errors" "$@" </dev/null \
        >"$LAB_DIR/sipp-box/$lane.$side.log" 2>&1
}

# sipp_lane_runs LANE SCENARIO [CALLS [CUT]]: both sides run the scenario, so many times (1); more than one at a time, each over
# a connection of its own. Succeeds when both saw what they expected.
sipp_lane_runs() {
    local lane=$1 scenario=$2 calls=${3:-1} cut=${4:-whole} address answering mode=t1 status=0
    address=$(sipp_lane_address "$lane")
    ((calls == 1)) || mode=tn
    rm -f "$LAB_DIR/sipp-box/$lane".*.errors
    sipp_side "$lane" pp-ucm server "$scenario" "$calls" -i "$UCM" -p "$(sipp_lane_port "$lane")" -t t1 -s 2001 \
        -mp "$((10000 + 200 * lane))" &
    answering=$!
    wait_until 10 sipp_listens_at "$(sipp_lane_port "$lane")"
    (sipp_side "$lane" pp-direct phone "$scenario" "$calls" -i "$address" -p "$((20000 + RANDOM % 5000))" -t "$mode" -s 2001 \
        -max_socket 400 -rsa "$address:$(sipp_relay_port "$cut")" 10.10.0.26:5061) || status=1
    ((status == 0)) || kill "$answering" 2>/dev/null || true
    wait "$answering" || status=1
    ((status == 0)) || sipp_lane_complaints "$lane"
    return "$status"
}

sipp_relay_port() {
    local at
    for at in "${!SIPP_CUTS[@]}"; do
        [[ ${SIPP_CUTS[at]} != "$1" ]] || printf '%s\n' "$((SIPP_RELAY_PORT + at))"
    done
}

sipp_lane_complaints() {
    local side
    for side in phone server; do
        printf '%s: ' "$side"
        head -c 3000 "$LAB_DIR/sipp-box/$1.$side.errors" 2>/dev/null || printf 'no complaint\n'
    done
}

# sipp_at_a_time LANES CUT SCENARIO…: runs all of them, as many at a time as there are lanes, and keeps what came of each for
# sipp_result.
sipp_at_a_time() {
    local lanes=$1 cut=$2 lane
    local -a workers=() scenarios=("${@:3}")
    mkdir -p "$LAB_DIR/sipp-results"
    for ((lane = 0; lane < lanes && lane < ${#scenarios[@]}; lane++)); do
        sipp_worker "$lane" "$lanes" "$cut" "${scenarios[@]}" &
        workers+=("$!")
    done
    wait "${workers[@]}" || true
}

sipp_worker() {
    local lane=$1 lanes=$2 cut=$3 at file
    local -a scenarios=("${@:4}")
    for ((at = lane; at < ${#scenarios[@]}; at += lanes)); do
        file=$(sipp_result_file "$cut" "${scenarios[at]}")
        rm -f "$file" "$file.good"
        if sipp_lane_runs "$lane" "${scenarios[at]}" 1 "$cut" >"$file" 2>&1; then touch "$file.good"; fi
    done
}

sipp_result_file() { printf '%s/sipp-results/%s.%s\n' "$LAB_DIR" "$1" "${2//\//_}"; }

# sipp_result CUT SCENARIO: what came of it.
sipp_result() {
    local file
    file=$(sipp_result_file "$1" "$2")
    cat "$file"
    [[ -e $file.good ]]
}
