# shellcheck shell=bash
# Phones connect by TLS 1.2 (ECDHE, RSA 2048), show a certificate, exchange 100 bytes with a server behind, which speaks plain
# TCP, and leave. The terminator with a brain that only passes on, against nginx's stream module, in turn on the same
# processor; and against the handshakes alone, in memory. Everything is the CPU time of the process, user's and system's.
#
#   microsecondsPerConnection         new ones, with the whole handshake
#   resumedMicrosecondsPerConnection  of a phone that comes back
#   bytesPerPhone                     for each of many that stay, registered and idle: both connections and all that is kept
#
# Figures are medians of the rounds; the ratios are those within a round, and of them the median: what else the machine does
# changes from round to round.

TLS_CALLS=${TLS_CALLS:-2000}
TLS_ROUNDS=${TLS_ROUNDS:-7}
TLS_IDLE=${TLS_IDLE:-10000}
TLS_CIPHER=ECDHE-RSA-AES128-GCM-SHA256
TLS_THREADS=8
TLS_NGINX_MODULE=/usr/lib/nginx/modules/ngx_stream_module.so

bench_tls() {
    require_root
    (($(nproc) > 1)) || die 'needs two processors'
    tls_allow_descriptors
    compile tlsfloor "$BENCH_SOURCES/tlsfloor.c" -lssl -lcrypto
    compile tlsphones "$BENCH_SOURCES/tlsphones.c" -lssl -lcrypto -lpthread
    bench_cleanup_with tls_down
    make_certificates
    declare -gA MEASURED=() TLS_PID=() TLS_PORT=()
    TLS_PIDS=()
    taskset --cpu-list 0 "$BENCH_DIR/tlsphones" echo 20100 &
    TLS_PIDS+=($!)
    tls_start ours 20101
    tls_start nginx 20102
    local round
    for ((round = 1; round <= TLS_ROUNDS; round++)); do
        measure_cost ours
        measure_cost nginx
        measure_floor
    done
    measure_memory ours
    measure_memory nginx
    tls_report
}

# tls_allow_descriptors: two for each phone; where the system does not give so many, there are fewer phones.
tls_allow_descriptors() {
    local most
    ulimit -n "$((TLS_IDLE * 2 + 1000))" 2>/dev/null || ulimit -n "$(ulimit -H -n)"
    most=$((($(ulimit -n) - 100) / 2))
    ((TLS_IDLE <= most)) || TLS_IDLE=$most
}

tls_down() {
    local pid
    for pid in "${TLS_PIDS[@]}"; do kill "$pid" 2>/dev/null || true; done
}

make_certificates() {
    local name
    (
        cd "$BENCH_DIR" || exit
        for name in authority box phone; do openssl genrsa -out "$name.key" 2048; done
        openssl req -x509 -new -key authority.key -subj /CN=authority -days 30 -out authority.pem
        for name in box phone; do
            openssl req -new -key "$name.key" -subj "/O=Example/OU=Voice/CN=CP-7962G-SEP020000000001" |
                openssl x509 -req -CA authority.pem -CAkey authority.key -days 30 -out "$name.pem"
        done
        for name in authority box; do openssl x509 -in "$name.pem" -outform DER -out "$name.der"; done
        openssl pkcs8 -topk8 -nocrypt -in box.key -outform DER -out box.key.der
    ) 2>/dev/null
}

# tls_ours_start PORT, tls_nginx_start PORT: in the background, on the last processor; PEER_PID.
tls_ours_start() {
    # Its input ends with the pipe: when this script does.
    mkfifo "$BENCH_DIR/ours.in"
    exec {TLS_INPUT}<>"$BENCH_DIR/ours.in"
    taskset --cpu-list "$(last_cpu)" "$BENCHMARKS" tls-proxy --port "$1" --server 20100 --certificate "$BENCH_DIR/box.der" \
        --key "$BENCH_DIR/box.key.der" --authority "$BENCH_DIR/authority.der" <&"$TLS_INPUT" >"$BENCH_DIR/ours.log" 2>&1 &
    PEER_PID=$!
}

tls_nginx_start() {
    cat >"$BENCH_DIR/nginx.conf" <<CONFIGURATION
load_module $TLS_NGINX_MODULE;
daemon off;
master_process off;
user root;
pid $BENCH_DIR/nginx.pid;
error_log stderr;
worker_rlimit_nofile 65536;
events { worker_connections 30000; }
stream {
    server {
        listen 127.0.0.1:$1 ssl backlog=4096;
        ssl_certificate $BENCH_DIR/box.pem;
        ssl_certificate_key $BENCH_DIR/box.key;
        ssl_verify_client on;
        ssl_client_certificate $BENCH_DIR/authority.pem;
        ssl_session_tickets off;
        ssl_session_cache shared:phones:20m;
        proxy_pass 127.0.0.1:20100;
    }
}
CONFIGURATION
    taskset --cpu-list "$(last_cpu)" nginx -e stderr -c "$BENCH_DIR/nginx.conf" </dev/null >"$BENCH_DIR/nginx.log" 2>&1 &
    PEER_PID=$!
}

# tls_start NAME PORT
tls_start() {
    "tls_$1_start" "$2"
    TLS_PIDS+=("$PEER_PID")
    TLS_PID[$1]=$PEER_PID
    TLS_PORT[$1]=$2
    wait_until 10 tls_listens "$2" || die "$1 does not start: $(tail -n 3 "$BENCH_DIR/$1.log")"
    tls_calls "$2" 0 200 >/dev/null
}

tls_listens() { ss -Hltn "sport = $1" | grep -q .; }

# tls_calls PORT RESUMED(0|1) CONNECTIONS
tls_calls() {
    taskset --cpu-list 0 "$BENCH_DIR/tlsphones" call "$1" "$BENCH_DIR/phone.pem" "$BENCH_DIR/phone.key" "$TLS_CIPHER" "$2" \
        "$TLS_THREADS" "$3" || die "phones: port $1"
}

# measure_cost NAME: adds to MEASURED[NAME.0] and, resumed, MEASURED[NAME.1].
measure_cost() {
    MEASURED[$1.0]+=" $(tls_cost "$1" 0 "$TLS_CALLS")"
    MEASURED[$1.1]+=" $(tls_cost "$1" 1 "$((TLS_CALLS * 2))")"
    note "tls: $1: µs per new connection:${MEASURED[$1.0]}; resumed:${MEASURED[$1.1]}"
}

# tls_cost NAME RESUMED CONNECTIONS: microseconds of its process for each.
tls_cost() {
    local before after result
    before=$(cpu_of "${TLS_PID[$1]}")
    result=$(tls_calls "${TLS_PORT[$1]}" "$2" "$3")
    after=$(cpu_of "${TLS_PID[$1]}")
    awk -v result="$result" -v spent="$((after - before))" -v resumed="$2" 'BEGIN {
        split(result, word, " ")
        # The first call of each thread makes the session.
        if (resumed && word[2] < word[1] * 0.98) exit 1
        printf "%.2f\n", spent / 1000 / word[1]
    }' || die "sessions are not resumed: $result"
}

# measure_memory NAME: what its memory grows by for each phone that stays.
measure_memory() {
    local before after phones word
    before=$(memory_of "${TLS_PID[$1]}")
    coproc TLS_PHONES { exec taskset --cpu-list 0 "$BENCH_DIR/tlsphones" idle "${TLS_PORT[$1]}" "$BENCH_DIR/phone.pem" \
        "$BENCH_DIR/phone.key" "$TLS_CIPHER" "$TLS_IDLE"; }
    phones=$TLS_PHONES_PID
    read -r -t 120 word <&"${TLS_PHONES[0]}" || die "$1: the phones do not stay"
    [[ $word == idle ]] || die "$1: $word"
    sleep 1
    after=$(memory_of "${TLS_PID[$1]}")
    kill "$phones"
    wait "$phones" 2>/dev/null || true
    MEASURED[$1.bytes]=$(((after - before) * 1024 / TLS_IDLE))
    note "tls: $1: ${MEASURED[$1.bytes]} bytes for each of $TLS_IDLE idle phones"
}

# measure_floor: adds to MEASURED[floor.0] and, resumed, MEASURED[floor.1].
measure_floor() {
    local resumed
    for resumed in 0 1; do
        MEASURED[floor.$resumed]+=" $(taskset --cpu-list "$(last_cpu)" "$BENCH_DIR/tlsfloor" "$BENCH_DIR/box.pem" \
            "$BENCH_DIR/box.key" "$BENCH_DIR/authority.pem" "$BENCH_DIR/phone.pem" "$BENCH_DIR/phone.key" "$TLS_CIPHER" \
            "$resumed" 2)"
    done
    note "tls: floor: µs per handshake:${MEASURED[floor.0]}; resumed:${MEASURED[floor.1]}"
}

tls_report() {
    local name
    for name in ours nginx floor; do
        # shellcheck disable=SC2086 # several numbers
        MEASURED[$name.new]=$(median ${MEASURED[$name.0]})
        # shellcheck disable=SC2086
        MEASURED[$name.resumed]=$(median ${MEASURED[$name.1]})
    done
    "$BENCHMARKS" report tls \
        "ours.microsecondsPerConnection=${MEASURED[ours.new]}" \
        "ours.resumedMicrosecondsPerConnection=${MEASURED[ours.resumed]}" "ours.bytesPerPhone=${MEASURED[ours.bytes]}" \
        "ours.idlePhones=$TLS_IDLE" \
        "floor.microsecondsPerHandshake=${MEASURED[floor.new]}" "floor.resumedMicrosecondsPerHandshake=${MEASURED[floor.resumed]}" \
        "peer.microsecondsPerConnection=${MEASURED[nginx.new]}" \
        "peer.resumedMicrosecondsPerConnection=${MEASURED[nginx.resumed]}" "peer.bytesPerPhone=${MEASURED[nginx.bytes]}" \
        "nginxToOurMicrosecondsPerConnection=$(ratio_of "${MEASURED[nginx.0]}" "${MEASURED[ours.0]}")>=1" \
        "oursToFloorHandshakesPerSecond=$(ratio_of "${MEASURED[floor.0]}" "${MEASURED[ours.0]}")>=0.8" \
        "newToResumedMicroseconds=$(ratio_of "${MEASURED[ours.0]}" "${MEASURED[ours.1]}")>=3" \
        "limitToOurBytesPerPhone=$(quotient 49152 "${MEASURED[ours.bytes]}")>=1"
}
