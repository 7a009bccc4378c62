import CLinux
import Glibc
import Synchronization
import SystemCalls
import TestSupport

@testable import MediaTermination

/// A network namespace of a test's own, removed with it.
final class Namespace: Sendable {
    private static let made = Atomic<Int>(0)
    let name: String

    init(_ role: String) throws {
        name = "media-test-\(getpid())-\(Self.made.wrappingAdd(1, ordering: .relaxed).newValue)-\(role)"
        try run("ip", "netns", "add", name)
        try ip("link", "set", "lo", "up")
    }

    deinit { _ = try? processOutput(["ip", "netns", "del", name], keepsErrors: true) }

    /// Runs `body` inside. Only the calling thread enters, so `body` must not suspend, and does not: it is synchronous.
    /// Sockets and threads made inside stay inside.
    func enter<Result>(_ body: () throws -> Result) throws -> Result {
        let home = try Descriptor(unsafe open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), from: "open ns")
        let inside = try Descriptor(unsafe open("/run/netns/\(name)", O_RDONLY | O_CLOEXEC), from: "open netns")
        guard CLinux_enterNetworkNamespace(inside.number) == 0 else { throw SystemError.last("setns") }
        defer {
            // A thread left behind in the wrong namespace would make other tests lie.
            if CLinux_enterNetworkNamespace(home.number) != 0 { abort() }
        }
        return try body()
    }

    func ip(_ arguments: String...) throws { try run(["ip", "-n", name] + arguments) }

    /// A program inside.
    func exec(_ command: String...) throws { try run(["ip", "netns", "exec", name] + command) }

    private func run(_ command: String...) throws { try run(command) }

    private func run(_ command: [String]) throws {
        let result = try processOutput(command, keepsErrors: true)
        guard result.status == 0 else { throw CommandFailed(command: command, said: result.errors) }
    }

    struct CommandFailed: Error {
        var command: [String]
        var said: String
    }

    /// Joins this namespace and another by a cable; addresses of both families each.
    func connect(_ device: String, _ addresses: [String], to other: Namespace, _ peerAddresses: [String]) throws {
        try ip("link", "add", device, "type", "veth", "peer", "name", "eth0", "netns", other.name)
        for (space, device, addresses) in [(self, device, addresses), (other, "eth0", peerAddresses)] {
            for address in addresses { try space.ip("addr", "add", address, "dev", device, "nodad") }
            try space.ip("link", "set", device, "up")
        }
    }
}

/// outside 10.10.0.16 — 10.10.0.24 box 192.0.2.24 — 192.0.2.101 inside, and the same with IPv6. The box's devices are `out0`
/// and `in0`, the media termination addresses .25; its kernel does not answer at them.
struct MediaNetwork {
    let outside: Namespace
    let box: Namespace
    let inside: Namespace

    init() throws {
        outside = try Namespace("out")
        box = try Namespace("box")
        inside = try Namespace("in")
        try box.connect(
            "out0", ["10.10.0.24/24", "10.10.0.25/32", "2001:db8:a::24/64", "2001:db8:a::25/128"], to: outside,
            ["10.10.0.16/24", "10.10.0.17/24", "2001:db8:a::16/64"])
        try box.connect(
            "in0", ["192.0.2.24/24", "192.0.2.25/32", "2001:db8:b::25/128"], to: inside, ["192.0.2.101/24"])
        for (program, addresses) in [
            ("iptables", ["10.10.0.25", "192.0.2.25"]), ("ip6tables", ["2001:db8:a::25", "2001:db8:b::25"]),
        ] {
            for address in addresses {
                try box.exec(program, "-t", "raw", "-A", "PREROUTING", "-p", "udp", "-d", address, "-j", "DROP")
            }
        }
    }

    func relay(workers: Int = 1) throws -> MediaRelay {
        var settings = MediaRelaySettings()
        settings.workers = workers
        settings.ringPackets = 512
        let addresses = try RelayBench.addresses.map { MediaAddress($0.0, try address($0.1)) }
        return try box.enter { try MediaRelay(addresses, settings: settings) }
    }
}
