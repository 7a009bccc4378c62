import SystemCalls
import Wire

/// A queue of NFQUEUE: packets in, in batches, and a verdict for every one.
///
/// Packets are looked at, and rewritten, in the memory into which the kernel copied them; all verdicts of a batch
/// leave in one system call that points into the same memory. Nothing is allocated or copied per packet.
///
/// It speaks netlink to the kernel itself (linux/netfilter/nfnetlink_queue.h) and belongs to one thread at a time.
public final class PacketQueue {
    public struct Options: Hashable, Sendable {
        /// Packets that may wait in the kernel; more are dropped, or accepted with ``failsOpenWhenFull``. A tenth of a
        /// second at the highest rate: as long as the system may keep a busy real-time thread from running.
        public var maximumLength = 32768
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
    public var statistics: QueueStatistics { drain.statistics }
    /// Answers go back to whoever handed over the question, where that can be told; else by the kernel's routes.
    public var returnsAnswers: Bool {
        get { drain.returnsAnswers }
        set { drain.returnsAnswers = newValue }
    }
    /// Answers that could not be sent back, by errno (see ``QueueVerdict/answer(length:)``).
    public var answerFailures: [Int32: UInt64] { drain.answerFailures }
    /// What poll watches: readable when packets wait.
    public let descriptor: Int32
    private var drain: QueueDrain

    /// Takes queue `number` of the calling thread's network namespace. EPERM: no CAP_NET_ADMIN, or another process
    /// has the queue.
    public init(_ number: UInt16, options: Options = Options()) throws(SystemError) {
        self.number = number
        let socket = try QueueSocket.open(number, options)
        descriptor = socket.number
        drain = try QueueDrain(number, socket)
    }

    /// Takes what waits, at most ``batch`` packets, without waiting for more; asks `decide` for a verdict on each, in
    /// order, and sends the verdicts.
    ///
    /// `decide` gets the memory with the packet at its start, ``QueuedPacket/length`` bytes of it, and room behind in
    /// which it may grow up to ``longestPacket``. What it rewrote counts only with `.acceptRewritten`.
    ///
    /// With `looksAhead`, and several packets at hand, `look` is shown all of them before `decide` gets the first, and
    /// `gather` is called between the two.
    ///
    /// None of the three may ask this queue for anything.
    ///
    /// Returns how many packets came; ``batch`` means that there may be more.
    @discardableResult
    public func receive(
        looksAhead: Bool = false, look: (Span<UInt8>) -> Void = { _ in }, gather: () -> Void = {},
        _ decide: (inout MutableSpan<UInt8>, QueuedPacket) -> QueueVerdict
    ) throws(SystemError) -> Int {
        try drain.receive(looksAhead, look, gather, decide)
    }
}
