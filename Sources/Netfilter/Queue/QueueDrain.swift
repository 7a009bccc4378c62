import CLinux
import Glibc
import SystemCalls
import Wire

/// Takes batches of packets from a queue's socket, gives each its verdict, and counts: all that changes as packets pass.
///
/// It is one value, so that a batch is a single access to it. What a class stores is checked for overlapping accesses
/// whenever it is touched, and over a packet that adds up.
struct QueueDrain: ~Copyable {
    private let number: UInt16
    private let socket: Descriptor
    private let buffers = ReceiveBuffers(count: PacketQueue.batch)
    private var verdicts = VerdictBatch(capacity: PacketQueue.batch)
    private var answers: AnswerBatch
    var returnsAnswers = true
    private(set) var statistics = QueueStatistics()

    init(_ number: UInt16, _ socket: consuming Descriptor) throws(SystemError) {
        self.number = number
        self.socket = socket
        answers = try AnswerBatch(capacity: PacketQueue.batch)
    }

    var answerFailures: [Int32: UInt64] { answers.failures }

    /// As ``PacketQueue/receive(looksAhead:look:gather:_:)`` says.
    mutating func receive(
        _ looksAhead: Bool, _ look: (Span<UInt8>) -> Void, _ gather: () -> Void,
        _ decide: (inout MutableSpan<UInt8>, QueuedPacket) -> QueueVerdict
    ) throws(SystemError) -> Int {
        let datagrams = try read()
        if datagrams == 0 { return 0 }
        let before = statistics.packets
        if looksAhead, datagrams >= Self.worthLooking {
            for slot in 0..<datagrams { show(slot, look) }
            gather()
        }
        for slot in 0..<datagrams { take(slot, decide) }
        flush()
        statistics.batches &+= 1
        return Int(truncatingIfNeeded: statistics.packets &- before)
    }

    /// From so many packets on, showing them ahead gains more than it costs.
    private static let worthLooking = 8

    /// Shows the packet in a datagram; of several in one, the first.
    private func show(_ slot: Int, _ look: (Span<UInt8>) -> Void) {
        let length = buffers.length(of: slot)
        buffers.withSlot(slot) { memory in
            guard let message = try? NetlinkMessage.decode(memory.span, at: 0, length: length),
                message.type == QueueMessage.packet,
                let (_, payload) = try? QueuedPacket.decode(memory.span, in: message.body)
            else { return }
            look(memory.span.extracting(payload))
        }
    }

    private mutating func read() throws(SystemError) -> Int {
        // An overrun is told once, in place of data that may be there all the same.
        for _ in 0..<3 {
            let result = buffers.receive(from: socket)
            if result >= 0 { return result }
            switch Int32(-result) {
            case ENOBUFS: statistics.overruns &+= 1
            case EINTR: continue
            case EAGAIN: return 0
            default: throw SystemError("recvmmsg of queue \(number)", Int32(-result))
            }
        }
        return 0
    }

    /// One datagram: usually one message.
    private mutating func take(_ slot: Int, _ decide: (inout MutableSpan<UInt8>, QueuedPacket) -> QueueVerdict) {
        let length = buffers.length(of: slot)
        buffers.withSlot(slot) { memory in
            var offset = 0
            while offset < length {
                guard let message = try? NetlinkMessage.decode(memory.span, at: offset, length: length) else {
                    statistics.malformed &+= 1
                    return
                }
                offset = message.next
                if message.type == QueueMessage.packet {
                    // Only the last packet of a datagram has free room behind it.
                    let limit = offset >= length ? ReceiveBuffers.slotSize - 3 : message.body.upperBound
                    judge(slot, &memory, message.body, limit: limit, decide)
                } else if message.type == NLMSG_ERROR {
                    noteRefusal(message.errorNumber(memory.span))
                } else {
                    statistics.malformed &+= 1
                }
            }
        }
    }

    @inline(__always)
    private mutating func judge(
        _ slot: Int, _ memory: inout MutableSpan<UInt8>, _ body: Range<Int>, limit: Int,
        _ decide: (inout MutableSpan<UInt8>, QueuedPacket) -> QueueVerdict
    ) {
        guard let (packet, payload) = try? QueuedPacket.decode(memory.span, in: body) else {
            statistics.malformed &+= 1
            return
        }
        statistics.packets &+= 1
        statistics.bytes &+= UInt64(payload.count)
        let room =
            payload.lowerBound..<max(payload.upperBound, min(limit, payload.lowerBound + PacketQueue.longestPacket))
        var bytes = memory._mutatingExtracting(room)
        let verdict = decide(&bytes, packet)
        // Several packets in one datagram could be more than were planned for.
        if verdicts.isFull { flush() }
        let before = room.lowerBound - (body.lowerBound - Netlink.headerLength)
        // None, where what the kernel said of the packet leaves no room for a verdict before it.
        let lengths = 1..<(before >= QueueMessage.rewritingLength ? room.count + 1 : 1)
        switch verdict {
        case .acceptRewritten(let length) where lengths ~= length:
            rewrite(slot, &memory, room.lowerBound, packet.id, length, QueueMessage.acceptVerdict)
        case .answer(let length) where lengths ~= length && returnsAnswers && answers.takes(length, to: packet):
            statistics.answered &+= 1
            let message = unsafe buffers.vector(slot, room.lowerBound..<room.lowerBound + length)
            unsafe answers.add(message, to: packet)
            drop(packet.id)
        case .answer(let length) where lengths ~= length:
            rewrite(slot, &memory, room.lowerBound, packet.id, length, QueueMessage.stopVerdict)
        case .accept:
            statistics.accepted &+= 1
            verdicts.add(queue: number, id: packet.id, verdict: QueueMessage.acceptVerdict)
        case .acceptRedirected where before >= QueueMessage.markingLength:
            statistics.accepted &+= 1
            let start = QueueMessage.putMarking(
                &memory, before: room.lowerBound, queue: number, id: packet.id, mark: QueueMark.redirected)
            let message = unsafe buffers.vector(slot, start..<room.lowerBound)
            unsafe verdicts.add(id: packet.id, message: message)
        case .acceptRewritten, .answer, .acceptRedirected:
            statistics.badLengths &+= 1
            drop(packet.id)
        case .drop:
            drop(packet.id)
        }
    }

    /// What the kernel said of the packet is read, and makes room for what is said to the kernel: the verdict is one piece of
    /// memory with the packet in it.
    @inline(__always)
    private mutating func rewrite(
        _ slot: Int, _ memory: inout MutableSpan<UInt8>, _ offset: Int, _ id: UInt32, _ length: Int, _ verdict: UInt32
    ) {
        statistics.rewritten &+= 1
        let start = QueueMessage.putRewriting(
            &memory, before: offset, queue: number, id: id, length: length, verdict: verdict)
        let message = unsafe buffers.vector(slot, start..<offset + Netlink.aligned(length))
        unsafe verdicts.add(id: id, message: message)
    }

    private mutating func drop(_ id: UInt32) {
        statistics.dropped &+= 1
        verdicts.add(queue: number, id: id, verdict: QueueMessage.dropVerdict)
    }

    private mutating func flush() {
        answers.send()
        if verdicts.count > 0, verdicts.send(to: socket) != 0 {
            statistics.unsent &+= UInt64(verdicts.count)
            _ = verdicts.dropOneByOne(queue: number, to: socket)
        }
        verdicts.clear()
    }

    private mutating func noteRefusal(_ number: Int32?) {
        guard let number else {
            statistics.malformed &+= 1
            return
        }
        if number == 0 { return }
        statistics.refused &+= 1
        statistics.lastRefusal = number
    }
}
