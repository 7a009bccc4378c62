/// The checksums of a packet, whole: checked when a packet comes in, made when its payload was changed. Where only
/// addresses and ports change, ``PacketRewrite`` is the cheaper way.
public enum PacketChecksum {
    public enum Verdict: Hashable, Sendable {
        case right
        case wrong
        /// A UDP checksum of zero. Over IPv4 the sender made none (RFC 768); over IPv6 that is not allowed
        /// (RFC 8200 section 8.1) and the verdict is ``wrong``.
        case none
        /// What the checksum covers is not at hand: a fragment, a packet cut by the capture, a UDP length that does not
        /// fit, or a protocol without an Internet checksum.
        case unknown
    }

    /// Checks the UDP, TCP, ICMP or ICMPv6 checksum of `packet`, whose header is `ip`.
    public static func verifyTransport(_ packet: Span<UInt8>, _ ip: IPHeader) -> Verdict {
        guard let fields = TransportFields(ip), let range = coveredRange(packet, ip, fields) else { return .unknown }
        if fields.zeroMeansNone, packet.uint16(at: ip.transportOffset + fields.checksum) == 0 {
            return ip.isV4 ? .none : .wrong
        }
        return InternetChecksum.finish(sum(packet, ip, fields, range)) == 0 ? .right : .wrong
    }

    /// Makes the UDP, TCP, ICMP or ICMPv6 checksum of `packet`, also where it had none.
    ///
    /// - Returns: false, and changes nothing, when what the checksum covers is not at hand.
    @discardableResult
    public static func makeTransport(_ packet: inout MutableSpan<UInt8>, _ ip: IPHeader) -> Bool {
        guard let fields = TransportFields(ip), let range = coveredRange(packet.span, ip, fields) else { return false }
        let field = ip.transportOffset + fields.checksum
        packet.store(0 as UInt16, at: field)
        let sum = sum(packet.span, ip, fields, range)
        packet.store(fields.sent(InternetChecksum.finish(sum)), at: field)
        return true
    }

    /// Makes the header checksum of an IPv4 packet; an IPv6 header has none.
    public static func makeHeader(_ packet: inout MutableSpan<UInt8>, _ ip: IPHeader) {
        guard ip.isV4 else { return }
        packet.store(0 as UInt16, at: IPv4Field.checksum)
        let sum = InternetChecksum.add(packet.span, in: 0..<ip.transportOffset)
        packet.store(InternetChecksum.finish(sum), at: IPv4Field.checksum)
    }

    /// The transport header and payload, when all of it is there and holds a checksum field.
    private static func coveredRange(_ packet: Span<UInt8>, _ ip: IPHeader, _ fields: TransportFields) -> Range<Int>? {
        guard !ip.isFragment, !ip.isTruncated else { return nil }
        let start = ip.transportOffset
        guard start + fields.checksum + 2 <= ip.end else { return nil }
        guard ip.transport == .udp else { return start..<ip.end }
        // A datagram may end before its packet does (RFC 768 has its own length).
        let length = Int(packet.uint16(at: start + 4))
        guard length >= UDPHeader.length, start + length <= ip.end else { return nil }
        return start..<start + length
    }

    private static func sum(
        _ packet: Span<UInt8>, _ ip: IPHeader, _ fields: TransportFields, _ range: Range<Int>
    ) -> UInt64 {
        // The addresses come from the packet, not from `ip`: they may have been rewritten since it was read.
        let pseudoHeader =
            fields.coversAddresses
            ? ip.addressSum(packet) &+ UInt64(ip.transport.rawValue) &+ UInt64(range.count) : 0
        return InternetChecksum.add(packet, in: range, to: pseudoHeader)
    }
}

extension IPHeader {
    /// What both addresses in `packet` add to a one's-complement sum.
    fileprivate func addressSum(_ packet: Span<UInt8>) -> UInt64 {
        let range = isV4 ? IPv4Field.source..<IPv4Field.source + 8 : IPv6Field.source..<IPv6Field.source + 32
        return InternetChecksum.add(packet, in: range)
    }
}
