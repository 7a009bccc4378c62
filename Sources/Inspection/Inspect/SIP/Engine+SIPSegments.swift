import Wire

/// Segments of connections in which messages have become longer or shorter: what each side counts is not what the other
/// does.
extension Engine {
    /// The segment's header as its own side's counting has it: what it acknowledges is in the other side's numbers.
    @inline(__always)
    func normalized(_ tcp: TCPHeader, _ place: UInt32, fromInitiator: Bool) -> TCPHeader {
        let session = flows.flows.span[Int(place)].session
        guard session != Flow.noSession, flows.flows.span[Int(place)].trafficClass == .inspectSIP,
            let id = sipShifts.id(at: session), let shifts = sipShifts[id]
        else { return tcp }
        var tcp = tcp
        tcp.acknowledgment = shifts[!fromInitiator].counted(tcp.acknowledgment)
        return tcp
    }

    /// Gives a segment the numbers that its receiver counts by.
    @inline(never)
    mutating func renumber(
        _ packet: inout MutableSpan<UInt8>, _ headers: PacketHeaders, _ place: UInt32, fromInitiator: Bool
    ) -> Bool {
        let session = flows.flows.span[Int(place)].session
        guard let tcp = headers.tcp, session != Flow.noSession, let id = sipShifts.id(at: session),
            let shifts = sipShifts[id]
        else { return false }
        let other = shifts[!fromInitiator]
        TCPRewrite.renumber(
            &packet, headers.ip, tcp, sequence: shifts[fromInitiator].seen(tcp.sequence),
            acknowledgment: other.counted(tcp.acknowledgment)
        ) { other.counted($0) }
        return true
    }

    /// Notes by how much messages of a segment have grown; `false` where there is no room to keep it.
    mutating func shift(
        _ edits: [ByteEdit], _ tcp: TCPHeader, _ place: UInt32, fromInitiator: Bool
    ) -> Bool {
        if flows.flows[Int(place)].session == Flow.noSession {
            guard let fresh = sipShifts.add(SequenceShifts()) else { return false }
            flows.flows[Int(place)].session = fresh.place
        }
        guard let id = sipShifts.id(at: flows.flows[Int(place)].session) else { return false }
        for edit in edits where edit.growth != 0 {
            let position = tcp.sequence &+ UInt32(truncatingIfNeeded: edit.range.lowerBound)
            sipShifts[id]?[fromInitiator].note(edit.growth, at: position)
        }
        return true
    }

    /// Puts another payload into a segment. One that grows beyond what every link carries goes on as two, since its sender
    /// can not be told to make them shorter.
    mutating func replaceSegment(
        _ packet: Span<UInt8>, _ headers: PacketHeaders, with payload: [UInt8], _ verdict: Verdict
    ) -> Bool {
        let room = headers.payload.count
        guard payload.count > room, headers.payload.lowerBound + payload.count > Self.safeSegment else {
            guard let changed = TCPRewrite.replace(packet, headers.ip, with: payload[...]) else { return false }
            replacement = changed
            return true
        }
        guard releases.count < Self.releaseLimit,
            let head = TCPRewrite.replace(packet, headers.ip, with: payload[..<room], isCut: true),
            let tail = TCPRewrite.replace(packet, headers.ip, with: payload[room...], behind: room)
        else { return false }
        replacement = head
        releases.append(
            Release(
                origin: .box, packet: tail, ingress: verdict.ingress, egress: verdict.egress, isRewritten: true))
        counters.injected &+= 1
        return true
    }

    /// RFC 8200 section 5: no link of IPv6 carries less, and hardly one of IPv4.
    private static var safeSegment: Int { 1280 }
}
