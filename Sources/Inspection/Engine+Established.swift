import Wire

extension Engine {
    /// Decides about a packet of a flow that is known: examine, then follow, so that a refused packet changes nothing.
    @inline(__always)
    mutating func established(
        _ packet: inout MutableSpan<UInt8>, _ headers: PacketHeaders, _ found: FlowTable.Found,
        from ingress: InterfaceIndex, at now: Timestamp
    ) -> Verdict {
        let place = Int(found.index)
        let fromInitiator = found.direction == .forward
        var verdict = Verdict.forward(ingress)
        verdict.flow = flows.id(found.index)
        verdict.isFromInitiator = fromInitiator
        verdict.trafficClass = flows.flows.span[place].trafficClass
        verdict.egress =
            fromInitiator ? flows.flows.span[place].reverse.interface : flows.flows.span[place].forward.interface

        let finding: Finding
        do throws(Refusal) {
            finding = try examine(packet.span, headers, found.index, fromInitiator: fromInitiator, at: now)
            if let tcp = headers.tcp {
                let tcp = normalized(tcp, found.index, fromInitiator: fromInitiator)
                try track(tcp, packet.span, found.index, fromInitiator: fromInitiator)
            }
        } catch {
            return refuse(verdict, error.reason)
        }
        if case .phoneFile(let mine) = finding {
            return consume(mine, packet.span, headers, found.index, verdict, at: now)
        }
        do throws(WireError) {
            verdict.isRewritten = try translate(&packet, headers.ip, found.index, fromInitiator: fromInitiator)
        } catch {
            return refuse(verdict, .natTranslationFailed)
        }
        if verdict.trafficClass == .inspectSIP,
            renumber(&packet, headers, found.index, fromInitiator: fromInitiator)
        {
            verdict.isRewritten = true
        }
        note(headers, found.index, fromInitiator: fromInitiator, at: now)
        follow(finding, packet.span, headers, found.index, fromInitiator: fromInitiator, at: now)
        if headers.tcp != nil { settleTCP(found.index, at: now) }
        if case .sip = finding { return passSIP(&packet, headers, verdict, at: now) }
        return verdict
    }

    func refuse(_ verdict: Verdict, _ reason: DropReason) -> Verdict {
        var refused = verdict
        refused.action = .drop
        refused.reason = reason
        refused.isRewritten = false
        refused.isReplaced = false
        return refused
    }

    /// Takes the packet into the flow's account.
    @inline(__always)
    mutating func note(_ headers: PacketHeaders, _ index: UInt32, fromInitiator: Bool, at now: Timestamp) {
        // As the ASA counts: payload, without headers.
        flows.flows[Int(index)].note(UInt64(headers.payload.count), fromInitiator: fromInitiator, at: now)
    }

    /// Gives the packet the addresses and ports that its flow has on the side where it leaves.
    @inline(__always)
    func translate(
        _ packet: inout MutableSpan<UInt8>, _ ip: IPHeader, _ index: UInt32, fromInitiator: Bool
    ) throws(WireError) -> Bool {
        let place = Int(index)
        let all = flows.flows.span
        guard all[place].isTranslated else { return false }
        let other = fromInitiator ? all[place].reverse : all[place].forward
        let (first, second) = (all[place].translatesSource, all[place].translatesDestination)
        if fromInitiator ? first : second {
            try PacketRewrite.source(&packet, ip, to: other.destination, port: ip.port(other.destinationPort))
        }
        if fromInitiator ? second : first {
            try PacketRewrite.destination(&packet, ip, to: other.source, port: ip.port(other.sourcePort))
        }
        return true
    }

    private mutating func track(
        _ tcp: TCPHeader, _ packet: Span<UInt8>, _ index: UInt32, fromInitiator: Bool
    ) throws(Refusal) {
        guard case .drop(let reason)? = flows.flows[Int(index)].tcp?.follow(tcp, packet, fromInitiator: fromInitiator)
        else { return }
        throw Refusal(reason)
    }

    /// Whether a packet asks for a new connection between the ends of one that is over.
    @inline(__always)
    func reopens(_ headers: PacketHeaders, _ index: UInt32) -> Bool {
        guard let tcp = headers.tcp, tcp.flags.isFirstSYN else { return false }
        return flows.flows[Int(index)].tcp?.state == .closing
    }

    /// Ends or shortens the life of a connection whose state calls for it, after the packet was accounted for.
    private mutating func settleTCP(_ index: UInt32, at now: Timestamp) {
        guard let state = flows.flows[Int(index)].tcp?.state else { return }
        switch state {
        case .synSent, .synReceived: flows.setIdleLimit(index, seconds: timeouts.embryonic)
        case .established: flows.setIdleLimit(index, seconds: timeouts.connection)
        case .halfClosed: flows.setIdleLimit(index, seconds: timeouts.halfClosed)
        case .closing: flows.setIdleLimit(index, seconds: Linger.closing)
        case .reset: end(index, .reset, at: now)
        }
    }

    /// How long a flow stays when all has been said, for packets that are still on their way. Seconds.
    enum Linger {
        static let closing = 5
        static let transfer = 5
    }
}

extension IPHeader {
    /// What of a flow's key is a port in this packet: ICMP's identifier stays as it is, and other protocols have none.
    @inline(__always)
    func port(_ port: UInt16) -> UInt16? { transport == .udp || transport == .tcp ? port : nil }
}
