import CLinux
import Glibc
import Wire

/// A queue of NFQUEUE: packets in, in batches, and a verdict for every one.
///
/// Packets are looked at, and rewritten, in the memory into which the kernel copied them; all verdicts of a batch
/// leave in one system call that points into the same memory. Nothing is allocated or copied per packet.
///
/// It speaks netlink to the kernel itself (linux/netfilter/nfnetlink_queue.h) and belongs to one thread at a time.
public final class PacketQueue {
    public struct Options: Hashable, Sendable {
        /// Packets that may wait in the kernel; more are dropped, or accepted with ``failsOpenWhenFull``.
        public var maximumLength = 8192
        /// Bytes that the socket may hold. The kernel counts its own overhead into it.
        public var receiveBuffer = 64 << 20
        /// A full queue accepts instead of dropping (NFQA_CFG_F_FAIL_OPEN).
        public var failsOpenWhenFull = false
        /// Packets come as offloads made them, with partial checksums and longer than the MTU: faster for bulk TCP,
        /// and not to be rewritten.
        public var acceptsSuperPackets = false
        /// Overruns of the socket's buffer come as ENOBUFS and are counted in ``QueueStatistics/overruns``. Off by
        /// default: with it the kernel also stops delivering until the socket was read empty, which loses more, and
        /// ``KernelQueueCounters`` counts the same loss packet by packet.
        public var reportsOverruns = false

        public init() {}
    }

    /// Packets that are read, and verdicts that are sent, at once.
    public static let batch = 64
    /// Bytes of one packet: what an attribute's 16-bit length leaves.
    public static let longestPacket = 0xffff - Netlink.attributeHeaderLength

    public let number: UInt16
    public private(set) var statistics = QueueStatistics()
    private let socket: Descriptor
    private let buffers = ReceiveBuffers(count: PacketQueue.batch)
    private var verdicts = VerdictBatch(capacity: PacketQueue.batch)

    /// Takes queue `number` of the calling thread's network namespace. EPERM: no CAP_NET_ADMIN, or another process
    /// has the queue.
    public init(_ number: UInt16, options: Options = Options()) throws(SystemError) {
        self.number = number
        socket = try QueueSocket.open(number, options)
    }

    /// What poll watches: readable when packets wait.
    public var descriptor: Int32 { socket.number }

    /// Takes what waits, at most ``batch`` packets, without waiting for more; asks `decide` for a verdict on each, in
    /// order, and sends the verdicts.
    ///
    /// `decide` gets the memory with the packet at its start, ``QueuedPacket/length`` bytes of it, and room behind in
    /// which it may grow up to ``longestPacket``. What it rewrote counts only with `.acceptRewritten`.
    ///
    /// With `looksAhead`, and several packets at hand, `look` is shown all of them before `decide` gets the first, and
    /// `gather` is called between the two.
    ///
    /// Returns how many packets came; ``batch`` means that there may be more.
    @discardableResult
    public func receive(
        looksAhead: Bool = false, look: (Span<UInt8>) -> Void = { _ in }, gather: () -> Void = {},
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

    private func read() throws(SystemError) -> Int {
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
    private func take(_ slot: Int, _ decide: (inout MutableSpan<UInt8>, QueuedPacket) -> QueueVerdict) {
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

    private func judge(
        _ slot: Int, _ memory: inout MutableSpan<UInt8>, _ body: Range<Int>, limit: Int,
        _ decide: (inout MutableSpan<UInt8>, QueuedPacket) -> QueueVerdict
    ) {
        guard let (packet, payload) = try? QueuedPacket.decode(memory.span, in: body) else {
            statistics.malformed &+= 1
            return
        }
        statistics.packets &+= 1
        statistics.bytes &+= UInt64(payload.count)
        let room = payload.lowerBound..<max(payload.upperBound, min(limit, payload.lowerBound + Self.longestPacket))
        var bytes = memory._mutatingExtracting(room)
        let verdict = decide(&bytes, packet)
        // Several packets in one datagram could be more than were planned for.
        if verdicts.isFull { flush() }
        add(verdict, on: packet.id, slot, room)
    }

    private func add(_ verdict: QueueVerdict, on id: UInt32, _ slot: Int, _ room: Range<Int>) {
        switch verdict.action {
        case .accept:
            statistics.accepted &+= 1
            put(id, QueueMessage.acceptVerdict, verdict.mark)
        case .acceptRewritten(let length) where (1...room.count).contains(length):
            statistics.rewritten &+= 1
            let padded = room.lowerBound..<room.lowerBound + Netlink.aligned(length)
            let vector = unsafe buffers.vector(slot, padded)
            unsafe verdicts.add(
                queue: number, id: id, verdict: QueueMessage.acceptVerdict, mark: verdict.mark, rewritten: vector,
                rewrittenLength: length)
        case .acceptRewritten:
            statistics.badLengths &+= 1
            statistics.dropped &+= 1
            put(id, QueueMessage.dropVerdict, nil)
        case .drop:
            statistics.dropped &+= 1
            put(id, QueueMessage.dropVerdict, nil)
        }
    }

    private func put(_ id: UInt32, _ verdict: UInt32, _ mark: UInt32?) {
        unsafe verdicts.add(queue: number, id: id, verdict: verdict, mark: mark, rewritten: nil, rewrittenLength: 0)
    }

    private func flush() {
        if verdicts.count > 0, verdicts.send(to: socket) != 0 {
            statistics.unsent &+= UInt64(verdicts.count)
            _ = verdicts.dropOneByOne(queue: number, to: socket)
        }
        verdicts.clear()
    }

    private func noteRefusal(_ number: Int32?) {
        guard let number else {
            statistics.malformed &+= 1
            return
        }
        if number == 0 { return }
        statistics.refused &+= 1
        statistics.lastRefusal = number
    }
}
