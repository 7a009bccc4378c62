/// IPv6 (RFC 8200): where its fields stand.
public enum IPv6Field {
    public static let length = 40
    public static let payloadLength = 4
    public static let nextHeader = 6
    public static let hopLimit = 7
    public static let source = 8
    public static let destination = 24

    /// A chain longer than this carries nothing that a phone or a server sends.
    public static let maximumExtensionHeaders = 8
}

extension IPHeader {
    @usableFromInline
    static func decodeV6(_ packet: Span<UInt8>, allowTruncation: Bool) throws(WireError) -> IPHeader {
        guard packet.count >= IPv6Field.length else { throw WireError(.ipv6, .header, .truncated, at: 0) }
        // Payload length 0 would announce a jumbogram (RFC 2675), which no link of ours carries.
        let end = IPv6Field.length + Int(packet.uint16(at: IPv6Field.payloadLength))
        guard end <= packet.count || allowTruncation else {
            throw WireError(.ipv6, .payloadLength, .truncated, at: IPv6Field.payloadLength)
        }
        let source = address(packet, at: IPv6Field.source)
        let destination = address(packet, at: IPv6Field.destination)
        guard !source.isV4 else { throw WireError(.ipv6, .source, .invalid, at: IPv6Field.source) }
        guard !destination.isV4 else { throw WireError(.ipv6, .destination, .invalid, at: IPv6Field.destination) }
        var header = IPHeader(
            isV4: false, source: source, destination: destination,
            transport: IPProtocol(rawValue: packet[IPv6Field.nextHeader]), timeToLive: packet[IPv6Field.hopLimit],
            transportOffset: IPv6Field.length, end: min(end, packet.count), isTruncated: end > packet.count,
            fragmentOffset: 0, moreFragments: false, identification: 0, dontFragment: true)
        try header.skipExtensionHeaders(packet)
        return header
    }

    private static func address(_ packet: Span<UInt8>, at offset: Int) -> IPAddress {
        IPAddress(high: packet.uint64(at: offset), low: packet.uint64(at: offset + 8))
    }

    /// Walks the chain of extension headers (RFC 8200 section 4) up to the transport header, or up to the data of a
    /// fragment that is not the first.
    private mutating func skipExtensionHeaders(_ packet: Span<UInt8>) throws(WireError) {
        for _ in 0..<IPv6Field.maximumExtensionHeaders {
            let start = transportOffset
            switch transport {
            case .hopByHop, .routing, .destinationOptions:
                try skip(packet, unit: 8, extra: 8)
            case .authentication:
                // RFC 4302: the length counts 4-byte words, less two.
                try skip(packet, unit: 4, extra: 8)
            case .fragment:
                guard start + 8 <= end else { throw WireError(.ipv6, .extensionHeader, .truncated, at: start) }
                let word = packet.uint16(at: start + 2)
                fragmentOffset = Int(word & 0xfff8)
                moreFragments = word & 1 != 0
                identification = packet.uint32(at: start + 4)
                transport = IPProtocol(rawValue: packet[start])
                transportOffset = start + 8
                if fragmentOffset != 0 { return }
            default:
                return
            }
        }
        throw WireError(.ipv6, .extensionHeader, .tooLong, at: transportOffset)
    }

    private mutating func skip(_ packet: Span<UInt8>, unit: Int, extra: Int) throws(WireError) {
        let start = transportOffset
        guard start + 2 <= end else { throw WireError(.ipv6, .extensionHeader, .truncated, at: start) }
        let next = start + Int(packet[start + 1]) * unit + extra
        guard next <= end else { throw WireError(.ipv6, .extensionHeader, .truncated, at: start) }
        transport = IPProtocol(rawValue: packet[start])
        transportOffset = next
    }
}
