import CLinux
import Glibc
import Synchronization
import SystemCalls

@testable import Netfilter

/// A network namespace of a test's own, removed with it.
final class Namespace: Sendable {
    private static let made = Atomic<Int>(0)
    let name: String

    init(_ role: String) throws {
        let number = Self.made.wrappingAdd(1, ordering: .relaxed).newValue
        name = "pp-test-\(getpid())-\(number)-\(role)"
        try ip("netns", "add", name)
        try ip("-n", name, "link", "set", "lo", "up")
    }

    deinit { _ = try? Subprocess.run("ip", ["netns", "del", name]) }

    /// Runs `body` inside. Only the calling thread enters, so `body` must not suspend, and does not: it is
    /// synchronous. Sockets made inside stay inside.
    func enter<Result: ~Copyable>(_ body: () throws -> Result) throws -> Result {
        let home = try Descriptor(unsafe open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), from: "open ns")
        let inside = try Descriptor(unsafe open("/run/netns/\(name)", O_RDONLY | O_CLOEXEC), from: "open netns")
        guard CLinux_enterNetworkNamespace(inside.number) == 0 else { throw SystemError.last("setns") }
        defer {
            // A thread left behind in the wrong namespace would make other tests lie.
            if CLinux_enterNetworkNamespace(home.number) != 0 { abort() }
        }
        return try body()
    }

    func ip(_ arguments: String...) throws {
        let result = try Subprocess.run("ip", arguments)
        guard result.succeeded else {
            throw CommandFailed(command: arguments.joined(separator: " "), said: result.errors)
        }
    }

    /// What a program prints inside.
    @discardableResult
    func run(_ program: String, _ arguments: String...) throws -> String {
        let result = try Subprocess.run("ip", ["netns", "exec", name, program] + arguments)
        guard result.succeeded else { throw CommandFailed(command: "\(program) \(arguments)", said: result.errors) }
        return result.output
    }

    /// Writes a setting under /proc/sys.
    func set(_ path: String, _ value: String) throws {
        try enter {
            try Descriptor(unsafe open("/proc/sys/\(path)", O_WRONLY | O_CLOEXEC), from: "open \(path)").write(value)
        }
    }

    /// Joins this namespace and another by a cable.
    func connect(_ device: String, _ address: String, to other: Namespace, _ peer: String, _ peerAddress: String) throws
    {
        try ip("link", "add", device, "netns", name, "type", "veth", "peer", "name", peer, "netns", other.name)
        for (space, device, address) in [(name, device, address), (other.name, peer, peerAddress)] {
            try ip("-n", space, "link", "set", device, "up")
            try ip("-n", space, "addr", "add", address, "dev", device, "nodad")
        }
    }

    struct CommandFailed: Error {
        var command: String
        var said: String
    }
}

/// outside 10.10.0.16 — 10.10.0.24 box 192.0.2.24 — 192.0.2.101 inside; the box's devices are `out0` and `in0`.
struct BoxNetwork {
    let outside: Namespace
    let box: Namespace
    let inside: Namespace

    init() throws {
        outside = try Namespace("out")
        box = try Namespace("box")
        inside = try Namespace("in")
        try box.connect("in0", "192.0.2.24/24", to: inside, "eth0", "192.0.2.101/24")
        try box.connect("out0", "10.10.0.24/24", to: outside, "eth0", "10.10.0.16/24")
        try inside.ip("-n", inside.name, "route", "add", "default", "via", "192.0.2.24")
        try outside.ip("-n", outside.name, "route", "add", "default", "via", "10.10.0.24")
        try box.set("net/ipv4/ip_forward", "1")
    }
}
