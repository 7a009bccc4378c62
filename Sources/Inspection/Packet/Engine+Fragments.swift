import Wire

extension Engine {
    /// Takes in one piece of a datagram, and decides about the datagram with its last piece.
    mutating func reassemble(
        _ packet: inout MutableSpan<UInt8>, _ ip: IPHeader, from ingress: InterfaceIndex, at now: Timestamp
    ) -> Verdict {
        switch fragments.add(packet.span, ip, from: ingress, at: now) {
        case .held: return Verdict(action: .hold, ingress: ingress)
        case .duplicate: return .drop(.fragmentReassemblyFailed, ingress)
        case .failed(let held):
            if held > 0 { dropHeld(held) }
            return .drop(.fragmentReassemblyFailed, ingress)
        case .whole(let pieces): return decide(pieces, &packet, from: ingress, at: now)
        }
    }

    /// Decides about a datagram as if it had come whole, and lets its pieces follow the decision.
    private mutating func decide(
        _ pieces: [FragmentTable.Piece], _ packet: inout MutableSpan<UInt8>, from ingress: InterfaceIndex,
        at now: Timestamp
    ) -> Verdict {
        let held = pieces.count - 1
        guard releases.count + held <= Self.releaseLimit else {
            dropHeld(held)
            return .drop(.fragmentReassemblyFailed, ingress)
        }
        var whole = FragmentTable.join(pieces)
        let verdict = decideWhole(&whole, from: ingress, at: now)
        counters.held &-= UInt64(held)
        guard verdict.action == .forward else {
            if let reason = verdict.reason { counters.drop(reason, packets: UInt64(held)) }
            if verdict.action == .consume { for _ in 0..<held { counters.count(verdict) } }
            return verdict
        }
        if verdict.isReplaced {
            cutReplacement(like: pieces, verdict)
            return verdict
        }
        for piece in pieces.dropLast() {
            var copy = piece.packet
            if verdict.isRewritten {
                var span = copy.mutableSpan
                Self.rewrite(&span, piece, from: whole)
            }
            releases.append(
                Release(
                    origin: .fragment, packet: copy, ingress: ingress, egress: verdict.egress,
                    isRewritten: verdict.isRewritten))
            counters.count(verdict)
        }
        if verdict.isRewritten, let last = pieces.last { Self.rewrite(&packet, last, from: whole) }
        return verdict
    }

    /// A datagram that has become longer or shorter is cut anew, into pieces like those it came in. The last of them goes on
    /// in place of the packet at hand.
    private mutating func cutReplacement(like pieces: [FragmentTable.Piece], _ verdict: Verdict) {
        let size = pieces.map(\.data.count).max() ?? 0
        guard let first = pieces.first, let ip = try? IPHeader.decode(first.packet.span) else { return }
        let fragments = IPFragments.cut(replacement, carrying: size, identification: ip.identification)
        for fragment in fragments.dropLast() {
            releases.append(
                Release(
                    origin: .fragment, packet: fragment, ingress: verdict.ingress, egress: verdict.egress,
                    isRewritten: true))
        }
        replacement = fragments.last ?? replacement
        for _ in pieces.dropLast() { counters.count(verdict) }
    }

    /// More than that wait only where nobody takes them.
    static let releaseLimit = 4096

    private mutating func decideWhole(
        _ whole: inout [UInt8], from ingress: InterfaceIndex, at now: Timestamp
    ) -> Verdict {
        var span = whole.mutableSpan
        do throws(WireError) {
            let ip = try IPHeader.decode(span.span)
            let headers = try PacketHeaders.decode(span.span, ip)
            return handle(&span, headers, from: ingress, at: now)
        } catch {
            return .drop(DropReason(error), ingress)
        }
    }

    /// Gives a piece the addresses of the datagram it belongs to, and its share of the datagram's bytes.
    private static func rewrite(
        _ packet: inout MutableSpan<UInt8>, _ piece: FragmentTable.Piece, from whole: [UInt8]
    ) {
        guard var ip = try? IPHeader.decode(packet.span), let joined = try? IPHeader.decode(whole.span) else { return }
        // Only the network header is edited here, in the first piece too: what is behind it comes from the whole.
        ip.fragmentOffset = max(ip.fragmentOffset, 8)
        try? PacketRewrite.source(&packet, ip, to: joined.source)
        try? PacketRewrite.destination(&packet, ip, to: joined.destination)
        let start = joined.isV4 ? IPv4Field.minimumLength : IPv6Field.length
        for index in 0..<piece.data.count {
            packet[piece.data.lowerBound + index] = whole[start + piece.offset + index]
        }
    }
}

extension FragmentTable {
    /// The datagram as one packet: a plain header of the first piece's addresses, and all the data. It is only looked
    /// at; what goes on are the pieces.
    static func join(_ pieces: [Piece]) -> [UInt8] {
        let ordered = pieces.sorted { $0.offset < $1.offset }
        guard let first = ordered.first else { return [] }
        let isV4 = first.packet[0] >> 4 == 4
        let headerLength = isV4 ? IPv4Field.minimumLength : IPv6Field.length
        var whole = Array(first.packet[..<headerLength])
        for piece in ordered { whole += piece.packet[piece.data] }
        var span = whole.mutableSpan
        if isV4 {
            span[0] = 0x45
            span.store(UInt16(truncatingIfNeeded: span.count), at: IPv4Field.totalLength)
            span.store(UInt16(0), at: IPv4Field.fragmentation)
        } else {
            // The fragment header's first byte names what its data starts with.
            span[IPv6Field.nextHeader] = first.packet[first.data.lowerBound - 8]
            span.store(UInt16(truncatingIfNeeded: span.count - headerLength), at: IPv6Field.payloadLength)
        }
        return whole
    }
}
