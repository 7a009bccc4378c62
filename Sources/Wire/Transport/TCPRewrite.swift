/// Changes of a TCP segment whose connection has other numbers on each side. Checksums are updated from what changed
/// (RFC 1624).
public enum TCPRewrite {
    /// Gives a segment another sequence and acknowledgment number, and selective acknowledgments (RFC 2018) other edges.
    public static func renumber(
        _ packet: inout MutableSpan<UInt8>, _ ip: IPHeader, _ tcp: TCPHeader, sequence: UInt32, acknowledgment: UInt32,
        edge: (UInt32) -> UInt32
    ) {
        let start = ip.transportOffset
        replace(&packet, ip, at: start + 4, with: sequence)
        guard tcp.flags.contains(.acknowledge) else { return }
        replace(&packet, ip, at: start + 8, with: acknowledgment)
        var edges: [Int] = []
        var options = TCPOptions(tcp)
        while let option = try? options.next(packet.span) {
            guard option.kind == 5 else { continue }
            edges += stride(from: option.data.lowerBound, through: option.data.upperBound - 4, by: 4)
        }
        for place in edges { replace(&packet, ip, at: place, with: edge(packet.span.uint32(at: place))) }
    }

    /// `packet`, which is whole, with `payload` in place of its own; `nil` where that would be longer than a packet can be.
    /// The whole payload's checksum is updated; a part's is made anew.
    ///
    /// - Parameters:
    ///   - isCut: the rest follows in another segment: no PSH, no FIN.
    ///   - behind: it is the rest, behind so many bytes.
    public static func replace(
        _ packet: Span<UInt8>, _ ip: IPHeader, with payload: ArraySlice<UInt8>, isCut: Bool = false, behind: Int = 0
    ) -> [UInt8]? {
        guard ip.transport == .tcp, !ip.isFragment, !ip.isTruncated, let tcp = try? TCPHeader.decode(packet, ip),
            tcp.payload.lowerBound + payload.count <= 0xffff
        else { return nil }
        var changed = packet.bytes(in: 0..<tcp.payload.lowerBound) + payload
        var bytes = changed.mutableSpan
        let start = ip.transportOffset
        PayloadRewrite.setLength(&bytes, ip)
        if isCut || behind > 0 {
            bytes.store(tcp.sequence &+ UInt32(truncatingIfNeeded: behind), at: start + 4)
            if isCut { bytes[start + 13] &= ~TCPHeader.Flags([.push, .fin]).rawValue }
            guard let whole = try? IPHeader.decode(bytes.span) else { return nil }
            PacketChecksum.makeTransport(&bytes, whole)
            return changed
        }
        let old = InternetChecksum.add(packet, in: tcp.payload) &+ UInt64(ip.end - start)
        let new =
            InternetChecksum.add(bytes.span, in: tcp.payload.lowerBound..<bytes.count) &+ UInt64(bytes.count - start)
        let field = start + TCPHeader.checksumOffset
        let checksum = bytes.span.uint16(at: field)
        bytes.store(InternetChecksum.update(checksum, replacing: old, with: new), at: field)
        return changed
    }

    private static func replace(
        _ packet: inout MutableSpan<UInt8>, _ ip: IPHeader, at place: Int, with value: UInt32
    ) {
        let before = packet.span.uint32(at: place)
        if before == value { return }
        // A field at an odd place counts with its bytes exchanged.
        let isOdd = (place - ip.transportOffset) % 2 == 1
        func words(_ value: UInt32) -> UInt64 {
            let value = isOdd ? (value & 0x00ff_00ff) << 8 | (value >> 8) & 0x00ff_00ff : value
            return UInt64(value >> 16) &+ UInt64(value & 0xffff)
        }
        packet.store(value, at: place)
        let field = ip.transportOffset + TCPHeader.checksumOffset
        let checksum = packet.span.uint16(at: field)
        packet.store(InternetChecksum.update(checksum, replacing: words(before), with: words(value)), at: field)
    }
}
