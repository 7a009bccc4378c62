import CLinux
import Glibc
import SystemCalls
import Wire

/// How a lane's packets leave.
protocol LaneOutput: AnyObject {
    /// Sends whole Ethernet frames; how many the device refused.
    func send(_ frames: FrameBatch) -> Int
    /// Some frames that were to be sent go with the next call, which may bring no others.
    var isWaiting: Bool { get }
    /// Somebody looks at the device's packets, and is to see what leaves.
    var isWatched: Bool { get set }
    /// Sends an IP packet by the kernel's own way, which finds the next hop's link address and confirms it; 0, or errno.
    func sendByKernel(_ packet: Span<UInt8>, to destination: IPAddress) -> Int32
}

/// The sockets of one device: frames, and packets with headers of their own.
final class DeviceOutput: LaneOutput {
    /// Until it is known that nobody looks.
    var isWatched = true
    /// Where there is one.
    private let express: XDPSocket?
    private let frames: Descriptor
    private let v4: Descriptor
    private let v6: Descriptor
    private let device: Int32

    /// - Parameters:
    ///   - batch: what frames will come from.
    ///   - queue: of the device, by which they leave where it has so many, and nobody else has taken it.
    ///   - mark: SO_MARK of what the kernel sends; 0 for none.
    init(_ name: String, index: Int32, _ batch: FrameBatch, queue: Int, mark: UInt32) throws(SystemError) {
        device = index
        express = try? XDPSocket(device: index, queue: queue, memory: batch)
        let raw = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        // Without a protocol it receives nothing.
        frames = try Descriptor(socket(AF_PACKET, raw, 0), from: "socket(AF_PACKET)")
        v4 = try Descriptor(socket(AF_INET, raw, Int32(IPPROTO_RAW)), from: "socket(SOCK_RAW)")
        v6 = try Descriptor(socket(AF_INET6, raw, Int32(IPPROTO_RAW)), from: "socket(SOCK_RAW)")
        var link = sockaddr_ll()
        link.sll_family = UInt16(AF_PACKET)
        link.sll_ifindex = index
        try frames.bind(to: link, "bind(AF_PACKET)")
        try frames.setOption(SOL_SOCKET, SO_SNDBUFFORCE, Int32(8 << 20), "SO_SNDBUFFORCE")
        try Self.prepare(v4, name, mark)
        try Self.prepare(v6, name, mark)
    }

    private static func prepare(
        _ descriptor: borrowing Descriptor, _ name: String, _ mark: UInt32
    ) throws(SystemError) {
        let number = descriptor.number
        let result = unsafe name.utf8CString.withUnsafeBytes {
            unsafe setsockopt(number, SOL_SOCKET, SO_BINDTODEVICE, $0.baseAddress, socklen_t($0.count))
        }
        guard result == 0 else { throw .last("SO_BINDTODEVICE \(name)") }
        if mark != 0 { try descriptor.setOption(SOL_SOCKET, SO_MARK, mark, "SO_MARK") }
    }

    var isWaiting: Bool { express?.isWaiting ?? false }

    func send(_ batch: FrameBatch) -> Int {
        if isWatched {
            express?.push()
        } else if let express, express.send(batch) {
            return 0
        }
        var next = 0
        var refused = 0
        while next < batch.count {
            let sent = batch.send(from: next, on: frames.number)
            if sent > 0 {
                next += sent
            } else {
                // The device's queue is full, or it is down: the frame is lost, and the next one tried.
                refused += 1
                next += 1
            }
        }
        return refused
    }

    func sendByKernel(_ packet: Span<UInt8>, to destination: IPAddress) -> Int32 {
        destination.isV4 ? sendV4(packet, to: destination) : sendV6(packet, to: destination)
    }

    private func sendV4(_ packet: Span<UInt8>, to destination: IPAddress) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = destination.v4.bigEndian
        return Self.transmit(packet, v4.number, address)
    }

    private func sendV6(_ packet: Span<UInt8>, to destination: IPAddress) -> Int32 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        if destination.high >> 54 == 0xfe80 >> 6 { address.sin6_scope_id = UInt32(bitPattern: device) }
        unsafe withUnsafeMutableBytes(of: &address.sin6_addr) { bytes in
            unsafe bytes.storeBytes(of: destination.high.bigEndian, as: UInt64.self)
            unsafe bytes.storeBytes(of: destination.low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return Self.transmit(packet, v6.number, address)
    }

    private static func transmit<Address>(
        _ packet: Span<UInt8>, _ descriptor: Int32, _ address: Address
    ) -> Int32 {
        let result = unsafe packet.withUnsafeBytes { bytes in
            unsafe withUnsafePointer(to: address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe sendto(
                        descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT), $0,
                        socklen_t(MemoryLayout<Address>.size))
                }
            }
        }
        return result >= 0 ? 0 : errno
    }
}
