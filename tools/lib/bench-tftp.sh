# shellcheck shell=bash
# A site's phones boot through the inline box: each gets the trust list, its own configuration, fetched, rewritten and
# signed, and a file that all of them share. First with an empty cache, then again, as after a power cut at the site. Beside
# it, in turn, TFTP servers that serve plain files of the same sizes to the same clients over the same links, from where the
# box's own server stands. Box and peers take turns, since the machine is not as fast at all times; a peer that was not the
# best the first time has no more of them.
#
#   filesPerSecond       as the clients saw it: 16 at a time, blocks of 512 bytes, no options
#   filesPerCPUSecond    by the CPU time of the process and of all its children, the kernel's part of queue and sockets in it.
#                        A control group counts it: a server that has a process for every file and does not wait for its end
#                        (tftpd-hpa) leaves no trace of them in its own times.
#   signaturesPerSecond  one thread, RSA 2048, 8 KiB files, against `openssl speed` in turn on the same processor, both by
#                        the clock on the wall: of a real-time process's second the kernel may keep a twentieth for others,
#                        which CPU time does not show

# shellcheck source=tools/lib/bench-net.sh
source "$REPOSITORY/tools/lib/bench-net.sh"

TFTP_PHONES=${TFTP_PHONES:-10000}
TFTP_CLIENTS=16
TFTP_ROUNDS=${TFTP_ROUNDS:-5}
TFTP_PEERS=(dnsmasq atftpd tftpd-hpa)

bench_tftp() {
    require_root
    (($(nproc) > 1)) || die 'needs two processors'
    compile downloads "$BENCH_SOURCES/downloads.c"
    bench_cleanup_with tftp_down
    net_up
    group_up
    make_site
    declare -gA MEASURED=()
    local round peer best
    local -a peers=("${TFTP_PEERS[@]}")
    for ((round = 1; round <= TFTP_ROUNDS; round++)); do
        measure_box
        for peer in "${peers[@]}"; do measure_peer "$peer"; done
        best=$(best_peer)
        peers=("$best")
    done
    measure_signatures
    tftp_report "$best"
}

tftp_down() {
    net_down
    group_down
}

# --- CPU time

# group_up: a control group for whatever is measured.
group_up() {
    local root
    root=$(findmnt --noheadings --types cgroup2 --output TARGET | head -n 1)
    [[ -n $root ]] || die 'needs control groups, version 2'
    CPU_GROUP=$root/phoneproxy-bench.$$
    mkdir "$CPU_GROUP"
}

group_down() { [[ -z ${CPU_GROUP:-} ]] || wait_until 5 rmdir "$CPU_GROUP"; }

# counted COMMAND…: in the place of this shell, with its CPU time counted.
counted() {
    printf '%s\n' "$BASHPID" >"$CPU_GROUP/cgroup.procs"
    exec "$@"
}

# cpu_used: microseconds so far, of all that was counted.
cpu_used() { awk '$1 == "usage_usec" { print $2 }' "$CPU_GROUP/cpu.stat"; }

# --- The site

# make_site: the call server's files, the same files under the names that the phones ask for, and the list of those names.
make_site() {
    local folder=$BENCH_DIR/server plain=$BENCH_DIR/plain index device signed
    mkdir -p "$folder" "$plain"
    chmod 755 "$BENCH_DIR" "$folder" "$plain"
    head -c 8192 /dev/urandom >"$folder/common.xml"
    # What the box's files are larger by: a header with a signature of 2048 bits. The trust list has six records. As in the
    # box, a phone's configuration is a file of its own, and the others are one for all.
    signed=$(head -c 6525 /dev/urandom | base64 --wrap=0)
    printf '%s' "$signed" >"$plain/common.xml.sgn"
    head -c 5700 /dev/urandom >"$plain/list"
    for ((index = 0; index < TFTP_PHONES; index++)); do
        device=$(printf 'SEP02%010X' "$index")
        phone_file "$device" >"$folder/$device.cnf.xml"
        ln "$plain/list" "$plain/CTL$device.tlv"
        printf '%s' "$signed" >"$plain/$device.cnf.xml.sgn"
        printf 'CTL%s.tlv\n%s.cnf.xml.sgn\ncommon.xml.sgn\n' "$device" "$device"
    done >"$BENCH_DIR/names"
    chmod -R a+rX "$folder" "$plain"
}

# phone_file DEVICE: 8 KiB, as a call server writes them, mostly of phone services.
phone_file() {
    local head tail
    head="<device><fullConfig>true</fullConfig><deviceProtocol>SCCP</deviceProtocol><devicePool><callManagerGroup><members>\
<member priority=\"0\"><callManager><ports><ethernetPhonePort>2000</ethernetPhonePort></ports>\
<processNodeName>198.18.2.2</processNodeName></callManager></member></members></callManagerGroup></devicePool>\
<vendorConfig><pcPort>0</pcPort><garp>0</garp><voiceVlanAccess>0</voiceVlanAccess><webAccess>0</webAccess></vendorConfig>\
<deviceSecurityMode>1</deviceSecurityMode><name>$1</name><phoneServices>"
    tail='</phoneServices></device>'
    printf '%s%s%s' "$head" "${FILLER:0:8192-${#head}-${#tail}}" "$tail"
}

FILLER=$(printf '<phoneService/>%.0s' {1..600})
FILLER=${FILLER:0:7500}$(printf ' %.0s' {1..1000})

# --- The box and its peers

# measure_box: from the start of its process, with the call server's own server behind it.
measure_box() {
    local server
    tftp_peer_start dnsmasq "$BENCH_DIR/server" exec
    server=$PEER_PID
    counted ip netns exec pp-bench-box chrt --fifo 20 taskset --cpu-list 1 "$PHONEPROXY" run --config "$BENCH_SOURCES/tftp.cfg" \
        --state "$BENCH_DIR/state" --control "$BENCH_DIR/control" </dev/null >"$BENCH_DIR/box.log" 2>&1 {BENCH_LOCK}>&- &
    PEER_PID=$!
    wait_until 30 grep -q '^ready' "$BENCH_DIR/box.log" || die "the box does not start: $(tail -n 3 "$BENCH_DIR/box.log")"
    measure_downloads first 198.18.3.2
    measure_downloads again 198.18.3.2
    note "tftp: box: $("$PHONEPROXY" show phone-proxy --json --control "$BENCH_DIR/control" |
        grep -E 'signatures|cacheHits' | tr -d '\n')"
    kill "$PEER_PID"
    wait "$PEER_PID" || die "the box ended badly: $(tail -n 3 "$BENCH_DIR/box.log")"
    kill "$server"
    wait "$server" || true
}

measure_peer() {
    tftp_peer_start "$1" "$BENCH_DIR/plain" counted
    measure_downloads "$1" 198.18.2.2
    kill "$PEER_PID"
    wait "$PEER_PID" || true
}

# tftp_peer_start NAME FOLDER exec|counted: in pp-bench-server, in the foreground of its own process PEER_PID.
tftp_peer_start() {
    local -a command
    case $1 in
        dnsmasq) command=(dnsmasq --keep-in-foreground --port=0 --enable-tftp --tftp-root="$2" --user=root
            --tftp-max=1000 --conf-file=/dev/null --log-facility=- --quiet-tftp --pid-file="$BENCH_DIR/dnsmasq.pid") ;;
        atftpd) command=("$ATFTPD" --daemon --no-fork --logfile /dev/null --maxthread 1000 --tftpd-timeout 300
            --bind-address 198.18.2.2 "$2") ;;
        tftpd-hpa) command=(in.tftpd --foreground --listen --address 198.18.2.2:69 --user root --secure "$2") ;;
    esac
    "$3" ip netns exec pp-bench-server taskset --cpu-list 1 "${command[@]}" </dev/null >"$BENCH_DIR/$1.log" 2>&1 {BENCH_LOCK}>&- &
    PEER_PID=$!
    wait_until 10 tftp_is_served || die "$1 does not start: $(tail -n 3 "$BENCH_DIR/$1.log")"
}

tftp_is_served() { in_bench server ss -Hlun 'sport = 69' | grep -q .; }

# measure_downloads SUBJECT SERVER: every file once.
measure_downloads() {
    local before after result rate cost
    before=$(cpu_used)
    result=$(in_bench client taskset --cpu-list 0 timeout 300 "$BENCH_DIR/downloads" "$2" "$TFTP_CLIENTS" "$BENCH_DIR/names") ||
        die "$1: $result"
    after=$(cpu_used)
    read -r rate cost <<<"$(awk -v result="$result" -v used="$((after - before))" 'BEGIN {
            split(result, word, " ")
            printf "%.0f %.0f\n", word[2] / word[6], word[2] * 1000000 / used
        }')"
    note_figure "$1.rate" "$rate"
    note_figure "$1.cost" "$cost"
    note "tftp: $1: $result: $rate files/s, $cost files per CPU second"
}

# best_peer: the one that serves most files per CPU second.
best_peer() {
    local peer
    for peer in "${TFTP_PEERS[@]}"; do printf '%s %s\n' "$(median_of "${MEASURED[$peer.cost]}")" "$peer"; done |
        sort --numeric-sort --reverse | sed -n '1s/.* //p'
}

# --- Signatures

# measure_signatures: in turn, so that both see the same processor.
measure_signatures() {
    local -a ours=() theirs=()
    for _ in 1 2 3; do
        ours+=("$(alone 1 "$BENCHMARKS" signatures)")
        theirs+=("$(alone 1 openssl speed -elapsed -seconds 2 rsa2048 2>/dev/null | awk '/^rsa 2048/ { print $6 }')")
    done
    MEASURED[signatures]=$(median "${ours[@]}")
    MEASURED[openssl]=$(median "${theirs[@]}")
}

# --- The report

# tftp_report PEER: the best one.
tftp_report() {
    local subject
    local -A rates=() costs=()
    local -a words=()
    for subject in first again "${TFTP_PEERS[@]}"; do
        rates[$subject]=$(median_of "${MEASURED[$subject.rate]}")
        costs[$subject]=$(median_of "${MEASURED[$subject.cost]}")
    done
    for subject in "${TFTP_PEERS[@]}"; do
        words+=("peer.${subject}FilesPerSecond=${rates[$subject]}" "peer.${subject}FilesPerCPUSecond=${costs[$subject]}")
    done
    "$BENCHMARKS" report tftp \
        "ours.filesPerSecond=${rates[again]}" "ours.filesPerCPUSecond=${costs[again]}" \
        "ours.firstBootFilesPerSecond=${rates[first]}" "ours.firstBootFilesPerCPUSecond=${costs[first]}" \
        "ours.signaturesPerSecond=${MEASURED[signatures]}" "peer.opensslSignaturesPerSecond=${MEASURED[openssl]}" \
        "${words[@]}" \
        "oursToBestPeerFilesPerCPUSecond=$(ratio_of "${MEASURED[again.cost]}" "${MEASURED[$1.cost]}")>=1" \
        "oursToOpenSSLSignaturesPerSecond=$(quotient "${MEASURED[signatures]}" "${MEASURED[openssl]}")>=0.9" \
        'why:floor=the plain servers are the peers; nothing does less'
}
