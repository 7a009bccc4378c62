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
    @inlinable @inline(__always)
    static func decodeV6(_ packet: Span<UInt8>, allowTruncation: Bool) throws(WireError) -> IPHeader {
        guard packet.count >= IPv6Field.length else { throw WireError(.ipv6, .header, .truncated, at: 0) }
        let header = packet.extracting(0..<IPv6Field.length)
        let payloadLength = Int(header.uint16(at: IPv6Field.payloadLength))
        let transport = IPProtocol(rawValue: header[IPv6Field.nextHeader])
        // A jumbogram (RFC 2675), which no link of ours carries.
        guard payloadLength != 0 || transport != .hopByHop else {
            throw WireError(.ipv6, .payloadLength, .unsupported, at: IPv6Field.payloadLength)
        }
        let end = IPv6Field.length + payloadLength
        guard end <= packet.count || allowTruncation else {
            throw WireError(.ipv6, .payloadLength, .truncated, at: IPv6Field.payloadLength)
        }
        let source = address(header, at: IPv6Field.source)
        let destination = address(header, at: IPv6Field.destination)
        guard !source.isV4 else { throw WireError(.ipv6, .source, .invalid, at: IPv6Field.source) }
        guard !destination.isV4 else { throw WireError(.ipv6, .destination, .invalid, at: IPv6Field.destination) }
        var result = IPHeader(
            isV4: false, source: source, destination: destination,
            transport: transport, timeToLive: header[IPv6Field.hopLimit],
            transportOffset: IPv6Field.length, end: min(end, packet.count), isTruncated: end > packet.count,
            fragmentOffset: 0, moreFragments: false, identification: 0, dontFragment: true)
        if transport.isExtensionHeader { try result.skipExtensionHeaders(packet, payloadLength: payloadLength) }
        return result
    }

    @inlinable @inline(__always)
    static func address(_ packet: Span<UInt8>, at offset: Int) -> IPAddress {
        IPAddress(high: packet.uint64(at: offset), low: packet.uint64(at: offset + 8))
    }

    /// Walks the chain of extension headers (RFC 8200 section 4) up to the transport header, or up to the data of a
    /// fragment that is not the first. Their order is the sender's: section 4.1 only recommends one.
    @usableFromInline
    mutating func skipExtensionHeaders(_ packet: Span<UInt8>, payloadLength: Int) throws(WireError) {
        var wasFragment = false
        for _ in 0..<IPv6Field.maximumExtensionHeaders {
            let start = transportOffset
            guard start + 8 <= end else { throw WireError(.ipv6, .extensionHeader, .truncated, at: start) }
            switch transport {
            case .hopByHop, .destinationOptions:
                try skip(packet, unit: 8, extra: 8)
            case .routing:
                // With segments left the destination in the header is not the last one, neither for a policy nor for
                // the transport's checksum (RFC 8200 section 8.1).
                guard packet[start + 3] == 0 else { throw WireError(.ipv6, .extensionHeader, .unsupported, at: start) }
                try skip(packet, unit: 8, extra: 8)
            case .authentication:
                // RFC 4302: the length counts 4-byte words, less two.
                try skip(packet, unit: 4, extra: 8)
            case .fragment:
                guard !wasFragment else { throw WireError(.ipv6, .extensionHeader, .invalid, at: start) }
                wasFragment = true
                try readFragmentHeader(packet, payloadLength: payloadLength)
                if fragmentOffset != 0 { return }
            default:
                return
            }
            if !transport.isExtensionHeader { return }
        }
        throw WireError(.ipv6, .extensionHeader, .tooLong, at: transportOffset)
    }

    private mutating func readFragmentHeader(_ packet: Span<UInt8>, payloadLength: Int) throws(WireError) {
        let start = transportOffset
        let word = packet.uint16(at: start + 2)
        let offset = Int(word & 0xfff8)
        let more = word & 1 != 0
        // RFC 8200 section 4.5 discards both a piece that is no multiple of eight and one that ends past 65,535.
        let dataLength = IPv6Field.length + payloadLength - (start + 8)
        guard !more || dataLength.isMultiple(of: 8) else {
            throw WireError(.ipv6, .payloadLength, .invalid, at: IPv6Field.payloadLength)
        }
        guard offset + payloadLength - 8 <= 0xffff else {
            throw WireError(.ipv6, .fragmentOffset, .tooLong, at: start + 2)
        }
        fragmentOffset = offset
        moreFragments = more
        identification = packet.uint32(at: start + 4)
        transport = IPProtocol(rawValue: packet[start])
        transportOffset = start + 8
        fragmentDataOffset = start + 8
    }

    private mutating func skip(_ packet: Span<UInt8>, unit: Int, extra: Int) throws(WireError) {
        let start = transportOffset
        let next = start + Int(packet[start + 1]) * unit + extra
        guard next <= end else { throw WireError(.ipv6, .extensionHeader, .truncated, at: start) }
        transport = IPProtocol(rawValue: packet[start])
        transportOffset = next
    }
}

extension IPProtocol {
    /// Whether ``IPHeader`` walks past it in IPv6. ESP is not among them: what it hides can not be read.
    @inlinable
    var isExtensionHeader: Bool {
        switch self {
        case .hopByHop, .routing, .fragment, .authentication, .destinationOptions: true
        default: false
        }
    }
}
