/// Replaces addresses and ports in a packet, its checksums along with them.
///
/// Checksums are updated from what changed (RFC 1624), never made anew: a packet that arrived with a wrong checksum
/// leaves with a wrong one, and its receiver still finds out. A UDP checksum of zero stays zero.
///
/// Of the header given, only the layout is used, so that one decode serves several rewrites of the same packet.
/// Nothing is changed when an error is thrown.
public enum PacketRewrite {
    /// Replaces the source address, and the source port unless `port` is `nil`.
    ///
    /// - Parameters:
    ///   - packet: starts at the IP header.
    ///   - address: of the packet's own family.
    ///   - port: UDP's or TCP's; of an ICMP echo, the identifier. A fragment that is not the first holds none, and only
    ///     its address is replaced.
    /// - Throws: `source unsupported` for an address of the other family or a port where the protocol has none, and
    ///   `header truncated` when the packet ends before a field that must change.
    public static func source(
        _ packet: inout MutableSpan<UInt8>, _ ip: IPHeader, to address: IPAddress, port: UInt16? = nil
    ) throws(WireError) {
        try AddressEdit(packet.span, ip, .source, address, port).apply(&packet)
    }

    /// Replaces the destination address, and the destination port unless `port` is `nil`; as ``source(_:_:to:port:)``.
    public static func destination(
        _ packet: inout MutableSpan<UInt8>, _ ip: IPHeader, to address: IPAddress, port: UInt16? = nil
    ) throws(WireError) {
        try AddressEdit(packet.span, ip, .destination, address, port).apply(&packet)
    }

    /// Replaces the source inside the packet that an ICMP error quotes, with the quoted packet's checksums, as far as
    /// they were quoted, and the ICMP checksum around it (RFC 5508 section 4.2).
    ///
    /// - Parameters:
    ///   - ip: the header of the packet that carries the error; the error's own addresses are left alone.
    ///   - quoted: as read from `packet`.
    public static func quotedSource(
        _ packet: inout MutableSpan<UInt8>, _ ip: IPHeader, _ quoted: QuotedPacket, to address: IPAddress,
        port: UInt16? = nil
    ) throws(WireError) {
        try rewriteQuoted(&packet, ip, quoted, .source, address, port)
    }

    /// Replaces the destination inside the packet that an ICMP error quotes; as ``quotedSource(_:_:_:to:port:)``.
    public static func quotedDestination(
        _ packet: inout MutableSpan<UInt8>, _ ip: IPHeader, _ quoted: QuotedPacket, to address: IPAddress,
        port: UInt16? = nil
    ) throws(WireError) {
        try rewriteQuoted(&packet, ip, quoted, .destination, address, port)
    }

    private static func rewriteQuoted(
        _ packet: inout MutableSpan<UInt8>, _ ip: IPHeader, _ quoted: QuotedPacket, _ side: AddressEdit.Side,
        _ address: IPAddress, _ port: UInt16?
    ) throws(WireError) {
        let edit = try AddressEdit(packet.span, quoted.ip, side, address, port, quotedAt: quoted.start)
        // The quoted headers are payload to the outer checksum: what they summed to is replaced by what they sum to.
        let headers = min(quoted.ip.transportOffset + TCPHeader.minimumLength, quoted.ip.end)
        let range = quoted.start..<quoted.start + headers
        let before = InternetChecksum.add(packet.span, in: range)
        edit.apply(&packet)
        let after = InternetChecksum.add(packet.span, in: range)
        let field = ip.transportOffset + ICMPHeader.checksumOffset
        let checksum = packet.span.uint16(at: field)
        packet.store(InternetChecksum.update(checksum, replacing: before, with: after), at: field)
    }
}
