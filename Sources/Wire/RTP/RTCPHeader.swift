/// The types of RTCP packets that RFC 3550 section 12.1 and RFC 4585 section 6.1 name; any other byte is kept as it is.
public struct RTCPType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8

    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let senderReport = RTCPType(rawValue: 200)
    public static let receiverReport = RTCPType(rawValue: 201)
    public static let sourceDescription = RTCPType(rawValue: 202)
    public static let goodbye = RTCPType(rawValue: 203)
    public static let application = RTCPType(rawValue: 204)
    public static let transportFeedback = RTCPType(rawValue: 205)
    public static let payloadFeedback = RTCPType(rawValue: 206)
    public static let extendedReport = RTCPType(rawValue: 207)
}

/// The header that every RTCP packet starts with (RFC 3550 section 6.4).
public struct RTCPHeader: Sendable {
    public static let length = 4
    /// What is left in the clear by SRTCP: the header and the sender's SSRC.
    public static let clearLength = 8

    public var hasPadding: Bool
    /// Report blocks, sources or chunks; a subtype in some packets.
    public var count: Int
    public var type: RTCPType
    /// The whole packet within the datagram: this header, body and padding.
    public var packet: Range<Int>
    /// The first word behind the header, where there is one: who sends. Of a goodbye or a source description, the first
    /// that it is about.
    public var ssrc: UInt32?

    /// Reads the packet at `offset` of a datagram in the clear, which may be one of several.
    public static func decode(_ datagram: Span<UInt8>, at offset: Int = 0) throws(WireError) -> RTCPHeader {
        guard offset >= 0, datagram.count - offset >= length else {
            throw WireError(.rtcp, .header, .truncated, at: offset)
        }
        let first = datagram[offset]
        guard first >> 6 == 2 else { throw WireError(.rtcp, .version, .invalid, at: offset) }
        let type = datagram[offset + 1]
        guard 192...223 ~= type else { throw WireError(.rtcp, .packetType, .invalid, at: offset + 1) }
        let size = 4 * (Int(datagram.uint16(at: offset + 2)) + 1)
        guard size <= datagram.count - offset else { throw WireError(.rtcp, .length, .truncated, at: offset + 2) }
        return RTCPHeader(
            hasPadding: first & 0x20 != 0, count: Int(first & 0x1f), type: RTCPType(rawValue: type),
            packet: offset..<offset + size, ssrc: size >= clearLength ? datagram.uint32(at: offset + 4) : nil)
    }

    /// The packet's content behind the header, without padding.
    public func body(in datagram: Span<UInt8>) throws(WireError) -> Range<Int> {
        let start = packet.lowerBound + Self.length
        guard hasPadding else { return start..<packet.upperBound }
        let last = packet.upperBound - 1
        let padding = Int(datagram[last])
        guard padding > 0, padding <= packet.upperBound - start else {
            throw WireError(.rtcp, .padding, .invalid, at: last)
        }
        return start..<packet.upperBound - padding
    }
}

/// Walks the packets of one RTCP datagram (RFC 3550 section 6.1, RFC 5506).
///
/// A compound packet starts with a report; a reduced-size one starts with anything. Padding is allowed in the last only.
public struct RTCPPackets: Sendable {
    private var offset = 0

    public init() {}

    /// The next packet; `nil` at the end. What does not fill the datagram to its last byte is refused.
    public mutating func next(_ datagram: Span<UInt8>) throws(WireError) -> RTCPHeader? {
        guard offset < datagram.count else {
            if offset == 0 { throw WireError(.rtcp, .header, .truncated, at: 0) }
            return nil
        }
        let header = try RTCPHeader.decode(datagram, at: offset)
        if header.hasPadding {
            guard header.packet.upperBound == datagram.count else {
                throw WireError(.rtcp, .padding, .invalid, at: offset)
            }
            _ = try header.body(in: datagram)
        }
        offset = header.packet.upperBound
        return header
    }
}
