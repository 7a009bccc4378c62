/// What a ``PacketQueue`` has counted since it was made.
public struct QueueStatistics: Hashable, Sendable {
    public var packets: UInt64 = 0
    public var bytes: UInt64 = 0
    public var accepted: UInt64 = 0
    /// Accepted with other bytes than came.
    public var rewritten: UInt64 = 0
    /// Among them what an answer of the box's went back for.
    public var dropped: UInt64 = 0
    /// Answers that were sent back, or would have been (see ``PacketQueue/answerFailures``).
    public var answered: UInt64 = 0
    /// Reads that brought at least one packet; ``packets`` by this is the batch as it turned out.
    public var batches: UInt64 = 0
    /// ENOBUFS: the socket's buffer ran over and packets were lost; how many, ``KernelQueueCounters`` knows.
    public var overruns: UInt64 = 0
    /// Messages from the kernel that could not be read.
    public var malformed: UInt64 = 0
    /// Rewritten packets of a length that does not fit the buffer; they are dropped.
    public var badLengths: UInt64 = 0
    /// Verdicts that the kernel answered with an error, and the last error: EPERM without CAP_NET_ADMIN, ENOENT where
    /// the packet is gone because its interface went down.
    public var refused: UInt64 = 0
    public var lastRefusal: Int32 = 0
    /// Verdicts that could not be sent; a plain drop was sent instead, or not even that.
    public var unsent: UInt64 = 0
}
