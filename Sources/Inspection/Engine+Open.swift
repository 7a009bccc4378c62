import ConfigLanguage
import Wire

/// Packets that belong to no known flow. The order is the ASA's: un-NAT and route, the access lists, NAT's
/// reverse-path check, inspection, and only then the flow. Nothing changes before the last question is answered.
extension Engine {
    mutating func open(
        _ packet: inout MutableSpan<UInt8>, _ headers: PacketHeaders, _ key: FlowKey, at now: Timestamp
    ) -> Verdict {
        if !services.services.isEmpty, let verdict = redirect(headers, key) { return verdict }
        var verdict = Verdict.forward(key.interface)
        if !phoneFiles.isEmpty, let verdict = takeForSession(packet.span, headers, key, at: now) { return verdict }
        do throws(Refusal) {
            if let place = pinholes.find(key) {
                return try openSecondary(&packet, headers, key, place, &verdict, at: now)
            }
            if let tcp = headers.tcp, !tcp.flags.isFirstSYN, !settings.acceptsMidstream { throw Refusal(.tcpNotSYN) }
            return try openPrimary(&packet, headers, key, &verdict, at: now)
        } catch {
            return refuse(verdict, error.reason)
        }
    }

    /// A flow that the access lists, or the security levels, let in.
    private mutating func openPrimary(
        _ packet: inout MutableSpan<UInt8>, _ headers: PacketHeaders, _ key: FlowKey, _ verdict: inout Verdict,
        at now: Timestamp
    ) throws(Refusal) -> Verdict {
        let path = try findPath(key)
        let question = AccessPolicy.Question(
            transport: key.transport, source: key.sourceEndpoint, mappedSource: path.source.address,
            destination: key.destinationEndpoint, realDestination: path.destination, icmpType: headers.icmp?.type)
        verdict.egress = path.egress
        verdict.trafficClass = classifier.classify(
            question, from: key.interface, to: path.egress, midstream: settings.acceptsMidstream)
        try admit(question, key, &verdict, at: now)
        try checkReversePath(path, key)
        guard let egress = path.egress else { return verdict }
        if verdict.trafficClass == .inspectSkinny, isPlainStream(question, from: key.interface, to: egress) {
            return redirect(verdict, path)
        }

        let reverse = FlowKey(
            source: path.destination.address, destination: path.source.address,
            sourcePort: path.destination.port, destinationPort: path.source.port,
            transport: key.transport, interface: egress)
        var flow = Flow(
            forward: key, reverse: reverse, at: now, idleLimit: idleLimit(headers), trafficClass: verdict.trafficClass)
        flow.tcp = headers.tcp.map { TCPTracker(first: $0, packet.span) }
        if flow.trafficClass == .inspectSIP {
            flow.sipPolicy = classifier.sipPolicy(
                question, from: key.interface, to: path.egress, midstream: settings.acceptsMidstream)
        }
        let finding = try examineFirst(packet.span, headers, flow, at: now)
        // Another flow's answers come in under the same addresses; two could not be told apart.
        if key != reverse, flows.find(reverse) != nil { throw Refusal(.natTranslationFailed) }
        // What stays in the box keeps the addresses it came with.
        let place =
            finding.isForTheBox ? try add(flow, &verdict) : try add(flow, &packet, headers, &verdict)
        if let rule = path.destinationRule { translations.count(rule) }
        if let rule = path.sourceRule { translations.count(rule) }
        begin(packet.span, headers, place, finding, at: now)
        if case .sip = finding { return passSIP(&packet, headers, verdict, at: now) }
        guard case .phoneFile(let mine) = finding else { return verdict }
        return consume(mine, packet.span, headers, place, verdict, at: now)
    }

    /// Its connection is carried as a stream, and no flow of packets.
    private mutating func redirect(_ verdict: Verdict, _ path: Path) -> Verdict {
        if let rule = path.destinationRule { translations.count(rule) }
        if let rule = path.sourceRule { translations.count(rule) }
        counters.streams.redirected &+= 1
        var verdict = verdict
        verdict.isForStreamHand = true
        return verdict
    }

    /// Asks the access lists; throws when the flow may not come in.
    private mutating func admit(
        _ question: AccessPolicy.Question, _ key: FlowKey, _ verdict: inout Verdict, at now: Timestamp
    ) throws(Refusal) {
        var answer = access.admits(question, from: key.interface, to: verdict.egress)
        verdict.accessEntry = answer.entry
        if answer.isPermitted, let egress = verdict.egress {
            answer = access.releases(question, to: egress)
            verdict.accessEntry = answer.entry ?? verdict.accessEntry
        }
        guard answer.isPermitted else {
            events.append(.accessDenied(key, answer.entry), at: now)
            throw Refusal(.aclDrop)
        }
        if let entry = verdict.accessEntry, access.logs(entry) {
            events.append(.accessPermitted(key, entry), at: now)
        }
    }

    /// Gives a flow its place, and its first packet the addresses it leaves with.
    mutating func add(
        _ flow: Flow, _ packet: inout MutableSpan<UInt8>, _ headers: PacketHeaders, _ verdict: inout Verdict
    ) throws(Refusal) -> UInt32 {
        let place = try add(flow, &verdict)
        do throws(WireError) {
            verdict.isRewritten = try translate(&packet, headers.ip, place, fromInitiator: true)
        } catch {
            flows.takeBack(place)
            throw Refusal(.natTranslationFailed)
        }
        return place
    }

    private mutating func add(_ flow: Flow, _ verdict: inout Verdict) throws(Refusal) -> UInt32 {
        guard let place = flows.add(flow) else { throw Refusal(.connectionLimit) }
        verdict.flow = flows.id(place)
        verdict.opensFlow = true
        return place
    }

    /// What follows from a flow's first packet, once nothing can be refused any more.
    mutating func begin(
        _ packet: Span<UInt8>, _ headers: PacketHeaders, _ place: UInt32, _ finding: Finding, at now: Timestamp
    ) {
        switch headers.ip.transport {
        case .udp: counters.udpFlows += 1
        case .tcp: counters.tcpFlows += 1
        default: counters.otherFlows += 1
        }
        note(headers, place, fromInitiator: true, at: now)
        events.append(.flowBuilt(flows.summary(place)), at: now)
        follow(finding, packet, headers, place, fromInitiator: true, at: now)
    }

    func idleLimit(_ headers: PacketHeaders) -> Int {
        if let tcp = headers.tcp { return tcp.flags.isFirstSYN ? timeouts.embryonic : timeouts.connection }
        return headers.icmp != nil ? timeouts.icmp : timeouts.udp
    }
}

extension TCPHeader.Flags {
    /// A SYN that asks for a connection, not one that answers.
    var isFirstSYN: Bool { intersection([.syn, .acknowledge, .reset, .fin]) == [.syn] }
}
