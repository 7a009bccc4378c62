/// An ICMP (RFC 792) or ICMPv6 (RFC 4443) header.
public struct ICMPHeader: Sendable {
    public static let length = 8
    public static let checksumOffset = 2

    /// What an ICMP message is for, as far as a firewall cares; the numbers of both families folded into one.
    public enum Kind: Sendable {
        case echoRequest
        case echoReply
        /// Reports about another packet, whose first bytes it carries.
        case error
        case other
    }

    public var kind: Kind
    public var type: UInt8
    public var code: UInt8
    /// The identifier of an echo; 0 otherwise.
    public var identifier: UInt16
    /// What follows the eight header bytes: of an error, the start of the packet it is about.
    public var payload: Range<Int>

    /// Reads the header that `ip` points at in `packet`; a fragment that is not the first has none and is refused.
    public static func decode(_ packet: Span<UInt8>, _ ip: IPHeader) throws(WireError) -> ICMPHeader {
        let start = ip.transportOffset
        guard ip.fragmentOffset == 0 else { throw WireError(.icmp, .fragmentOffset, .unsupported, at: start) }
        guard ip.end - start >= length else { throw WireError(.icmp, .header, .truncated, at: start) }
        let type = packet[start]
        let kind = Kind(type: type, isV4: ip.isV4)
        return ICMPHeader(
            kind: kind, type: type, code: packet[start + 1],
            identifier: kind.isEcho ? packet.uint16(at: start + 4) : 0,
            payload: start + length..<ip.end)
    }
}

extension ICMPHeader.Kind {
    init(type: UInt8, isV4: Bool) {
        self = isV4 ? Self.v4(type) : Self.v6(type)
    }

    private static func v4(_ type: UInt8) -> Self {
        switch type {
        case 8: .echoRequest
        case 0: .echoReply
        case 3, 4, 5, 11, 12: .error
        default: .other
        }
    }

    private static func v6(_ type: UInt8) -> Self {
        switch type {
        case 128: .echoRequest
        case 129: .echoReply
        case 1...4: .error
        default: .other
        }
    }

    /// Whether the message has the identifier of an echo.
    var isEcho: Bool {
        switch self {
        case .echoRequest, .echoReply: true
        case .error, .other: false
        }
    }
}
