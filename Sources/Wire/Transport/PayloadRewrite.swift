/// Puts another payload into a packet, also one of another length.
public enum PayloadRewrite {
    /// `packet`, which is whole and no fragment, with `payload` in place of what it carries behind UDP's header; `nil` where
    /// that would be longer than a packet can be.
    ///
    /// Lengths follow, and checksums are updated from what changed (RFC 1624), so that a packet that arrived with a wrong
    /// one leaves with a wrong one. A packet that grows may have to be cut on its way: Don't Fragment goes, and
    /// `identification` tells its fragments from others'.
    public static func udp(
        _ packet: Span<UInt8>, _ ip: IPHeader, with payload: [UInt8], identification: UInt16
    ) -> [UInt8]? {
        guard ip.transport == .udp, !ip.isFragment, !ip.isTruncated,
            let udp = try? UDPHeader.decode(packet, ip)
        else { return nil }
        let start = ip.transportOffset
        let (before, after) = (udp.payload.count + UDPHeader.length, payload.count + UDPHeader.length)
        guard start + after <= 0xffff else { return nil }
        var changed = packet.bytes(in: 0..<udp.payload.lowerBound) + payload
        var bytes = changed.mutableSpan
        bytes.store(UInt16(truncatingIfNeeded: after), at: start + 4)
        if udp.checksum != 0 {
            // The length stands in the header and in the pseudo-header.
            let old = InternetChecksum.add(packet, in: udp.payload) &+ 2 &* UInt64(before)
            let new = InternetChecksum.add(bytes.span, in: udp.payload.lowerBound..<bytes.count) &+ 2 &* UInt64(after)
            let checksum = InternetChecksum.update(udp.checksum, replacing: old, with: new)
            // RFC 768: zero says that there is none.
            bytes.store(checksum == 0 ? 0xffff : checksum, at: start + UDPHeader.checksumOffset)
        }
        setLength(&bytes, ip, identification: after > before && ip.dontFragment ? identification : nil)
        return changed
    }

    /// Puts `payload` in the place of a UDP or TCP payload of the same length.
    public static func replace(
        _ packet: inout MutableSpan<UInt8>, _ ip: IPHeader, _ place: Range<Int>, with payload: [UInt8]
    ) {
        guard payload.count == place.count, let fields = TransportFields(ip) else { return }
        let before = InternetChecksum.add(packet.span, in: place)
        for index in 0..<payload.count { packet[place.lowerBound + index] = payload[index] }
        let after = InternetChecksum.add(packet.span, in: place)
        let field = ip.transportOffset + fields.checksum
        let checksum = packet.span.uint16(at: field)
        if fields.zeroMeansNone, checksum == 0 { return }
        packet.store(fields.sent(InternetChecksum.update(checksum, replacing: before, with: after)), at: field)
    }

    /// Writes the packet's own length into its header; with an `identification`, it may be cut on its way from now on.
    static func setLength(
        _ packet: inout MutableSpan<UInt8>, _ ip: IPHeader, identification: UInt16? = nil
    ) {
        guard ip.isV4 else {
            return packet.store(
                UInt16(truncatingIfNeeded: packet.count - IPv6Field.length), at: IPv6Field.payloadLength)
        }
        let words = IPv4Field.totalLength..<IPv4Field.fragmentation + 2
        let before = InternetChecksum.add(packet.span, in: words)
        packet.store(UInt16(truncatingIfNeeded: packet.count), at: IPv4Field.totalLength)
        if let identification {
            packet.store(identification, at: IPv4Field.identification)
            packet.store(0 as UInt16, at: IPv4Field.fragmentation)
        }
        let after = InternetChecksum.add(packet.span, in: words)
        let checksum = packet.span.uint16(at: IPv4Field.checksum)
        packet.store(InternetChecksum.update(checksum, replacing: before, with: after), at: IPv4Field.checksum)
    }
}
