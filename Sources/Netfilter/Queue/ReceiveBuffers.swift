import CLinux
import Glibc
import SystemCalls

/// Memory for a batch of datagrams, laid out once for recvmmsg.
@safe
final class ReceiveBuffers {
    /// An IP packet of 65,535 bytes behind its netlink attributes, with room to pad. An odd number of cache lines, so
    /// that the first lines of all slots, the only ones that most packets touch, do not compete for the same cache set.
    static let slotSize = 1045 * 64

    let count: Int
    private let bytes: UnsafeMutablePointer<UInt8>
    private let vectors: UnsafeMutablePointer<iovec>
    private let messages: UnsafeMutablePointer<CLinux_mmsghdr>

    init(count: Int) {
        self.count = count
        // Pages that no packet ever reached cost nothing.
        unsafe bytes = .allocate(capacity: count * Self.slotSize)
        unsafe vectors = .allocate(capacity: count)
        unsafe messages = .allocate(capacity: count)
        for index in 0..<count {
            unsafe vectors[index] = iovec(iov_base: bytes + index * Self.slotSize, iov_len: Self.slotSize)
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

    /// Reads what is there without waiting. How many datagrams came, or the negative errno.
    func receive(from descriptor: borrowing Descriptor) -> Int {
        let result = unsafe CLinux_recvmmsg(
            descriptor.number, messages, UInt32(count), Int32(MSG_DONTWAIT))
        return result >= 0 ? Int(result) : -Int(errno)
    }

    /// How many bytes the datagram in `slot` has.
    func length(of slot: Int) -> Int {
        precondition(slot < count)
        return unsafe min(Int(messages[slot].msg_len), Self.slotSize)
    }

    /// The whole memory of `slot`, of ``slotSize`` bytes.
    @inline(__always)
    func withSlot<Result>(_ slot: Int, _ body: (inout MutableSpan<UInt8>) -> Result) -> Result {
        precondition(slot < count)
        var span = unsafe MutableSpan(_unsafeStart: bytes + slot * Self.slotSize, count: Self.slotSize)
        return body(&span)
    }

    /// Bytes of `slot` as a vector for sendmsg: how rewritten packets leave without being copied first.
    func vector(_ slot: Int, _ range: Range<Int>) -> iovec {
        precondition(slot < count && range.lowerBound >= 0 && range.upperBound <= Self.slotSize)
        return unsafe iovec(iov_base: bytes + slot * Self.slotSize + range.lowerBound, iov_len: range.count)
    }
}
