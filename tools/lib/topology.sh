# shellcheck shell=bash
# The lab's network: hosts (namespaces), the links between them, and the ways through it.
#
#   pp-phone ──┐
#   pp-phone2 ─┴ pp-home (NAT) ── pp-net (the Internet) ─ outside ─ pp-box ─ inside ─ pp-lan (a switch) ─┬ pp-ucm
#   pp-direct ──────────────────────┘                                                                   └ pp-desk
#
# The machine itself has no address in it, and pp-net leads nowhere else.

LAB_HOSTS=(pp-phone pp-phone2 pp-home pp-net pp-direct pp-box pp-lan pp-ucm pp-desk)
readonly LAB_HOSTS

# HOST DEVICE ADDRESS HOST DEVICE ADDRESS; "-" is a switch port, which has none.
LAB_LINKS=(
    'pp-box    eth0 10.10.0.24/24      pp-net  box    10.10.0.1/24'
    'pp-home   eth0 98.208.49.30/24    pp-net  home   98.208.49.1/24'
    'pp-direct eth0 69.181.112.219/24  pp-net  direct 69.181.112.1/24'
    'pp-phone  eth0 192.168.10.11/24   pp-home port1  -'
    'pp-phone2 eth0 192.168.10.12/24   pp-home port2  -'
    'pp-box    eth1 192.0.2.24/24      pp-lan  box    -'
    'pp-ucm    eth0 192.0.2.101/24     pp-lan  ucm    -'
    'pp-desk   eth0 192.0.2.16/24      pp-lan  desk   -'
)
readonly LAB_LINKS

# HOST DESTINATION GATEWAY. pp-net knows the way to the inside network, as an attacker could: refusing is the box's work.
LAB_ROUTES=(
    'pp-phone  default      192.168.10.1'
    'pp-phone2 default      192.168.10.1'
    'pp-home   default      98.208.49.1'
    'pp-direct default      69.181.112.1'
    'pp-box    default      10.10.0.1'
    'pp-net    192.0.2.0/24 10.10.0.24'
    'pp-ucm    default      192.0.2.24'
    'pp-desk   default      192.0.2.24'
)
readonly LAB_ROUTES

# in_host HOST COMMAND…
in_host() { ip netns exec "$@"; }

# present_hosts: those of LAB_HOSTS that exist, one a line.
present_hosts() {
    local host
    for host in "${LAB_HOSTS[@]}"; do
        [[ -e /run/netns/$host ]] && printf '%s\n' "$host"
    done
    return 0
}

topology_up() {
    local host
    for host in "${LAB_HOSTS[@]}"; do
        ip netns add "$host"
        ip -n "$host" link set lo up
    done
    add_switch pp-lan lan0
    add_switch pp-home lan0
    ip -n pp-home address add 192.168.10.1/24 dev lan0
    each_row add_link "${LAB_LINKS[@]}"
    ip -n pp-ucm address add 192.0.2.105/24 dev eth0
    ip -n pp-ucm address add 192.0.2.106/24 dev eth0
    each_row add_route "${LAB_ROUTES[@]}"
    for host in pp-home pp-net pp-box; do
        in_host "$host" sysctl -qw net.ipv4.ip_forward=1
    done
    loosen_reverse_path pp-box
    home_router
}

# each_row FUNCTION ROW…: calls the function with each row's words.
each_row() {
    local function=$1 row
    local -a words
    shift
    for row in "$@"; do
        read -r -a words <<<"$row"
        "$function" "${words[@]}"
    done
}

add_switch() {
    ip -n "$1" link add "$2" type bridge
    ip -n "$1" link set "$2" up
}

add_link() {
    local host=$1 device=$2 address=$3 peer=$4 peer_device=$5 peer_address=$6
    ip link add "$device" netns "$host" type veth peer name "$peer_device" netns "$peer"
    add_end "$host" "$device" "$address"
    add_end "$peer" "$peer_device" "$peer_address"
}

add_end() {
    local host=$1 device=$2 address=$3
    if [[ $address == - ]]; then
        ip -n "$host" link set "$device" master lan0
    else
        ip -n "$host" address add "$address" dev "$device"
    fi
    ip -n "$host" link set "$device" up
}

add_route() { ip -n "$1" route add "$2" via "$3"; }

# The box rewrites addresses between the kernel's look-ups: a strict reverse-path filter would drop what it forwards.
loosen_reverse_path() {
    local scope
    for scope in all default eth0 eth1; do
        in_host "$1" sysctl -qw "net.ipv4.conf.$scope.rp_filter=0"
    done
}

# A home router as sold: masquerading, with the TFTP helper, since the server answers from another port than 69.
home_router() {
    in_host pp-home nft -f - <<'NFT'
table ip home {
    ct helper tftp {
        type "tftp" protocol udp
    }
    chain helpers {
        type filter hook prerouting priority filter; policy accept;
        iifname "lan0" udp dport 69 ct helper set "tftp"
    }
    chain translation {
        type nat hook postrouting priority srcnat; policy accept;
        oifname "eth0" masquerade
    }
}
NFT
}

# topology_check: every host reaches its neighbour across each link.
topology_check() {
    local row host target
    for row in 'pp-phone 10.10.0.24' 'pp-phone2 10.10.0.24' 'pp-direct 10.10.0.24' 'pp-ucm 192.0.2.24' 'pp-desk 192.0.2.24'; do
        read -r host target <<<"$row"
        wait_until 5 in_host "$host" ping -c 1 -W 1 "$target" || die "$host does not reach $target"
    done
}

# topology_down: ends every process in the lab's hosts, then removes the hosts; their devices and rules go with them.
topology_down() {
    local -a hosts
    mapfile -t hosts < <(present_hosts)
    ((${#hosts[@]} > 0)) || return 0
    end_processes TERM "${hosts[@]}"
    wait_until 3 no_processes "${hosts[@]}" || end_processes KILL "${hosts[@]}"
    wait_until 3 no_processes "${hosts[@]}" || die "processes in the lab do not end: see tools/lab status"
    local host
    for host in "${hosts[@]}"; do
        ip netns delete "$host"
    done
}

# end_processes SIGNAL HOST…
end_processes() {
    local signal=$1 host pid
    shift
    for host in "$@"; do
        for pid in $(ip netns pids "$host"); do
            kill -s "$signal" "$pid" 2>/dev/null || true
        done
    done
}

no_processes() {
    local host
    for host in "$@"; do
        [[ -z $(ip netns pids "$host") ]] || return 1
    done
}
