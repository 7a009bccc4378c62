import Wire

/// The packets that the `capture` command keeps in memory.
///
/// One slab of bytes is allocated in advance; packets lie in it one after the other, each with its header and
/// comment, so keeping one allocates nothing. When the slab is full, a circular buffer overwrites its oldest
/// packets, any other keeps what it has and stops. A packet that is not kept is counted.
///
/// Belongs to one thread. It is a class so that a table of captures can hold it.
public final class CaptureBuffer {
    /// `capture … buffer BYTES`, as on the ASA.
    public static let defaultCapacity = 524_288
    /// What `buffer` accepts on the ASA: 1,534 bytes to 32 MiB.
    public static let capacities = 1_534...33_554_432
    /// `capture … packet-length BYTES`, as on the ASA.
    public static let defaultPacketLength = 1_518
    public static let packetLengths = 14...9_216

    /// Packets and bytes on the wire: `bytes` counts a packet's bytes after truncation to ``packetLength``.
    public struct Count: Hashable, Sendable {
        public internal(set) var packets = 0
        public internal(set) var bytes = 0

        mutating func add(_ length: Int) {
            packets += 1
            bytes += length
        }

        mutating func remove(_ length: Int) {
            packets -= 1
            bytes -= length
        }
    }

    public let capacity: Int
    public let isCircular: Bool
    /// `packet-length`: longer packets are cut to this.
    public let packetLength: Int

    /// In the buffer now.
    public private(set) var held = Count()
    /// Overwritten by later packets.
    public private(set) var overwritten = Count()
    /// Not kept: the buffer was full, or the packet longer than the buffer.
    public private(set) var missed = Count()
    /// A buffer that is not circular has met a packet that did not fit; it takes no more until ``clear()``.
    public private(set) var isFull = false

    private var slab: [UInt8]
    private var ring: SlabRing

    /// `capacity` and `packetLength` are brought into ``capacities`` and ``packetLengths``.
    public init(
        capacity: Int = CaptureBuffer.defaultCapacity, isCircular: Bool = false,
        packetLength: Int = CaptureBuffer.defaultPacketLength
    ) {
        self.capacity = min(max(capacity, Self.capacities.lowerBound), Self.capacities.upperBound)
        self.isCircular = isCircular
        self.packetLength = min(
            max(packetLength, Self.packetLengths.lowerBound), Self.packetLengths.upperBound)
        slab = [UInt8](repeating: 0, count: self.capacity)
        ring = SlabRing(capacity: self.capacity)
    }

    /// Keeps a packet; says whether it did. `interface` is the caller's number for it, 0 to 65,535.
    @discardableResult
    public func append(
        frame: Span<UInt8>, interface: Int, timestamp: Timestamp, wireLength: Int, comment: String? = nil
    ) -> Bool {
        guard let comment else {
            return append(frame, interface, timestamp, wireLength, comment: frame, commentLength: 0)
        }
        let text = comment.utf8Span.span
        let length = utf8Length(of: text, limit: CaptureLimits.comment)
        return append(frame, interface, timestamp, wireLength, comment: text, commentLength: length)
    }

    private func append(
        _ frame: Span<UInt8>, _ interface: Int, _ timestamp: Timestamp, _ wireLength: Int,
        comment: Span<UInt8>, commentLength: Int
    ) -> Bool {
        let entry = SlabEntry(
            timestamp: timestamp, interface: UInt16(clamping: interface),
            capturedLength: min(frame.count, packetLength), wireLength: max(wireLength, frame.count),
            commentLength: commentLength)
        guard let offset = place(entry) else {
            missed.add(entry.capturedLength)
            return false
        }
        var bytes = slab.mutableSpan
        entry.store(&bytes, at: offset)
        bytes.copy(frame, count: entry.capturedLength, to: offset + entry.frameOffset)
        bytes.copy(comment, count: commentLength, to: offset + entry.commentOffset)
        held.add(entry.capturedLength)
        return true
    }

    /// Finds room for `entry`; `nil` when there is none to be had.
    private func place(_ entry: SlabEntry) -> Int? {
        guard !isFull else { return nil }
        guard isCircular else {
            let offset = ring.take(entry.length)
            isFull = offset == nil
            return offset
        }
        guard entry.length <= capacity else { return nil }
        while true {
            if let offset = ring.take(entry.length) { return offset }
            overwriteOldest()
        }
    }

    private func overwriteOldest() {
        let oldest = SlabEntry.load(slab.span, at: ring.oldest)
        ring.releaseOldest(oldest.length)
        held.remove(oldest.capturedLength)
        overwritten.add(oldest.capturedLength)
    }

    /// `clear capture`: forgets the packets and the counts.
    public func clear() {
        ring = SlabRing(capacity: capacity)
        held = Count()
        overwritten = Count()
        missed = Count()
        isFull = false
    }
}

// MARK: Looking at what is kept

extension CaptureBuffer {
    /// One packet in the buffer.
    public struct Packet: Sendable {
        /// From 1, the oldest packet in the buffer.
        public let number: Int
        public let timestamp: Timestamp
        public let interface: Int
        public let capturedLength: Int
        public let wireLength: Int
        public let comment: String?
    }

    /// Runs `body` on every packet, the oldest first, with its bytes.
    public func forEach<Failure: Error>(
        _ body: (Packet, Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        let slab = slab
        let bytes = slab.span
        var cursor = ring.start
        for number in 1..<held.packets + 1 {
            let offset = ring.settle(&cursor)
            let entry = SlabEntry.load(bytes, at: offset)
            let packet = Packet(
                number: number, timestamp: entry.timestamp, interface: Int(entry.interface),
                capturedLength: entry.capturedLength, wireLength: entry.wireLength,
                comment: entry.comment(bytes, at: offset))
            let start = offset + entry.frameOffset
            try body(packet, bytes.extracting(start..<start + entry.capturedLength))
            cursor += entry.length
        }
    }

    /// Writes every packet to `writer`, whose interfaces must be numbered as the packets' are.
    public func write(to writer: inout PcapngWriter) throws(CaptureError) {
        try forEach { (packet, frame) throws(CaptureError) in
            try writer.write(
                frame: frame, interface: packet.interface, timestamp: packet.timestamp,
                wireLength: packet.wireLength, comment: packet.comment)
        }
    }
}
