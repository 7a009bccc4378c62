import CLinux
import Glibc
import Wire

/// Memory for packets on their way out of one device, laid out once for sendmmsg and for ``XDPSocket``: a packet is put together
/// where it will be sent from.
///
/// There are several banks of slots, so that one can be filled while the kernel has others. In each slot the UDP payload has a
/// fixed place, and the headers, of whatever length, end where it starts.
@safe
final class FrameBatch {
    static let capacity = 64
    static let banks = 4
    static let slots = banks * capacity
    /// Room for Ethernet, IPv6 and UDP before the payload.
    static let payloadOffset = 64
    /// An odd number of cache lines: see ``PacketRing/frameSize``.
    static let slotSize = 35 * 64
    static let payloadCapacity = slotSize - payloadOffset

    private(set) var count = 0
    /// The one that is filled; none of its slots is the kernel's.
    var bank = 0
    fileprivate let bytes: UnsafeMutablePointer<UInt8>
    private let vectors: UnsafeMutablePointer<iovec>
    private let messages: UnsafeMutablePointer<CLinux_mmsghdr>

    init() {
        unsafe bytes = LargePages.allocate(Self.slots * Self.slotSize, of: UInt8.self)
        unsafe bytes.initialize(repeating: 0, count: Self.slots * Self.slotSize)
        unsafe vectors = .allocate(capacity: Self.slots)
        unsafe messages = .allocate(capacity: Self.slots)
        for index in 0..<Self.slots {
            unsafe vectors[index] = iovec(iov_base: bytes + index * Self.slotSize, iov_len: 0)
            unsafe messages[index] = CLinux_mmsghdr()
            unsafe messages[index].msg_hdr.msg_iov = vectors + index
            unsafe messages[index].msg_hdr.msg_iovlen = 1
        }
    }

    deinit {
        unsafe messages.deallocate()
        unsafe vectors.deallocate()
        unsafe bytes.deallocate()
    }

    var isFull: Bool { count == Self.capacity }

    /// The number of the next slot; there must be one.
    @inline(__always)
    private var next: Int {
        precondition(count < Self.capacity && bank >= 0 && bank < Self.banks)
        return bank * Self.capacity + count
    }

    /// The number of a frame's slot.
    @inline(__always)
    private func slot(_ index: Int) -> Int {
        precondition(index >= 0 && index < count && bank >= 0 && bank < Self.banks)
        return bank * Self.capacity + index
    }

    /// The next slot, all of it; there must be one. It is the next until ``commit(_:)``.
    @inline(__always)
    func withNextSlot<Result>(_ body: (inout MutableSpan<UInt8>) -> Result) -> Result {
        var slot = unsafe MutableSpan(_unsafeStart: bytes + next * Self.slotSize, count: Self.slotSize)
        return body(&slot)
    }

    /// The next slot from where the payload stands on.
    @inline(__always)
    func withNextPayload<Result, Failure: Error>(
        _ body: (inout MutableSpan<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var payload = unsafe MutableSpan(
            _unsafeStart: bytes + next * Self.slotSize + Self.payloadOffset, count: Self.payloadCapacity)
        return try body(&payload)
    }

    /// Puts the next slot's bytes of `range` among those to send.
    @inline(__always)
    func commit(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= Self.slotSize)
        let next = next
        unsafe vectors[next].iov_base = UnsafeMutableRawPointer(bytes + next * Self.slotSize + range.lowerBound)
        unsafe vectors[next].iov_len = range.count
        count += 1
    }

    func removeAll() { count = 0 }

    /// Copies a payload to its place in the next slot; it is no longer than ``payloadCapacity``.
    @inline(__always)
    func copyToNextPayload(_ payload: Span<UInt8>) {
        precondition(payload.count <= Self.payloadCapacity)
        unsafe payload.withUnsafeBufferPointer { source in
            if let start = source.baseAddress {
                unsafe (bytes + next * Self.slotSize + Self.payloadOffset).update(from: start, count: source.count)
            }
        }
    }

    /// Sends from the frame with number `first` on. How many went, or the negative errno of that one.
    func send(from first: Int, on descriptor: Int32) -> Int {
        let result = unsafe CLinux_sendmmsg(
            descriptor, messages + slot(first), UInt32(count - first), Int32(MSG_DONTWAIT))
        return result > 0 ? Int(result) : -Int(errno)
    }

    /// The bytes of a frame.
    func withFrame<Result>(_ index: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        let vector = unsafe vectors[slot(index)]
        let start = unsafe vector.iov_base.assumingMemoryBound(to: UInt8.self)
        return body(unsafe Span(_unsafeStart: start, count: vector.iov_len))
    }
}

// MARK: AF_XDP

extension FrameBatch {
    /// All of the memory, of which a frame may lie anywhere.
    var registration: xdp_umem_reg {
        var registration = xdp_umem_reg()
        registration.addr = unsafe UInt64(UInt(bitPattern: bytes))
        registration.len = UInt64(Self.slots * Self.slotSize)
        registration.chunk_size = UInt32(Self.slotSize)
        registration.flags = UInt32(XDP_UMEM_UNALIGNED_CHUNK_FLAG)
        return registration
    }

    func descriptor(of index: Int) -> xdp_desc {
        withFrame(index) { frame in
            unsafe frame.withUnsafeBufferPointer { frame in
                let start = unsafe UInt(bitPattern: frame.baseAddress) - UInt(bitPattern: bytes)
                return xdp_desc(addr: UInt64(start), len: UInt32(frame.count), options: 0)
            }
        }
    }

    /// Whose the memory at `offset` is.
    static func bank(at offset: UInt64) -> Int { Int(offset) / (capacity * slotSize) }
}
