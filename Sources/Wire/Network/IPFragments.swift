/// Cuts packets into fragments (RFC 791 section 3.2, RFC 8200 section 4.5).
public enum IPFragments {
    /// `packet`, a whole one without options or extension headers, in fragments that each carry at most `size` bytes of it,
    /// rounded down to a multiple of eight.
    public static func cut(_ packet: [UInt8], carrying size: Int, identification: UInt32) -> [[UInt8]] {
        guard let ip = try? IPHeader.decode(packet.span), !ip.isFragment else { return [] }
        let step = max(8, size & ~7)
        var fragments: [[UInt8]] = []
        var start = ip.transportOffset
        repeat {
            let end = min(start + step, ip.end)
            let offset = start - ip.transportOffset
            let isLast = end == ip.end
            var fragment =
                ip.isV4
                ? headerV4(packet, offset, isLast: isLast, end - start, identification)
                : headerV6(packet, ip, offset, isLast: isLast, end - start, identification)
            fragment += packet[start..<end]
            fragments.append(fragment)
            start = end
        } while start < ip.end
        return fragments
    }

    private static func headerV4(
        _ packet: [UInt8], _ offset: Int, isLast: Bool, _ length: Int, _ identification: UInt32
    ) -> [UInt8] {
        var header = Array(packet[..<IPv4Field.minimumLength])
        var bytes = header.mutableSpan
        bytes.store(UInt16(truncatingIfNeeded: IPv4Field.minimumLength + length), at: IPv4Field.totalLength)
        bytes.store(UInt16(truncatingIfNeeded: identification), at: IPv4Field.identification)
        let flags: UInt16 = isLast ? 0 : IPv4Field.moreFragments
        bytes.store(flags | UInt16(truncatingIfNeeded: offset / 8), at: IPv4Field.fragmentation)
        bytes.store(0 as UInt16, at: IPv4Field.checksum)
        let sum = InternetChecksum.add(bytes.span, in: 0..<IPv4Field.minimumLength)
        bytes.store(InternetChecksum.finish(sum), at: IPv4Field.checksum)
        return header
    }

    private static func headerV6(
        _ packet: [UInt8], _ ip: IPHeader, _ offset: Int, isLast: Bool, _ length: Int, _ identification: UInt32
    ) -> [UInt8] {
        var header = Array(packet[..<IPv6Field.length]) + [UInt8](repeating: 0, count: 8)
        var bytes = header.mutableSpan
        bytes.store(UInt16(truncatingIfNeeded: 8 + length), at: IPv6Field.payloadLength)
        // The fragment header is 44.
        bytes[IPv6Field.nextHeader] = 44
        bytes[IPv6Field.length] = ip.transport.rawValue
        bytes.store(UInt16(truncatingIfNeeded: offset) | (isLast ? 0 : 1), at: IPv6Field.length + 2)
        bytes.store(identification, at: IPv6Field.length + 4)
        return header
    }
}
