import Wire

/// Which way a packet went (the direction bits of `epb_flags`, draft-ietf-opsawg-pcapng section 4.3.1).
public enum CaptureDirection: UInt32, Hashable, Sendable {
    case inbound = 1
    case outbound = 2
}

/// Writes packets into a pcapng file: one section, little-endian, timestamps in nanoseconds.
///
/// Every interface is described before the first packet, or with ``add(_:)``. Call ``close(statistics:)`` at the
/// end: what is still buffered is written on release too, but then nobody learns that the disk was full.
///
/// The first failure to write is thrown. After it nothing more reaches the file, which ends with its last whole
/// packet, and further packets are counted in ``packetsLost`` without an error each.
public struct PcapngWriter: ~Copyable, Sendable {
    var output: CaptureOutput
    private(set) var hasFailed = false
    /// Packets in the output's buffer: lost if it cannot be written.
    private var packetsBuffered = 0
    private let keepsAll: Bool

    public internal(set) var interfaces: [CaptureInterface] = []
    /// Packets accepted, and not lost since.
    public private(set) var packetsWritten = 0
    public private(set) var packetsLost = 0

    /// Creates `path`, or empties it, with mode 0600; standard output for `-`.
    public init(path: String, interfaces: [CaptureInterface] = []) throws(CaptureError) {
        try self.init(CaptureOutput(try FileDescriptor.creating(path)), keepsAll: false, interfaces)
    }

    /// Writes into memory, at most `memoryLimit` bytes. ``contents`` is the file.
    public init(memoryLimit: Int, interfaces: [CaptureInterface] = []) throws(CaptureError) {
        try self.init(CaptureOutput(memoryLimit: memoryLimit), keepsAll: true, interfaces)
    }

    private init(
        _ output: consuming CaptureOutput, keepsAll: Bool, _ interfaces: [CaptureInterface]
    ) throws(CaptureError) {
        self.output = output
        self.keepsAll = keepsAll
        try writeSectionHeader()
        for interface in interfaces { _ = try add(interface) }
    }

    /// The file as it stands, when it is written into memory; empty otherwise.
    public var contents: [UInt8] { keepsAll ? output.contents : [] }
}

// MARK: Packets

extension PcapngWriter {
    /// Writes one packet. Bytes beyond the interface's snap length are cut, a `comment` is cut to 4,096 bytes, a
    /// moment before 1970 is written as 1970. Allocates nothing, except that memory grows when writing into it.
    public mutating func write(
        frame: Span<UInt8>, interface: Int, timestamp: Timestamp, wireLength: Int, comment: String? = nil,
        direction: CaptureDirection? = nil
    ) throws(CaptureError) {
        if let comment {
            let text = comment.utf8Span.span
            try write(
                frame, interface, timestamp, wireLength, direction,
                comment: text, commentLength: utf8Length(of: text, limit: CaptureLimits.comment))
        } else {
            try write(frame, interface, timestamp, wireLength, direction, comment: frame, commentLength: 0)
        }
    }

    /// `comment` counts for its first `commentLength` bytes: none, for a packet without a comment.
    mutating func write(
        _ frame: Span<UInt8>, _ interface: Int, _ timestamp: Timestamp, _ wireLength: Int,
        _ direction: CaptureDirection?, comment: Span<UInt8>, commentLength: Int
    ) throws(CaptureError) {
        if hasFailed {
            packetsLost += 1
            return
        }
        guard interface >= 0, interface < interfaces.count else { throw lost(.refused(.unknownInterface)) }
        let snapLength = interfaces[interface].snapLength
        let captured = snapLength > 0 ? min(frame.count, snapLength) : frame.count
        guard captured <= CaptureLimits.packetLength else { throw lost(.refused(.packetTooLong)) }

        var options = Self.optionLength(commentLength) + (direction == nil ? 0 : Self.optionLength(4))
        if options > 0 { options += 4 }
        let length = 28 + PcapngBlock.padded(captured) + options + 4
        do throws(CaptureError) { try reserve(length) } catch { throw lost(error) }
        appendPacketHeader(length, interface, timestamp, captured, max(wireLength, frame.count))
        output.appendPadded(frame, count: captured)
        if let direction {
            output.append(PcapngOption.packetFlags)
            output.append(UInt16(4))
            output.append(direction.rawValue)
        }
        if commentLength > 0 { output.appendOption(PcapngOption.comment, comment, count: commentLength) }
        if options > 0 { output.append(UInt32(PcapngOption.end)) }
        output.append(UInt32(length))
        packetsWritten += 1
        packetsBuffered += 1
    }

    private mutating func appendPacketHeader(
        _ length: Int, _ interface: Int, _ timestamp: Timestamp, _ captured: Int, _ wire: Int
    ) {
        output.append(PcapngBlock.enhancedPacket)
        output.append(UInt32(length))
        output.append(UInt32(interface))
        appendTimestamp(timestamp)
        output.append(UInt32(captured))
        output.append(UInt32(clamping: wire))
    }

    /// 64 bits of nanoseconds, the upper half first in either byte order.
    mutating func appendTimestamp(_ timestamp: Timestamp) {
        let ticks = UInt64(clamping: timestamp.nanoseconds)
        output.append(UInt32(truncatingIfNeeded: ticks >> 32))
        output.append(UInt32(truncatingIfNeeded: ticks))
    }

    private mutating func lost(_ error: CaptureError) -> CaptureError {
        packetsLost += 1
        return error
    }
}

// MARK: Reaching the file

extension PcapngWriter {
    mutating func reserve(_ length: Int) throws(CaptureError) {
        let before = output.count
        do throws(CaptureError) {
            try output.reserve(length)
        } catch {
            fail()
            throw error
        }
        if output.count < before { packetsBuffered = 0 }
    }

    /// From now on everything is lost; in memory, what is written stays.
    private mutating func fail() {
        hasFailed = true
        if keepsAll { return }
        packetsWritten -= packetsBuffered
        packetsLost += packetsBuffered
        packetsBuffered = 0
    }

    /// Brings everything written so far to the file.
    public mutating func flush() throws(CaptureError) {
        if hasFailed { return }
        do throws(CaptureError) {
            try output.flush()
            packetsBuffered = 0
        } catch {
            fail()
            throw error
        }
    }
}
