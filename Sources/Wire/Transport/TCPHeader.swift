/// A TCP header (RFC 9293 section 3.1).
public struct TCPHeader: Sendable {
    public static let minimumLength = 20
    public static let checksumOffset = 16

    public struct Flags: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8

        @inlinable
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let fin = Flags(rawValue: 0x01)
        public static let syn = Flags(rawValue: 0x02)
        public static let reset = Flags(rawValue: 0x04)
        public static let push = Flags(rawValue: 0x08)
        public static let acknowledge = Flags(rawValue: 0x10)
        public static let urgent = Flags(rawValue: 0x20)
    }

    public var sourcePort: UInt16
    public var destinationPort: UInt16
    public var sequence: UInt32
    public var acknowledgment: UInt32
    public var flags: Flags
    public var window: UInt16
    /// The options, as offsets into the packet; read them with ``TCPOptions``.
    public var options: Range<Int>
    /// The payload, as offsets into the packet.
    public var payload: Range<Int>

    /// Reads the header that `ip` points at in `packet`; a fragment that is not the first has none and is refused.
    @inlinable @inline(__always)
    public static func decode(_ packet: Span<UInt8>, _ ip: IPHeader) throws(WireError) -> TCPHeader {
        let start = ip.transportOffset
        guard ip.fragmentOffset == 0 else { throw WireError(.tcp, .fragmentOffset, .unsupported, at: start) }
        guard ip.end - start >= minimumLength else { throw WireError(.tcp, .header, .truncated, at: start) }
        let header = packet.extracting(start..<start + minimumLength)
        let headerLength = Int(header[12] >> 4) * 4
        guard headerLength >= minimumLength else { throw WireError(.tcp, .dataOffset, .invalid, at: start + 12) }
        guard start + headerLength <= ip.end else { throw WireError(.tcp, .dataOffset, .truncated, at: start + 12) }
        return TCPHeader(
            sourcePort: header.uint16(at: 0),
            destinationPort: header.uint16(at: 2),
            sequence: header.uint32(at: 4),
            acknowledgment: header.uint32(at: 8),
            flags: Flags(rawValue: header[13]),
            window: header.uint16(at: 14),
            options: start + minimumLength..<start + headerLength,
            payload: start + headerLength..<ip.end)
    }

    @inlinable
    public init(
        sourcePort: UInt16, destinationPort: UInt16, sequence: UInt32, acknowledgment: UInt32, flags: Flags,
        window: UInt16, options: Range<Int>, payload: Range<Int>
    ) {
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
        self.sequence = sequence
        self.acknowledgment = acknowledgment
        self.flags = flags
        self.window = window
        self.options = options
        self.payload = payload
    }
}
