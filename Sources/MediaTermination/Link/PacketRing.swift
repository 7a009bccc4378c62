import CLinux
import Glibc
import SystemCalls
import Wire

/// A ring of received packets in memory that the kernel fills and we empty, without a system call for either
/// (AF_PACKET, TPACKET_V2): one worker's packets for one address on one device.
///
/// Version 2 rather than 3, since its packets can be seen as soon as they are there. Version 3 hands over blocks by a timer
/// of the kernel's, which before Linux 6.18 counts in jiffies (4 ms on Debian 12); on a tick of our own, version 2 costs no
/// more.
@safe
final class PacketRing {
    /// An odd number of cache lines, so that the first lines of all frames, the only ones that most packets touch, do not
    /// compete for the same cache sets.
    static let frameSize = 33 * 64
    private static let blockSize = 1 << 20
    private static let framesPerBlock = blockSize / frameSize

    private let descriptor: Descriptor
    private let memory: UnsafeMutableRawPointer
    private let blockCount: Int
    private var block = 0
    private var frame = 0

    /// - Parameter device: its index.
    init(
        _ address: IPAddress, device: Int32, packets: Int, filter: [sock_filter]
    ) throws(SystemError) {
        // No protocol yet: nothing comes before the filter stands.
        let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = try Descriptor(socket(AF_PACKET, type, 0), from: "socket(AF_PACKET)")
        try descriptor.setOption(SOL_PACKET, PACKET_VERSION, Int32(TPACKET_V2.rawValue), "PACKET_VERSION")
        try descriptor.setOption(SOL_PACKET, PACKET_IGNORE_OUTGOING, Int32(1), "PACKET_IGNORE_OUTGOING")
        try Self.attach(filter, descriptor)
        blockCount = max(1, (packets + Self.framesPerBlock - 1) / Self.framesPerBlock)
        let request = tpacket_req(
            tp_block_size: UInt32(Self.blockSize), tp_block_nr: UInt32(blockCount),
            tp_frame_size: UInt32(Self.frameSize), tp_frame_nr: UInt32(blockCount * Self.framesPerBlock))
        try descriptor.setOption(SOL_PACKET, PACKET_RX_RING, request, "PACKET_RX_RING")
        let size = blockCount * Self.blockSize
        let memory = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor.number, 0)
        guard let memory = unsafe memory, unsafe memory != MAP_FAILED else { throw .last("mmap(packet ring)") }
        unsafe self.memory = memory
        self.descriptor = descriptor
        var link = sockaddr_ll()
        link.sll_family = UInt16(AF_PACKET)
        link.sll_protocol = UInt16(address.isV4 ? ETH_P_IP : ETH_P_IPV6).bigEndian
        link.sll_ifindex = device
        try self.descriptor.bind(to: link, "bind(AF_PACKET)")
    }

    private static func attach(_ filter: [sock_filter], _ descriptor: borrowing Descriptor) throws(SystemError) {
        var filter = filter
        let number = descriptor.number
        let result = unsafe filter.withUnsafeMutableBufferPointer { lines in
            var program = unsafe sock_fprog(len: UInt16(lines.count), filter: lines.baseAddress)
            return unsafe setsockopt(
                number, SOL_SOCKET, SO_ATTACH_FILTER, &program, socklen_t(MemoryLayout<sock_fprog>.size))
        }
        guard result == 0 else { throw .last("SO_ATTACH_FILTER") }
    }

    deinit { unsafe munmap(memory, blockCount * Self.blockSize) }

    /// What poll watches.
    var number: Int32 { descriptor.number }

    /// Forgets an error of the socket, as when its device went down.
    func clearError() { _ = descriptor.takeError() }

    /// Packets that the kernel threw away since the last call, for want of room.
    func takeOverruns() -> UInt64 {
        var statistics = tpacket_stats()
        var size = socklen_t(MemoryLayout<tpacket_stats>.size)
        let result = unsafe getsockopt(descriptor.number, SOL_PACKET, PACKET_STATISTICS, &statistics, &size)
        return result == 0 ? UInt64(statistics.tp_drops) : 0
    }

    /// Fetches the first lines of the packet that has `distance` others before it: they lie in the cache of the processor
    /// that received it.
    @inline(__always)
    func expect(_ distance: Int) { unsafe Prefetch.memory(place(distance), lines: Self.hotLines) }

    /// The kernel's header, and an SRTP packet of 20 ms.
    private static let hotLines = 5

    @inline(__always)
    private func place(_ distance: Int) -> UnsafeMutableRawPointer {
        var (block, frame) = (block, frame &+ distance)
        if frame >= Self.framesPerBlock {
            frame &-= Self.framesPerBlock
            block = block &+ 1 == blockCount ? 0 : block &+ 1
        }
        return unsafe memory.advanced(by: block &* Self.blockSize &+ frame &* Self.frameSize)
    }

    /// Shows the packet that has `distance` others before it, if it is there.
    @inline(__always)
    func peek(_ distance: Int, _ body: (Span<UInt8>) -> Void) {
        let start = unsafe place(distance)
        let header = unsafe start.assumingMemoryBound(to: tpacket2_hdr.self)
        guard unsafe CLinux_frameStatus(header) & UInt32(TP_STATUS_USER) != 0 else { return }
        let offset = min(unsafe Int(header.pointee.tp_net), Self.frameSize)
        let length = min(unsafe Int(header.pointee.tp_snaplen), Self.frameSize - offset)
        body(unsafe Span(_unsafeStart: (start + offset).assumingMemoryBound(to: UInt8.self), count: length))
    }

    /// Shows the oldest packet to `body`, from its IP header, then gives its memory back. `false` when there is none.
    @inline(__always)
    func take(_ body: (Span<UInt8>, RingPacket) -> Void) -> Bool {
        let start = unsafe memory.advanced(by: block &* Self.blockSize &+ frame &* Self.frameSize)
        let header = unsafe start.assumingMemoryBound(to: tpacket2_hdr.self)
        let status = unsafe CLinux_frameStatus(header)
        guard status & UInt32(TP_STATUS_USER) != 0 else { return false }
        let packet = unsafe RingPacket(header.pointee, status: status)
        let offset = min(unsafe Int(header.pointee.tp_net), Self.frameSize)
        let length = min(unsafe Int(header.pointee.tp_snaplen), Self.frameSize - offset)
        body(unsafe Span(_unsafeStart: (start + offset).assumingMemoryBound(to: UInt8.self), count: length), packet)
        unsafe CLinux_releaseFrame(header)
        advance()
        return true
    }

    private func advance() {
        frame &+= 1
        guard frame == Self.framesPerBlock else { return }
        frame = 0
        block = block &+ 1 == blockCount ? 0 : block &+ 1
    }
}

/// What the kernel says about a packet in a ring.
struct RingPacket {
    enum Checksum {
        /// To be verified.
        case unknown
        /// The device has verified it, or the sender is on this machine and has not made one.
        case trusted
    }

    var checksum: Checksum
    /// The packet is longer than what is there.
    var isTruncated: Bool
    /// When the kernel got it, by the wall clock.
    var arrival: Timestamp

    init(checksum: Checksum, isTruncated: Bool, arrival: Timestamp) {
        self.checksum = checksum
        self.isTruncated = isTruncated
        self.arrival = arrival
    }

    fileprivate init(_ header: tpacket2_hdr, status: UInt32) {
        checksum = status & UInt32(TP_STATUS_CSUMNOTREADY | TP_STATUS_CSUM_VALID) == 0 ? .unknown : .trusted
        isTruncated = header.tp_len > header.tp_snaplen
        arrival = Timestamp(seconds: Int64(header.tp_sec), nanoseconds: Int64(header.tp_nsec))
    }
}
