import CLinux
import Glibc
import Wire

/// Memory for packets on their way out of one device, laid out once for sendmmsg: a packet is put together where it will
/// be sent from.
///
/// In each slot the UDP payload has a fixed place, and the headers, of whatever length, end where it starts.
@safe
final class FrameBatch {
    static let capacity = 64
    /// Room for Ethernet, IPv6 and UDP before the payload.
    static let payloadOffset = 64
    /// An odd number of cache lines: see ``PacketRing/frameSize``.
    static let slotSize = 35 * 64
    static let payloadCapacity = slotSize - payloadOffset

    private(set) var count = 0
    private let bytes: UnsafeMutablePointer<UInt8>
    private let vectors: UnsafeMutablePointer<iovec>
    private let messages: UnsafeMutablePointer<CLinux_mmsghdr>

    init() {
        unsafe bytes = .allocate(capacity: Self.capacity * Self.slotSize)
        unsafe bytes.initialize(repeating: 0, count: Self.capacity * Self.slotSize)
        unsafe vectors = .allocate(capacity: Self.capacity)
        unsafe messages = .allocate(capacity: Self.capacity)
        for index in 0..<Self.capacity {
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

    /// The next slot, all of it; there must be one. It is the next until ``commit(_:)``.
    @inline(__always)
    func withNextSlot<Result>(_ body: (inout MutableSpan<UInt8>) -> Result) -> Result {
        precondition(count < Self.capacity)
        var slot = unsafe MutableSpan(_unsafeStart: bytes + count * Self.slotSize, count: Self.slotSize)
        return body(&slot)
    }

    /// The next slot from where the payload stands on.
    @inline(__always)
    func withNextPayload<Result, Failure: Error>(
        _ body: (inout MutableSpan<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(count < Self.capacity)
        var payload = unsafe MutableSpan(
            _unsafeStart: bytes + count * Self.slotSize + Self.payloadOffset, count: Self.payloadCapacity)
        return try body(&payload)
    }

    /// Puts the next slot's bytes of `range` among those to send.
    @inline(__always)
    func commit(_ range: Range<Int>) {
        precondition(count < Self.capacity && range.lowerBound >= 0 && range.upperBound <= Self.slotSize)
        unsafe vectors[count].iov_base = UnsafeMutableRawPointer(bytes + count * Self.slotSize + range.lowerBound)
        unsafe vectors[count].iov_len = range.count
        count += 1
    }

    func removeAll() { count = 0 }

    /// Copies a payload to its place in the next slot; it is no longer than ``payloadCapacity``.
    @inline(__always)
    func copyToNextPayload(_ payload: Span<UInt8>) {
        precondition(count < Self.capacity && payload.count <= Self.payloadCapacity)
        unsafe payload.withUnsafeBufferPointer { source in
            if let start = source.baseAddress {
                unsafe (bytes + count * Self.slotSize + Self.payloadOffset).update(from: start, count: source.count)
            }
        }
    }

    /// Sends from the frame with number `first` on. How many went, or the negative errno of that one.
    func send(from first: Int, on descriptor: Int32) -> Int {
        precondition(first >= 0 && first < count)
        let result = unsafe CLinux_sendmmsg(
            descriptor, messages + first, UInt32(count - first), Int32(MSG_DONTWAIT))
        return result > 0 ? Int(result) : -Int(errno)
    }

    /// The bytes of a frame.
    func withFrame<Result>(_ index: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        precondition(index >= 0 && index < count)
        let vector = unsafe vectors[index]
        let start = unsafe vector.iov_base.assumingMemoryBound(to: UInt8.self)
        return body(unsafe Span(_unsafeStart: start, count: vector.iov_len))
    }
}
