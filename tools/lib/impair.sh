# shellcheck shell=bash
# Bad links, made on pp-net, through which all remote phones come. nft and tbf do it, since not every kernel has netem.

# limit_rate RATE: the way to the home router is this slow, such as 256kbit; the queue is deep enough not to drop.
limit_rate() {
    in_host pp-net tc qdisc replace dev home root tbf rate "$1" burst 4kb limit 512kb
}

# lose PERCENT: of the packets between the phones and the box, in each direction, this share is lost.
lose() {
    in_host pp-net nft -f - <<NFT
table inet impair {
    chain forward {
        type filter hook forward priority filter; policy accept;
        numgen random mod 100 < $1 counter drop
    }
}
NFT
}

# lost_packets: how many were lost so far.
lost_packets() {
    in_host pp-net nft list table inet impair | sed -nE 's/.*counter packets ([0-9]+).*/\1/p'
}

# repair: the links are good again.
repair() {
    in_host pp-net tc qdisc delete dev home root 2>/dev/null || true
    in_host pp-net nft delete table inet impair 2>/dev/null || true
}
