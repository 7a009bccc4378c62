import CLinux
import Glibc
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

    /// Sends the IP packet that `packet` holds from its first byte to its last. It is not cut to the MTU: a longer
    /// one fails with EMSGSIZE. Never waits; `false` when it failed, and then it is counted.
    @discardableResult
    public func send(_ packet: Span<UInt8>) -> Bool {
        guard let ip = try? IPHeader.decode(packet), ip.end == packet.count else { return failed(EINVAL) }
        let count = ip.isV4 ? sendV4(packet, to: ip.destination) : sendV6(packet, to: ip.destination)
        if count < 0 { return failed(errno) }
        sent &+= 1
        return true
    }

    private func failed(_ number: Int32) -> Bool {
        failures[number, default: 0] &+= 1
        return false
    }

    private func sendV4(_ packet: Span<UInt8>, to destination: IPAddress) -> Int {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = destination.v4.bigEndian
        return unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe transmit(packet, v4, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private func sendV6(_ packet: Span<UInt8>, to destination: IPAddress) -> Int {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        unsafe withUnsafeMutableBytes(of: &address.sin6_addr) { bytes in
            unsafe bytes.storeBytes(of: destination.high.bigEndian, as: UInt64.self)
            unsafe bytes.storeBytes(of: destination.low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe transmit(packet, v6, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }

    private func transmit(
        _ packet: Span<UInt8>, _ descriptor: borrowing Descriptor, _ address: UnsafePointer<sockaddr>,
        _ length: socklen_t
    ) -> Int {
        let number = descriptor.number
        return unsafe packet.withUnsafeBytes {
            unsafe sendto(number, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT), address, length)
        }
    }
}
