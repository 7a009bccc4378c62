/// IPv4 (RFC 791): where its fields stand.
public enum IPv4Field {
    public static let minimumLength = 20
    public static let totalLength = 2
    public static let identification = 4
    public static let fragmentation = 6
    public static let timeToLive = 8
    public static let transport = 9
    public static let checksum = 10
    public static let source = 12
    public static let destination = 16

    public static let dontFragment: UInt16 = 0x4000
    public static let moreFragments: UInt16 = 0x2000
    public static let offsetMask: UInt16 = 0x1fff
}

extension IPHeader {
    @inlinable @inline(__always)
    static func decodeV4(_ packet: Span<UInt8>, allowTruncation: Bool) throws(WireError) -> IPHeader {
        guard packet.count >= IPv4Field.minimumLength else { throw WireError(.ipv4, .header, .truncated, at: 0) }
        let header = packet.extracting(0..<IPv4Field.minimumLength)
        let headerLength = Int(header[0] & 0x0f) * 4
        guard headerLength >= IPv4Field.minimumLength else { throw WireError(.ipv4, .headerLength, .invalid, at: 0) }
        guard headerLength <= packet.count else { throw WireError(.ipv4, .headerLength, .truncated, at: 0) }
        let totalLength = Int(header.uint16(at: IPv4Field.totalLength))
        guard totalLength >= headerLength else {
            throw WireError(.ipv4, .totalLength, .invalid, at: IPv4Field.totalLength)
        }
        guard totalLength <= packet.count || allowTruncation else {
            throw WireError(.ipv4, .totalLength, .truncated, at: IPv4Field.totalLength)
        }
        if headerLength > IPv4Field.minimumLength { try checkV4Options(packet, headerLength: headerLength) }
        let fragmentation = header.uint16(at: IPv4Field.fragmentation)
        let fragmentOffset = Int(fragmentation & IPv4Field.offsetMask) * 8
        guard fragmentOffset + totalLength <= 0xffff else {
            throw WireError(.ipv4, .fragmentOffset, .tooLong, at: IPv4Field.fragmentation)
        }
        return IPHeader(
            isV4: true,
            source: IPAddress(v4: header.uint32(at: IPv4Field.source)),
            destination: IPAddress(v4: header.uint32(at: IPv4Field.destination)),
            transport: IPProtocol(rawValue: header[IPv4Field.transport]),
            timeToLive: header[IPv4Field.timeToLive],
            transportOffset: headerLength,
            end: min(totalLength, packet.count),
            isTruncated: totalLength > packet.count,
            fragmentOffset: fragmentOffset,
            moreFragments: fragmentation & IPv4Field.moreFragments != 0,
            identification: UInt32(header.uint16(at: IPv4Field.identification)),
            dontFragment: fragmentation & IPv4Field.dontFragment != 0)
    }

    /// Walks the options (RFC 791 section 3.1). Source routes are refused: the address that counts, for a policy and for
    /// the transport's checksum, would not be the one in the header.
    @usableFromInline
    static func checkV4Options(_ packet: Span<UInt8>, headerLength: Int) throws(WireError) {
        var offset = IPv4Field.minimumLength
        while offset < headerLength, packet[offset] != 0 {
            if packet[offset] == 1 {
                offset += 1
                continue
            }
            guard packet[offset] != 131, packet[offset] != 137 else {
                throw WireError(.ipv4, .option, .unsupported, at: offset)
            }
            guard offset + 1 < headerLength else { throw WireError(.ipv4, .option, .truncated, at: offset) }
            let length = Int(packet[offset + 1])
            guard length >= 2 else { throw WireError(.ipv4, .option, .invalid, at: offset + 1) }
            guard offset + length <= headerLength else { throw WireError(.ipv4, .option, .truncated, at: offset + 1) }
            offset += length
        }
    }

    /// Whether the header checksum of the IPv4 packet at the start of `packet` is right (RFC 791 section 3.1).
    public static func hasValidV4Checksum(_ packet: Span<UInt8>, headerLength: Int) -> Bool {
        guard headerLength >= IPv4Field.minimumLength, headerLength <= packet.count else { return false }
        return InternetChecksum.finish(InternetChecksum.add(packet, in: 0..<headerLength)) == 0
    }
}
