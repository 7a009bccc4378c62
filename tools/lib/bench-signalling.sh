# shellcheck shell=bash
# Phones by the thousand, half SIP and half Skinny, each with a TLS connection and a certificate of its own, two at an
# address, registered through the box with Kamailio and with labphone's call manager; they keep their connections alive every 30 seconds and renew SIP
# registrations every two minutes. On top of that they call each other, without media. As many phones stand beside them that
# are registered with the same servers and reach them in the clear, over the same links and through the same machine, whose
# kernel forwards them: the box is not in their way. What the box adds is all of TLS, the rewriting and the media legs: the
# servers speak plain TCP in either case. The two kinds call in turn, round by round, with all phones there all the time.
#
#   registrationsPerSecond    as offered at most, with a certificate made for each phone; phones and servers share a processor
#   bytesPerPhone             what the box's memory grows by, both connections of a phone in it
#   processorPercentIdle      CPU time of the box while its phones do nothing but keep their connections alive
#   processorPercentWithCalls the same with calls on top
#   …MillisecondsToMedia…     from INVITE, or from OffHook, until the caller has been told where its media goes: the 200 with its
#                             SDP, or StartMediaTransmission. INVITE and its answer pass the box four times; in Skinny, where
#                             digits are dialled one by one, there are eight messages one after the other
#   millisecondsAdded…P99     the box's 99th percentile less that of the phones beside, within a round
#
# Medians of the rounds. Phones and servers have processor 0, the box processor 1, both before other processes.
# SIGNALLING_PHONES, _RATE (calls a second), _ROUNDS, _SECONDS (of calls in each), _IDLE (seconds), _TALK (seconds) and
# _REGISTRATIONS (a second) make it smaller or larger.

# shellcheck source=tools/lib/bench-net.sh
source "$REPOSITORY/tools/lib/bench-net.sh"
# shellcheck source=tools/lib/pki.sh
source "$REPOSITORY/tools/lib/pki.sh"

SIGNALLING_PHONES=${SIGNALLING_PHONES:-10000}
SIGNALLING_RATE=${SIGNALLING_RATE:-100}
SIGNALLING_ROUNDS=${SIGNALLING_ROUNDS:-3}
SIGNALLING_SECONDS=${SIGNALLING_SECONDS:-20}
SIGNALLING_IDLE=${SIGNALLING_IDLE:-60}
SIGNALLING_TALK=${SIGNALLING_TALK:-5}
SIGNALLING_REGISTRATIONS=${SIGNALLING_REGISTRATIONS:-300}
# Milliseconds that the box may add.
SIGNALLING_LIMIT=5
LABPHONE=${LABPHONE:-$REPOSITORY/.build/release/labphone}

bench_signalling() {
    require_root
    (($(nproc) > 1)) || die 'needs two processors'
    ((SIGNALLING_PHONES % 4 == 0)) || die 'SIGNALLING_PHONES: pairs of phones, half SIP and half Skinny'
    "$SWIFT" build "${SWIFT_OPTIONS[@]}" --configuration release --product labphone >&2
    signalling_allow_descriptors
    bench_cleanup_with net_down
    net_up
    signalling_homes
    LAB_DIR=$BENCH_DIR
    authority_key >/dev/null
    declare -gA MEASURED=() FLEET_PID=() FLEET_INPUT=()
    signalling_servers_start
    signalling_box_start
    signalling_register
    signalling_idle
    signalling_warm_up
    local round
    for ((round = 1; round <= SIGNALLING_ROUNDS; round++)); do
        signalling_calls box "$round"
        signalling_calls beside "$round"
    done
    signalling_end
    signalling_report
}

# signalling_allow_descriptors: the box has two for each phone; where the system does not give so many, there are fewer phones.
signalling_allow_descriptors() {
    local most
    ulimit -n "$((SIGNALLING_PHONES * 2 + 600))" 2>/dev/null || ulimit -n "$(ulimit -H -n)"
    # A multiple of four.
    most=$(($(ulimit -n) / 2 - 300 & ~3))
    ((SIGNALLING_PHONES > most)) || return 0
    SIGNALLING_FEWER="$SIGNALLING_PHONES were asked for; this system allows a process $(ulimit -n) open files"
    SIGNALLING_PHONES=$most
}

# signalling_homes: each phone of a kind has an address of its own.
signalling_homes() {
    ((SIGNALLING_PHONES <= 30000)) || die 'SIGNALLING_PHONES: 30000 at most'
    in_bench client ip route add local 198.18.64.0/18 dev lo
    in_bench client ip route add local 198.18.128.0/18 dev lo
    in_bench box ip route add 198.18.64.0/18 via 198.18.1.2
    in_bench box ip route add 198.18.128.0/18 via 198.18.1.2
}

# on_processor NUMBER PRIORITY HOST COMMAND…: in the place of this shell.
on_processor() {
    exec ip netns exec "pp-bench-$3" chrt --fifo "$2" taskset --cpu-list "$1" "${@:4}"
}

# --- Servers and box

signalling_servers_start() {
    local folder=$BENCH_DIR/kamailio
    mkdir "$folder"
    sed -e 's/192\.0\.2\.101/198.18.2.2/' -e 's/^debug=.*/debug=0/' \
        -e "/^children=/i listen=tcp:198.18.2.2:5070\nalias=tcp:198.18.3.2:5060\ntcp_max_connections=$((SIGNALLING_PHONES * 2 + 100))" \
        "$REPOSITORY/tools/lab.d/sip/kamailio.cfg" >"$folder/kamailio.cfg"
    on_processor 0 10 server kamailio -DD -E -m 512 -M 16 -w "$folder" -Y "$folder" -f "$folder/kamailio.cfg" \
        -A "CONTROL=\"unix:$folder/control\"" </dev/null >"$BENCH_DIR/kamailio.log" 2>&1 {BENCH_LOCK}>&- &
    disown
    signalling_manager_start box 198.18.2.2:2000 SEP001DA2100000
    # Numbers have four digits: the phones beside have a manager of their own.
    signalling_manager_start beside 198.18.2.2:2001 SEP001DA2300000
    local port
    for port in 5060 5070 2000 2001; do
        wait_until 20 in_bench server bash -c "ss -Hltn 'sport = $port' | grep -q ." ||
            die "nothing listens on port $port: $(tail -n 3 "$BENCH_DIR/kamailio.log" "$BENCH_DIR"/manager-*.log)"
    done
}

# signalling_manager_start NAME ADDRESS:PORT FIRST_DEVICE
signalling_manager_start() {
    on_processor 0 10 server "$LABPHONE" callmanager --bind "$2" --first "$3" --devices "$((SIGNALLING_PHONES / 2))" \
        --keep-alive 30 --summary </dev/null >"$BENCH_DIR/manager-$1.log" 2>&1 {BENCH_LOCK}>&- &
    disown
}

signalling_box_start() {
    { cat "$BENCH_SOURCES/signalling.cfg" && authority_configuration Phones; } >"$BENCH_DIR/signalling.cfg"
    on_processor 1 20 box "$PHONEPROXY" run --config "$BENCH_DIR/signalling.cfg" --state "$BENCH_DIR/state" \
        --control "$BENCH_DIR/control" </dev/null >"$BENCH_DIR/box.log" 2>&1 {BENCH_LOCK}>&- &
    BOX_PID=$!
    disown
    wait_until 30 grep -q '^ready' "$BENCH_DIR/box.log" || die "the box does not start: $(tail -n 3 "$BENCH_DIR/box.log")"
}

# --- Phones

# fleet_start NAME sip|skinny USER DEVICE ADDRESS SERVER OPTION…: orders go to the descriptor FLEET_INPUT[NAME].
fleet_start() {
    local name=$1 kind=$2 input
    mkfifo "$BENCH_DIR/$name.in"
    exec {input}<>"$BENCH_DIR/$name.in"
    on_processor 0 10 client "$LABPHONE" "$kind" --user "$3" --first "$4" --address "$5" --server "$6" \
        --count "$((SIGNALLING_PHONES / 2))" --addresses "$((SIGNALLING_PHONES / 2))" --registration-rate "$((SIGNALLING_REGISTRATIONS / 2))" \
        --registering-at-once 250 --pairs --orders --summary --media none --talk "$SIGNALLING_TALK" --timeout 20 \
        --rate "$((SIGNALLING_RATE / 2))" --simultaneous 20000 --limit 3600 "${@:7}" \
        <"$BENCH_DIR/$name.in" >"$BENCH_DIR/$name.log" 2>&1 {BENCH_LOCK}>&- &
    FLEET_PID[$name]=$!
    FLEET_INPUT[$name]=$input
}

# fleet_says NAME WORD COUNT SECONDS: waits until it has said so COUNT times.
fleet_says() {
    wait_until "$4" fleet_has_said_or_ended "$1" "$2" "$3" || true
    fleet_has_said "$1" "$2" "$3" || die "$1: no $2: $(tail -n 3 "$BENCH_DIR/$1.log" | cut -c -600)"
}

fleet_has_said() { (($(grep -c "^{\"$2\"" "$BENCH_DIR/$1.log") >= $3)); }

fleet_has_said_or_ended() { fleet_has_said "$@" || [[ ! -e /proc/${FLEET_PID[$1]} ]]; }

# said NAME WORD KEY: a number of what it has said last.
said() { grep "^{\"$2\"" "$BENCH_DIR/$1.log" | tail -n 1 | sed -nE "s/.*\"$3\":([0-9]+).*/\1/p"; }

# signalling_register: all phones; first those that go through the box.
signalling_register() {
    local before start seconds registered longest=$((SIGNALLING_PHONES / 20 + 60))
    local -a secure=(--transport tls --authority "$(authority)" --authority-key "$(authority_key)")
    local -a kept=(--keep-alive 30 --expires 240)
    before=$(memory_of "$BOX_PID")
    start=$(cpu_of "$BOX_PID")
    seconds=${EPOCHREALTIME/[^0-9]/}
    fleet_start sip-box sip 100000 SEP001DA2200000 198.18.64.1 198.18.3.2 "${secure[@]}" "${kept[@]}" \
        --suites AES_CM_128_HMAC_SHA1_80
    fleet_start skinny-box skinny 1000 SEP001DA2100000 198.18.64.1 198.18.3.2 "${secure[@]}" --srtp
    fleet_says sip-box settled 1 "$longest"
    fleet_says skinny-box settled 1 "$longest"
    seconds=$((${EPOCHREALTIME/[^0-9]/} - seconds))
    MEASURED[registrationCost]=$((($(cpu_of "$BOX_PID") - start) / SIGNALLING_PHONES / 1000))
    registered=$(($(said sip-box settled registered) + $(said skinny-box settled registered)))
    MEASURED[registered]=$registered
    MEASURED[registrations]=$(quotient "$((registered * 1000000))" "$seconds")
    # What was freed after the handshakes is given back.
    sleep 2
    MEASURED[bytes]=$((($(memory_of "$BOX_PID") - before) * 1024 / SIGNALLING_PHONES))
    note "signalling: $registered of $SIGNALLING_PHONES phones in $((seconds / 1000000)) s," \
        "${MEASURED[registrationCost]} us of the box and ${MEASURED[bytes]} bytes each"
    fleet_start sip-beside sip 200000 SEP001DA2400000 198.18.128.1 198.18.3.2:5070 --transport tcp "${kept[@]}"
    fleet_start skinny-beside skinny 1000 SEP001DA2300000 198.18.128.1 198.18.3.2:2001 --transport tcp
    fleet_says sip-beside settled 1 "$longest"
    fleet_says skinny-beside settled 1 "$longest"
}

# processor_percent SECONDS: of one processor, that the box takes in this time.
processor_percent() {
    local before start
    before=$(cpu_of "$BOX_PID") start=${EPOCHREALTIME/[^0-9]/}
    sleep "$1"
    awk -v spent="$(($(cpu_of "$BOX_PID") - before))" -v passed="$((${EPOCHREALTIME/[^0-9]/} - start))" \
        'BEGIN { printf "%.2f\n", spent / 10 / passed }'
}

signalling_idle() {
    MEASURED[idle]=$(processor_percent "$SIGNALLING_IDLE")
    note "signalling: phones that stay: ${MEASURED[idle]} % of a processor"
}

# --- Calls

# order_calls box|beside CALLS: of each kind.
order_calls() {
    local kind
    for kind in sip skinny; do printf 'calls %d\n' "$2" >&"${FLEET_INPUT[$kind-$1]}"; done
}

# signalling_warm_up: the first calls of all load programs into memory.
signalling_warm_up() {
    local name
    for name in box beside; do order_calls "$name" "$SIGNALLING_RATE"; done
    for name in "${!FLEET_INPUT[@]}"; do fleet_says "$name" round 1 "$((SIGNALLING_TALK + 60))"; done
}

# signalling_calls box|beside ROUND
signalling_calls() {
    local kind percent
    order_calls "$1" "$((SIGNALLING_RATE * SIGNALLING_SECONDS / 2))"
    percent=$(processor_percent "$SIGNALLING_SECONDS")
    [[ $1 != box ]] || note_figure percent "$percent"
    for kind in sip skinny; do
        fleet_says "$kind-$1" round "$(($2 + 1))" "$((SIGNALLING_SECONDS + SIGNALLING_TALK + 60))"
        note_delays "$kind.$1" "$(grep '^{"round"' "$BENCH_DIR/$kind-$1.log" | tail -n 1)"
    done
    note "signalling: round $2: $1: ${percent} % of a processor; SIP ${LAST_DELAYS[sip.$1]}, Skinny ${LAST_DELAYS[skinny.$1]}"
}

declare -gA LAST_DELAYS=()

# note_delays NAME ROUND: milliseconds.
note_delays() {
    local median p99 longest
    read -r median p99 longest <<<"$(sed -nE 's/.*"mediaSeconds":\{"median":([^,]*),"p99":([^,]*),"longest":([^}]*)\}.*/\1 \2 \3/p' \
        <<<"$2" | awk '{ for (i = 1; i <= 3; i++) printf "%s ", $i == "null" ? "null" : sprintf("%.3f", $i * 1000) }')"
    note_figure "$1.median" "$median"
    note_figure "$1.p99" "$p99"
    note_figure "$1.longest" "$longest"
    MEASURED[made]=$((${MEASURED[made]:-0} + $(sed -nE 's/.*"calls":([0-9]+).*/\1/p' <<<"$2")))
    MEASURED[completed]=$((${MEASURED[completed]:-0} + $(sed -nE 's/.*"completed":([0-9]+).*/\1/p' <<<"$2")))
    LAST_DELAYS[$1]="median $median ms, p99 $p99 ms, longest $longest ms"
}

# signalling_end: the phones leave in the orderly way, and say what they have seen.
signalling_end() {
    local name
    for name in "${!FLEET_INPUT[@]}"; do printf 'end\n' >&"${FLEET_INPUT[$name]}"; done
    for name in "${!FLEET_INPUT[@]}"; do
        fleet_says "$name" summary 1 90
        note "signalling: $name: $(grep '^{"summary"' "$BENCH_DIR/$name.log")"
    done
    note "signalling: box: $("$PHONEPROXY" show asp drop --control "$BENCH_DIR/control" | tr -s ' \n' ' ')"
}

# --- The report

# added KIND: milliseconds for each round.
added() {
    awk -v ours="${MEASURED[$1.box.p99]}" -v plain="${MEASURED[$1.beside.p99]}" 'BEGIN {
        rounds = split(ours, a, " "); split(plain, b, " ")
        for (i = 1; i <= rounds; i++) printf "%s ", a[i] == "null" || b[i] == "null" ? "null" : sprintf("%.3f", a[i] - b[i])
    }'
}

# limit_to MILLISECONDS: how far it is below the limit; what is less than the noise counts as a twentieth of a millisecond.
limit_to() {
    [[ $1 == null ]] || quotient "$SIGNALLING_LIMIT" "$(awk -v added="$1" 'BEGIN { print (added > 0.05 ? added : 0.05) }')"
}

signalling_report() {
    local kind side part section sip skinny
    local -a words=()
    for side in box beside; do
        if [[ $side == box ]]; then section=ours; else section=floor; fi
        for kind in sip skinny; do
            for part in median p99 longest; do
                words+=("$section.${kind}MillisecondsToMedia${part^}=$(median_of "${MEASURED[$kind.$side.$part]}")")
            done
        done
    done
    sip=$(median_of "$(added sip)")
    skinny=$(median_of "$(added skinny)")
    "$BENCHMARKS" report signalling \
        "ours.phones=$SIGNALLING_PHONES" "ours.phonesRegistered=${MEASURED[registered]}" \
        "ours.registrationsPerSecond=${MEASURED[registrations]}" \
        "ours.microsecondsPerRegistration=${MEASURED[registrationCost]}" "ours.bytesPerPhone=${MEASURED[bytes]}" \
        "ours.processorPercentIdle=${MEASURED[idle]}" \
        "ours.processorPercentWithCalls=$(median_of "${MEASURED[percent]}")" "ours.callsPerSecond=$SIGNALLING_RATE" \
        "ours.sipMillisecondsAddedP99=$sip" "ours.skinnyMillisecondsAddedP99=$skinny" "${words[@]}" \
        "phonesRegisteredToPhones=$(quotient "${MEASURED[registered]}" "$SIGNALLING_PHONES")>=1" \
        "callsCompletedToCallsMade=$(quotient "${MEASURED[completed]}" "${MEASURED[made]}")>=1" \
        "fiveMillisecondsToSIPMillisecondsAddedP99=$(limit_to "$sip")>=1" \
        "fiveMillisecondsToSkinnyMillisecondsAddedP99=$(limit_to "$skinny")>=1" \
        ${SIGNALLING_FEWER:+"why:ours.phones=$SIGNALLING_FEWER"} \
        'why:peer=no other program on this system does this; floor is the same calls without the box'
}
