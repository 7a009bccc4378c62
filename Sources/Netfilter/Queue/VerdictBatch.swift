import CLinux
import Glibc
import SystemCalls

/// Verdicts that leave together, in one sendmsg: plain ones in memory of its own, those that rewrite a packet or mark
/// it around it, where it is.
@safe
struct VerdictBatch: ~Copyable {
    private let capacity: Int
    private let plain: UnsafeMutablePointer<UInt8>
    private let vectors: UnsafeMutablePointer<iovec>
    private let ids: UnsafeMutablePointer<UInt32>
    private var plainLength = 0
    private var vectorCount = 0
    private(set) var count = 0
    /// The verdict that the last message has, if it is a plain one.
    private var lastPlain: UInt32?

    var isFull: Bool { count == capacity }

    init(capacity: Int) {
        self.capacity = capacity
        unsafe plain = .allocate(capacity: capacity * QueueMessage.verdictLength)
        unsafe vectors = .allocate(capacity: capacity)
        unsafe ids = .allocate(capacity: capacity)
    }

    deinit {
        unsafe plain.deallocate()
        unsafe vectors.deallocate()
        unsafe ids.deallocate()
    }

    mutating func clear() {
        plainLength = 0
        vectorCount = 0
        count = 0
        lastPlain = nil
    }

    /// Adds the verdict on a packet that goes on as it is, or not at all; there must be room (see ``isFull``). Packets in
    /// a row whose verdict is the same share one message: to the kernel that is less than half the work of a message for
    /// each.
    mutating func add(queue: UInt16, id: UInt32, verdict: UInt32) {
        precondition(!isFull)
        var bytes = unsafe MutableSpan(_unsafeStart: plain, count: capacity * QueueMessage.verdictLength)
        if lastPlain == verdict {
            QueueMessage.extendVerdict(&bytes, at: plainLength - QueueMessage.verdictLength, to: id)
        } else {
            QueueMessage.putVerdict(&bytes, at: plainLength, queue: queue, id: id, verdict: verdict)
            appendPlain()
        }
        lastPlain = verdict
        unsafe ids[count] = id
        count += 1
    }

    /// A plain message right behind another only lengthens its vector.
    private mutating func appendPlain() {
        if lastPlain == nil {
            unsafe vectors[vectorCount] = iovec(iov_base: plain + plainLength, iov_len: 0)
            vectorCount += 1
        }
        unsafe vectors[vectorCount - 1].iov_len += QueueMessage.verdictLength
        plainLength += QueueMessage.verdictLength
    }

    /// Adds a verdict that rewrites its packet or marks it; there must be room. `message` is all of it, packet and padding
    /// included.
    mutating func add(id: UInt32, message: iovec) {
        precondition(!isFull)
        unsafe vectors[vectorCount] = message
        vectorCount += 1
        unsafe ids[count] = id
        count += 1
        lastPlain = nil
    }

    /// Sends all. 0, or the errno that stayed after some attempts.
    func send(to descriptor: borrowing Descriptor) -> Int32 {
        var message = unsafe msghdr()
        unsafe message.msg_iov = vectors
        unsafe message.msg_iovlen = vectorCount
        // The kernel's answer to a short lack of memory: nothing was taken, so all may be sent again.
        for _ in 0..<Self.attempts where unsafe sendmsg(descriptor.number, &message, 0) >= 0 { return 0 }
        return errno
    }

    /// After ``send(to:)`` failed: drops each packet by a message of its own, so that none waits in the kernel for
    /// ever. How many of even these could not be sent.
    func dropOneByOne(queue: UInt16, to descriptor: borrowing Descriptor) -> Int {
        var message = [UInt8](repeating: 0, count: QueueMessage.verdictLength)
        var unsent = 0
        for index in 0..<count {
            var span = message.mutableSpan
            QueueMessage.putVerdict(
                &span, at: 0, queue: queue, id: unsafe ids[index], verdict: QueueMessage.dropVerdict)
            let sent = unsafe message.withUnsafeBytes {
                unsafe Glibc.send(descriptor.number, $0.baseAddress, $0.count, 0)
            }
            if sent < 0 { unsent += 1 }
        }
        return unsent
    }

    private static let attempts = 4
}
