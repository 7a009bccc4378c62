import CLinux
import Glibc
import TLSTestSupport
import TestSupport

/// phone 10.10.0.16 — 10.10.0.24 box 192.0.2.24 — 192.0.2.101 ucm, in namespaces of a test's own. What phones send to
/// 10.10.0.26, port 5061, the kernel hands to port 15061 of the box (TPROXY).
final class TestNetwork: Sendable {
    private let prefix = "pp-test-\(getpid())-tls"

    init() throws {
        let made = try processOutput(["bash", "-euc", Self.script, "bash", prefix], keepsErrors: true)
        guard made.status == 0 else { throw TestFailure("no network: \(made.errors)") }
    }

    deinit {
        _ = try? processOutput(
            ["bash", "-c", "for host in phone box ucm; do ip netns del $1-$host; done", "bash", prefix],
            keepsErrors: true)
    }

    private static let script = """
        for host in phone box ucm; do
            ip netns add $1-$host
            ip -n $1-$host link set lo up
        done
        cable() { # BOX-DEVICE BOX-ADDRESS HOST ADDRESS
            ip link add $1 netns $prefix-box type veth peer name eth0 netns $prefix-$3
            ip -n $prefix-box address add $2/24 dev $1
            ip -n $prefix-$3 address add $4/24 dev eth0
            ip -n $prefix-box link set $1 up
            ip -n $prefix-$3 link set eth0 up
        }
        prefix=$1
        cable out0 10.10.0.24 phone 10.10.0.16
        cable in0 192.0.2.24 ucm 192.0.2.101
        ip -n $prefix-phone route add 10.10.0.26 via 10.10.0.24
        ip -n $prefix-ucm route add default via 192.0.2.24
        ip -n $prefix-box rule add fwmark 1 lookup 100
        ip -n $prefix-box route add local default dev lo table 100
        ip netns exec $prefix-box sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 \\
            net.ipv4.conf.out0.rp_filter=0 net.ipv4.conf.in0.rp_filter=0
        ip netns exec $prefix-box nft -f - <<'RULES'
        table ip test {
            chain prerouting {
                type filter hook prerouting priority mangle
                socket transparent 1 meta mark set 1 accept
                ip daddr 10.10.0.26 tcp dport 5061 tproxy to 127.0.0.1:15061 meta mark set 1 accept
            }
        }
        RULES
        """

    /// Runs `body` as one of the hosts: sockets and threads that are made inside stay there.
    func enter<Result>(_ host: String, _ body: () throws -> Result) throws -> Result {
        let home = unsafe open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
        let inside = unsafe open("/run/netns/\(prefix)-\(host)", O_RDONLY | O_CLOEXEC)
        defer {
            close(home)
            close(inside)
        }
        guard CLinux_enterNetworkNamespace(inside) == 0 else { throw TestFailure("setns: \(errno)") }
        defer {
            // A thread left behind in the wrong namespace would make other tests lie.
            if CLinux_enterNetworkNamespace(home) != 0 { abort() }
        }
        return try body()
    }
}
