# shellcheck shell=bash
# Three namespaces in a line for the benchmarks, in the address range for such tests (RFC 2544, RFC 6815); nothing leads out
# of them. They go with everything in them when the benchmark ends, also when it was interrupted; what a killed one left
# behind goes when the next begins.
#
#   pp-bench-client 198.18.1.2 ─ eth0 198.18.1.1 pp-bench-box 198.18.2.1 eth1 ─ 198.18.2.2 pp-bench-server
#
# The box translates 198.18.2.2 to 198.18.3.2; without a box, 198.18.2.2 is reached as it is.

BENCH_HOSTS=(pp-bench-client pp-bench-box pp-bench-server)

in_bench() { ip netns exec "pp-bench-$1" "${@:2}"; }

net_up() {
    exec {BENCH_LOCK}>>/run/phoneproxy-bench.lock
    flock --wait 5 "$BENCH_LOCK" || die 'another benchmark runs'
    net_down
    local host
    for host in "${BENCH_HOSTS[@]}"; do
        ip netns add "$host"
        ip -n "$host" link set lo up
    done
    net_link client eth0 198.18.1.2/24 eth0 198.18.1.1/24
    net_link server eth0 198.18.2.2/24 eth1 198.18.2.1/24
    ip -n pp-bench-client route add default via 198.18.1.1
    ip -n pp-bench-server route add default via 198.18.2.1
    in_bench box sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth0.rp_filter=0 \
        net.ipv4.conf.eth1.rp_filter=0
    # Counts what arrives, and ends it there: before sockets, and before connection tracking.
    in_bench server iptables -t raw -A PREROUTING -i eth0 -p udp --dport 30000:31023 -j DROP
}

# net_link HOST DEVICE ADDRESS BOX-DEVICE BOX-ADDRESS
net_link() {
    ip link add "$2" netns "pp-bench-$1" type veth peer name "$4" netns pp-bench-box
    ip -n "pp-bench-$1" address add "$3" dev "$2"
    ip -n pp-bench-box address add "$5" dev "$4"
    ip -n "pp-bench-$1" link set "$2" up
    ip -n pp-bench-box link set "$4" up
}

# net_down: first what runs in the namespaces, then they themselves.
net_down() {
    local host pid
    for host in "${BENCH_HOSTS[@]}"; do
        [[ -e /run/netns/$host ]] || continue
        for pid in $(ip netns pids "$host"); do kill -s KILL "$pid" 2>/dev/null || true; done
        ip netns delete "$host" || true
    done
}

net_counter_reset() { in_bench server iptables -t raw -Z PREROUTING; }
net_counter() { in_bench server iptables -t raw -vxnL PREROUTING | awk '/udp/ { print $1 }'; }
