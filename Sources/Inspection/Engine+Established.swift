import Wire

extension Engine {
    /// Decides about a packet of a flow that is known.
    mutating func established(
        _ packet: inout MutableSpan<UInt8>, _ headers: PacketHeaders, _ found: FlowTable.Found,
        from ingress: InterfaceIndex, at now: Timestamp
    ) -> Verdict {
        let place = Int(found.index)
        let fromInitiator = found.direction == .forward
        var verdict = Verdict.forward(ingress)
        verdict.flow = flows.id(found.index)
        verdict.isFromInitiator = fromInitiator
        verdict.trafficClass = flows.flows[place].trafficClass
        verdict.egress = fromInitiator ? flows.flows[place].reverse.interface : flows.flows[place].forward.interface

        if let tcp = headers.tcp, let reason = track(tcp, packet.span, found.index, fromInitiator: fromInitiator) {
            return refuse(verdict, reason)
        }
        if let reason = inspect(packet.span, headers, found.index, fromInitiator: fromInitiator, at: now) {
            return refuse(verdict, reason)
        }
        note(headers, found.index, fromInitiator: fromInitiator, at: now)
        do throws(WireError) {
            verdict.isRewritten = try translate(&packet, headers.ip, found.index, fromInitiator: fromInitiator)
        } catch {
            return refuse(verdict, .natTranslationFailed)
        }
        settleTCP(found.index, at: now)
        return verdict
    }

    func refuse(_ verdict: Verdict, _ reason: DropReason) -> Verdict {
        var refused = verdict
        refused.action = .drop
        refused.reason = reason
        return refused
    }

    /// Takes the packet into the flow's account.
    @inline(__always)
    mutating func note(_ headers: PacketHeaders, _ index: UInt32, fromInitiator: Bool, at now: Timestamp) {
        let place = Int(index)
        flows.flows[place].lastSeen = now
        flows.flows[place].packets &+= 1
        // As the ASA counts: payload, without headers.
        let length = UInt64(headers.payload.count)
        if fromInitiator {
            flows.flows[place].bytesForward &+= length
        } else {
            flows.flows[place].bytesReverse &+= length
            flows.flows[place].isAnswered = true
        }
    }

    /// Gives the packet the addresses and ports that its flow has on the side where it leaves.
    @inline(__always)
    mutating func translate(
        _ packet: inout MutableSpan<UInt8>, _ ip: IPHeader, _ index: UInt32, fromInitiator: Bool
    ) throws(WireError) -> Bool {
        let place = Int(index)
        guard flows.flows[place].isTranslated else { return false }
        let other = fromInitiator ? flows.flows[place].reverse : flows.flows[place].forward
        let flow = (flows.flows[place].translatesSource, flows.flows[place].translatesDestination)
        let (changesSource, changesDestination) = fromInitiator ? flow : (flow.1, flow.0)
        if changesSource {
            try PacketRewrite.source(&packet, ip, to: other.destination, port: port(other.destinationPort, ip))
        }
        if changesDestination {
            try PacketRewrite.destination(&packet, ip, to: other.source, port: port(other.sourcePort, ip))
        }
        return true
    }

    /// What of a flow's key is a port in its packets: ICMP's identifier stays, and other protocols have none.
    private func port(_ port: UInt16, _ ip: IPHeader) -> UInt16? {
        ip.transport == .udp || ip.transport == .tcp ? port : nil
    }

    private mutating func track(
        _ tcp: TCPHeader, _ packet: Span<UInt8>, _ index: UInt32, fromInitiator: Bool
    ) -> DropReason? {
        guard case .drop(let reason)? = flows.flows[Int(index)].tcp?.follow(tcp, packet, fromInitiator: fromInitiator)
        else { return nil }
        return reason
    }

    /// Ends or shortens the life of a connection whose state calls for it, after the packet was accounted for.
    mutating func settleTCP(_ index: UInt32, at now: Timestamp) {
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
