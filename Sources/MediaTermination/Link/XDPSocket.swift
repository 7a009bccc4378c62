import CLinux
import Glibc
import SystemCalls

/// The shorter way for whole frames out of one queue of a device (AF_XDP, sending alone, by copy, which every device can): the
/// kernel takes them from memory that both see, some tens with each call, and makes packets of them for two thirds of what a packet
/// socket costs. <https://docs.kernel.org/networking/af_xdp.html>
///
/// It may take a frame's memory into the packet, and says when it is done with it: until then the frame's bank rests.
@safe
final class XDPSocket {
    private let socket: Descriptor
    private let frames: SharedRing<xdp_desc>
    private let finished: SharedRing<UInt64>
    /// Frames that the kernel still has, by bank.
    private var inFlight = [Int](repeating: 0, count: FrameBatch.banks)

    /// Throws where the kernel or the device does not have it, or the queue is another's.
    ///
    /// - Parameter device: its index.
    init(device: Int32, queue: Int, memory: FrameBatch) throws(SystemError) {
        let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = try Descriptor(Glibc.socket(AF_XDP, type, 0), from: "socket(AF_XDP)")
        try socket.setOption(SOL_XDP, XDP_UMEM_REG, memory.registration, "XDP_UMEM_REG")
        let count = Int32(FrameBatch.slots)
        // Nothing is received; the kernel asks for a ring to fill all the same.
        try socket.setOption(SOL_XDP, XDP_UMEM_FILL_RING, Int32(1), "XDP_UMEM_FILL_RING")
        try socket.setOption(SOL_XDP, XDP_UMEM_COMPLETION_RING, count, "XDP_UMEM_COMPLETION_RING")
        try socket.setOption(SOL_XDP, XDP_TX_RING, count, "XDP_TX_RING")
        try socket.setOption(SOL_SOCKET, SO_SNDBUFFORCE, Int32(8 << 20), "SO_SNDBUFFORCE")
        let places = try Self.places(socket)
        frames = try SharedRing(socket, Int(XDP_PGOFF_TX_RING), places.tx, capacity: FrameBatch.slots)
        finished = try SharedRing(
            socket, Int(XDP_UMEM_PGOFF_COMPLETION_RING), places.cr, capacity: FrameBatch.slots)
        self.socket = socket
        var address = sockaddr_xdp()
        address.sxdp_family = UInt16(AF_XDP)
        address.sxdp_flags = UInt16(XDP_COPY)
        address.sxdp_ifindex = UInt32(bitPattern: device)
        address.sxdp_queue_id = UInt32(clamping: queue)
        try self.socket.bind(to: address, "bind(AF_XDP)")
    }

    private static func places(_ socket: borrowing Descriptor) throws(SystemError) -> xdp_mmap_offsets {
        var places = xdp_mmap_offsets()
        var size = socklen_t(MemoryLayout<xdp_mmap_offsets>.size)
        let result = unsafe getsockopt(socket.number, SOL_XDP, XDP_MMAP_OFFSETS, &places, &size)
        guard result == 0 else { throw .last("XDP_MMAP_OFFSETS") }
        return places
    }

    /// The kernel did not take all frames yet, as when the device's queue was full.
    var isWaiting: Bool { !frames.isEmpty }

    /// Sends the batch's frames, behind those that wait. `false`, and they are not sent, while the kernel has all other banks,
    /// so that there would be no memory to go on with.
    func send(_ batch: FrameBatch) -> Bool {
        push()
        let spare = inFlight.indices.first { $0 != batch.bank && inFlight[$0] == 0 }
        guard let spare else { return false }
        for index in 0..<batch.count { frames.put(batch.descriptor(of: index)) }
        inFlight[batch.bank] = batch.count
        frames.publish()
        push()
        // The bank whose frames went at once is in the processor's caches.
        if inFlight[batch.bank] > 0 { batch.bank = spare }
        return true
    }

    /// With each call the kernel takes at least 16 frames: older ones so many, newer ones twice as many.
    private static let calls = FrameBatch.slots / 16

    /// Lets the kernel take frames, and hears which ones it is done with.
    func push() {
        for _ in 0..<Self.calls where isWaiting {
            let result = sendto(socket.number, nil, 0, Int32(MSG_DONTWAIT), nil, 0)
            guard result == 0 || errno == EAGAIN else { break }
        }
        while let address = finished.take() { inFlight[FrameBatch.bank(at: address)] -= 1 }
    }
}
