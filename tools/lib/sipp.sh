# shellcheck shell=bash
# Scripted SIP on both sides of the box: SIPp asks outside and answers inside, on the call server's own address and port.
# Whoever uses it ends the lab's own server first (stop_sip_server).

SIPP_FOLDER=$REPOSITORY/Tests/Lab/sipp
# Seconds that a scenario may take.
SIPP_SECONDS=${SIPP_SECONDS:-10}
# Each run of who asks has a port of its own, so that no run meets what is left of another.
SIPP_PORT=20000

# sipp_scenarios: the names of all scenarios, as FAMILY/CASE.
sipp_scenarios() { "$SIPP_FOLDER/scenarios.py" list; }

# sipp_cuts: the ways in which sipp_segments can cut what it sends.
sipp_cuts() { "$SIPP_FOLDER/segments.py" list; }

sipp_prepare() {
    [[ -d $LAB_DIR/sipp ]] || "$SIPP_FOLDER/scenarios.py" write "$LAB_DIR/sipp"
}

# sipp_program HOST ROLE SCENARIO TRANSPORT CALLS OPTION…: one side.
sipp_program() {
    local host=$1 role=$2 scenario=$3 transport=$4 calls=$5 mode=u1
    shift 5
    [[ $transport == udp ]] || mode=t1
    (cd "$LAB_DIR/sipp/$scenario" && in_host "$host" timeout "$((SIPP_SECONDS + 5))" sipp -sf "$role.xml" \
        -i "$(host_address "$host")" -t "$mode" -m "$calls" -l 50 -r 50 -nostdin \
        -key space ' ' -timeout "${SIPP_SECONDS}s" -timeout_error -trace_err -error_file "$role.errors" "$@" </dev/null >"$role.log" 2>&1)
}

# sipp_listens TRANSPORT: the side that answers is ready.
sipp_listens() { in_host pp-ucm ss -Hln "--$1" "src $UCM and sport = 5060" | grep .; }

# sipp_runs SCENARIO TRANSPORT [CALLS [SERVER [HOST]]]: both sides run the scenario, so many times (1), 50 at a time; from
# HOST (pp-direct) to SERVER, which is the call server as HOST knows it. Succeeds when both saw what they expected.
sipp_runs() {
    local scenario=$1 transport=$2 calls=${3:-1} server=${4:-$UCM} host=${5:-pp-direct} answering status=0
    sipp_prepare
    SIPP_PORT=$((SIPP_PORT + 1))
    wait_until 5 fails sipp_listens "$transport"
    sipp_program pp-ucm uas "$scenario" "$transport" "$calls" -p 5060 &
    answering=$!
    wait_until 5 sipp_listens "$transport"
    sipp_program "$host" uac "$scenario" "$transport" "$calls" -p "$SIPP_PORT" -s 2001 "$server:5060" || status=1
    # Who asks has nothing more to say; who answers would wait until its time is over.
    ((status == 0)) || kill "$answering" 2>/dev/null || true
    wait "$answering" || status=1
    ((status == 0)) || sipp_complaints "$scenario"
    return "$status"
}

sipp_complaints() {
    local role
    for role in uac uas; do
        printf '%s: ' "$role"
        head -c 2000 "$LAB_DIR/sipp/$1/$role.errors" 2>/dev/null || printf 'no complaint\n'
    done
}

# sipp_segments MODE [SERVER [HOST]]: three requests over one connection, cut in this way, get their answers.
sipp_segments() {
    local mode=$1 server=${2:-$UCM} host=${3:-pp-direct} answering status=0
    sipp_prepare
    wait_until 5 fails sipp_listens tcp
    sipp_program pp-ucm uas registration/expires-60 tcp 3 -p 5060 &
    answering=$!
    wait_until 5 sipp_listens tcp
    in_host "$host" "$SIPP_FOLDER/segments.py" "$server" 5060 "$mode" || status=1
    ((status == 0)) || kill "$answering" 2>/dev/null || true
    wait "$answering" || status=1
    return "$status"
}

# tls_tunnel HOST DEVICE SERVER:PORT: what connects to the host's own port 5060 gets to the server over TLS, with this phone's
# certificate. SIPp itself has no TLS: with the host's address as its SERVER it goes through here.
tls_tunnel() {
    local certificate
    certificate=$(phone_certificate "$2")
    start_service "tunnel-$1" "$1" socat "TCP-LISTEN:5060,bind=$(host_address "$1"),reuseaddr,fork,nodelay" \
        "OPENSSL:$3,cert=$certificate,verify=0,nodelay"
    wait_until 5 tunnel_listens "$1"
}

tunnel_listens() { in_host "$1" ss -Hlnt 'sport = 5060' | grep .; }
