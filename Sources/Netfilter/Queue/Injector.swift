import CLinux
import Glibc
import SystemCalls
import Wire

/// Sends whole IP packets that the box made itself, whatever their source address.
///
/// They leave through the local output path: the prerouting rules that steer to the queues do not see them. Their
/// mark keeps connection tracking from following them (see ``KernelRules``), and tells them apart in anybody's rules.
public final class Injector {
    public private(set) var sent: UInt64 = 0
    /// Packets that could not be sent, by errno; `EINVAL` also for what is not an IP packet.
    public private(set) var failures: [Int32: UInt64] = [:]
    private let v4: Descriptor
    private let v6: Descriptor
    private var batch = InjectionBatch()

    /// Needs CAP_NET_RAW, and CAP_NET_ADMIN for the mark.
    public init() throws(SystemError) {
        let v4 = try Self.open(AF_INET)
        let v6 = try Self.open(AF_INET6)
        self.v4 = v4
        self.v6 = v6
    }

    private static func open(_ family: Int32) throws(SystemError) -> Descriptor {
        let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        // With IPPROTO_RAW the header is always ours, for both families.
        let descriptor = try Descriptor(socket(family, type, Int32(IPPROTO_RAW)), from: "socket(SOCK_RAW)")
        try descriptor.setOption(SOL_SOCKET, SO_MARK, Int32(bitPattern: QueueMark.injected), "SO_MARK")
        return descriptor
    }

    /// Puts the IP packet that `packet` holds from its first byte to its last in line. It leaves with ``flush()``, or
    /// when there is no more room to wait in. It is not cut to the MTU: a longer one fails with EMSGSIZE.
    public func add(_ packet: Span<UInt8>) {
        guard let ip = try? IPHeader.decode(packet), ip.end == packet.count else { return fail(EINVAL) }
        if !batch.hasRoom(for: packet.count, to: ip.destination) { flush() }
        batch.add(packet, to: ip.destination)
    }

    /// Sends what waits, in order. Never waits itself; what fails is counted.
    public func flush() {
        if batch.count == 0 { return }
        var failed: [Int32] = []
        let count =
            batch.isV4 ? batch.send(to: v4) { failed.append($0) } : batch.send(to: v6) { failed.append($0) }
        sent &+= UInt64(count)
        for number in failed { fail(number) }
    }

    /// Sends one packet at once, behind what waits; `false` when it failed, and then it is counted.
    @discardableResult
    public func send(_ packet: Span<UInt8>) -> Bool {
        flush()
        let before = sent
        add(packet)
        flush()
        return sent != before
    }

    private func fail(_ number: Int32) { failures[number, default: 0] &+= 1 }
}
