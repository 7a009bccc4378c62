import CLinux
import Glibc
import SystemCalls

/// Verdicts that leave together, in one sendmsg: their headers in memory of its own, rewritten packets where they are.
@safe
struct VerdictBatch: ~Copyable {
    private let capacity: Int
    private let headers: UnsafeMutablePointer<UInt8>
    private let vectors: UnsafeMutablePointer<iovec>
    private let ids: UnsafeMutablePointer<UInt32>
    private var headerLength = 0
    private var vectorCount = 0
    private(set) var count = 0
    /// The last vector is headers, so that what follows only lengthens it.
    private var endsWithHeaders = false
    /// Where the last message stands, if the next packet may share it, and its verdict.
    private var shared: (offset: Int, verdict: UInt32)?

    var isFull: Bool { count == capacity }

    init(capacity: Int) {
        self.capacity = capacity
        unsafe headers = .allocate(capacity: capacity * QueueMessage.maximumVerdictLength)
        unsafe vectors = .allocate(capacity: capacity * 2)
        unsafe ids = .allocate(capacity: capacity)
    }

    deinit {
        unsafe headers.deallocate()
        unsafe vectors.deallocate()
        unsafe ids.deallocate()
    }

    mutating func clear() {
        headerLength = 0
        vectorCount = 0
        count = 0
        endsWithHeaders = false
        shared = nil
    }

    /// Adds the verdict on a packet that goes on as it is, or not at all; there must be room. Packets in a row whose
    /// verdict is the same share one message: to the kernel that is less than half the work of a message for each.
    mutating func add(queue: UInt16, id: UInt32, verdict: UInt32) {
        guard let shared, shared.verdict == verdict else {
            let offset = headerLength
            unsafe add(queue: queue, id: id, verdict: verdict, mark: nil, rewritten: nil, rewrittenLength: 0)
            self.shared = (offset, verdict)
            return
        }
        precondition(!isFull)
        var span = unsafe MutableSpan(_unsafeStart: headers, count: capacity * QueueMessage.maximumVerdictLength)
        QueueMessage.extendVerdict(&span, at: shared.offset, to: id)
        unsafe ids[count] = id
        count += 1
    }

    /// Adds a verdict; there must be room (see ``isFull``). `rewritten` is the packet, padded to four bytes, of which
    /// `rewrittenLength` count.
    mutating func add(
        queue: UInt16, id: UInt32, verdict: UInt32, mark: UInt32?, rewritten: iovec?, rewrittenLength: Int
    ) {
        precondition(!isFull)
        let start = headerLength
        headerLength = encode(
            queue: queue, id: id, verdict: verdict, mark: mark,
            rewrittenLength: unsafe rewritten == nil ? nil : rewrittenLength)
        if endsWithHeaders {
            unsafe vectors[vectorCount - 1].iov_len += headerLength - start
        } else {
            unsafe vectors[vectorCount] = iovec(iov_base: headers + start, iov_len: headerLength - start)
            vectorCount += 1
        }
        endsWithHeaders = unsafe rewritten == nil
        if let rewritten = unsafe rewritten {
            unsafe vectors[vectorCount] = rewritten
            vectorCount += 1
        }
        unsafe ids[count] = id
        count += 1
        shared = nil
    }

    private func encode(queue: UInt16, id: UInt32, verdict: UInt32, mark: UInt32?, rewrittenLength: Int?) -> Int {
        var span = unsafe MutableSpan(
            _unsafeStart: headers, count: capacity * QueueMessage.maximumVerdictLength)
        return QueueMessage.putVerdict(
            &span, at: headerLength, queue: queue, id: id, verdict: verdict, mark: mark,
            rewrittenLength: rewrittenLength)
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
        var message = [UInt8](repeating: 0, count: QueueMessage.maximumVerdictLength)
        var unsent = 0
        for index in 0..<count {
            var span = message.mutableSpan
            let length = QueueMessage.putVerdict(
                &span, at: 0, queue: queue, id: unsafe ids[index], verdict: QueueMessage.dropVerdict, mark: nil,
                rewrittenLength: nil)
            let sent = unsafe message.withUnsafeBytes {
                unsafe Glibc.send(descriptor.number, $0.baseAddress, length, 0)
            }
            if sent < 0 { unsent += 1 }
        }
        return unsent
    }

    private static let attempts = 4
}
