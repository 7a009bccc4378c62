import Wire

extension Engine {
    /// Decides about an ICMP error: it goes where the packet it is about came from, or nowhere.
    ///
    /// The quoted packet has the addresses of the side on which it went wrong; both it and the message around it are
    /// translated (RFC 5508 section 4).
    mutating func relayError(
        _ packet: inout MutableSpan<UInt8>, _ headers: PacketHeaders, _ icmp: ICMPHeader, from ingress: InterfaceIndex,
        at now: Timestamp
    ) -> Verdict {
        // What the quoted packet's receiver would have answered is a packet of the flow, coming in here.
        guard let quoted = try? QuotedPacket.decode(packet.span, headers.ip, icmp) else {
            return unrelatedError(ingress)
        }
        let answer = quoted.answer(on: ingress)
        if !phoneFiles.isEmpty, headers.ip.destination == quoted.ip.source,
            let verdict = takeErrorForSession(answer, icmp, headers.ip, at: now)
        {
            return verdict
        }
        guard let found = flows.find(answer) else { return unrelatedError(ingress) }
        // Whoever quotes one flow may not reach a host that is not its end.
        guard headers.ip.destination == quoted.ip.source else { return .drop(.icmpErrorOtherFlow, ingress) }
        let flow = flows.flows[Int(found.index)]
        let fromInitiator = found.direction == .forward
        let near = fromInitiator ? flow.forward : flow.reverse
        let far = fromInitiator ? flow.reverse : flow.forward
        var verdict = Verdict.forward(ingress)
        verdict.flow = flows.id(found.index)
        verdict.isFromInitiator = fromInitiator
        verdict.trafficClass = flow.trafficClass
        verdict.egress = far.interface
        guard flow.isTranslated else { return verdict }
        do throws(WireError) {
            try Self.rewriteError(&packet, headers.ip, quoted, near: near, far: far)
        } catch {
            return refuse(verdict, .natTranslationFailed)
        }
        verdict.isRewritten = true
        return verdict
    }

    /// - Parameters:
    ///   - near: the flow's packets as they come in where the error came in.
    ///   - far: those that come in from the other side.
    private static func rewriteError(
        _ packet: inout MutableSpan<UInt8>, _ ip: IPHeader, _ quoted: QuotedPacket, near: FlowKey, far: FlowKey
    ) throws(WireError) {
        try PacketRewrite.quotedSource(&packet, ip, quoted, to: far.source, port: quoted.ip.port(far.sourcePort))
        try PacketRewrite.quotedDestination(
            &packet, ip, quoted, to: far.destination, port: quoted.ip.port(far.destinationPort))
        // A router on the way keeps its address; the end of the flow is known by its mapped one.
        if ip.source == near.source { try PacketRewrite.source(&packet, ip, to: far.destination) }
        try PacketRewrite.destination(&packet, ip, to: far.source)
    }

    /// Without interfaces there is no boundary, so such an error passes like everything else.
    private func unrelatedError(_ ingress: InterfaceIndex) -> Verdict {
        configuration.interfaces.isEmpty ? .forward(ingress) : .drop(.icmpErrorNoFlow, ingress)
    }
}

extension QuotedPacket {
    /// The key of an answer to the quoted packet, coming in on `interface`.
    func answer(on interface: InterfaceIndex) -> FlowKey {
        FlowKey(
            source: ip.destination, destination: ip.source, sourcePort: destinationPort, destinationPort: sourcePort,
            transport: ip.transport, interface: interface)
    }
}
