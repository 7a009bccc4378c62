import ConfigLanguage
import Wire

extension Engine {
    /// Where a new flow goes and under which addresses.
    private struct Path {
        /// Where the packet really goes.
        var destination: Endpoint
        /// As what its sender is seen there.
        var source: Endpoint
        /// `nil`: to the box itself.
        var egress: InterfaceIndex?
        var rules: (destination: Int?, source: Int?)
    }

    /// Decides about a packet that belongs to no known flow. The order is the ASA's: un-NAT and route, access list,
    /// NAT and its reverse-path check, the list on the way out, inspection, flow creation.
    mutating func open(
        _ packet: inout MutableSpan<UInt8>, _ headers: PacketHeaders, _ key: FlowKey, at now: Timestamp
    ) -> Verdict {
        let ingress = key.interface
        if let place = pinholes.find(key) { return openSecondary(&packet, headers, key, place, at: now) }
        if let tcp = headers.tcp, tcp.flags.intersection([.syn, .acknowledge, .reset, .fin]) != [.syn],
            !settings.acceptsMidstream
        {
            return .drop(.tcpNotSYN, ingress)
        }
        let path: Path
        switch findPath(key) {
        case .success(let found): path = found
        case .failure(let refusal): return .drop(refusal.reason, ingress)
        }
        let question = AccessPolicy.Question(
            transport: key.transport, source: key.sourceEndpoint, mappedSource: path.source.address,
            destination: key.destinationEndpoint, realDestination: path.destination, icmpType: headers.icmp?.type)
        var verdict = Verdict.forward(ingress)
        verdict.egress = path.egress
        verdict.trafficClass = classifier.classify(
            question, from: ingress, midstream: settings.acceptsMidstream)
        if let refused = admit(question, key, &verdict, at: now) { return refused }
        if path.egress == nil { return verdict }
        return create(&packet, headers, key, path, verdict, at: now)
    }

    private struct Refusal: Error {
        var reason: DropReason
    }

    private func findPath(_ key: FlowKey) -> Result<Path, Refusal> {
        // Without interfaces there is nothing to route or to translate: a recording without a configuration.
        if configuration.interfaces.isEmpty {
            return .success(
                Path(
                    destination: key.destinationEndpoint, source: key.sourceEndpoint, egress: key.interface,
                    rules: (nil, nil)))
        }
        var path = Path(destination: key.destinationEndpoint, source: key.sourceEndpoint, rules: (nil, nil))
        if let (real, rule) = translations.untranslate(path.destination, key.transport, from: key.interface) {
            path.destination = real
            path.rules.destination = rule
            path.egress = translations.realInterface(rule)
        } else if routes.isOwn(path.destination.address) {
            return .success(path)
        }
        path.egress = path.egress ?? routes.interface(to: path.destination.address)
        guard let egress = path.egress else { return .failure(Refusal(reason: .noRoute)) }
        if let (mapped, rule) = translations.translate(path.source, key.transport, from: key.interface, to: egress) {
            path.source = mapped
            path.rules.source = rule
        }
        // The answer would leave with another address than the one that was asked (the ASA's rpf-check).
        if path.rules.destination == nil,
            translations.translate(path.destination, key.transport, from: egress, to: key.interface) != nil
        {
            return .failure(Refusal(reason: .natReversePathFailed))
        }
        return .success(path)
    }

    /// Asks the access lists; the verdict's refusal, or `nil` when the flow may come in.
    private mutating func admit(
        _ question: AccessPolicy.Question, _ key: FlowKey, _ verdict: inout Verdict, at now: Timestamp
    ) -> Verdict? {
        var answer = access.admits(question, from: key.interface, to: verdict.egress)
        verdict.accessEntry = answer.entry
        if answer.isPermitted, let egress = verdict.egress {
            answer = access.releases(question, to: egress)
            verdict.accessEntry = answer.entry ?? verdict.accessEntry
        }
        guard answer.isPermitted else {
            events.append(.accessDenied(key, answer.entry), at: now)
            return refuse(verdict, .aclDrop)
        }
        if let entry = verdict.accessEntry, access.logs(entry) {
            events.append(.accessPermitted(key, entry), at: now)
        }
        return nil
    }

    private mutating func create(
        _ packet: inout MutableSpan<UInt8>, _ headers: PacketHeaders, _ key: FlowKey, _ path: Path,
        _ verdict: Verdict, at now: Timestamp
    ) -> Verdict {
        let reverse = FlowKey(
            source: path.destination.address, destination: path.source.address,
            sourcePort: path.destination.port, destinationPort: path.source.port,
            transport: key.transport, interface: path.egress ?? key.interface)
        if key != reverse, flows.find(reverse) != nil {
            // Another flow's answers come in under the same addresses; two could not be told apart.
            return refuse(verdict, .natTranslationFailed)
        }
        let flow = Flow(
            forward: key, reverse: reverse, lastSeen: now, started: now,
            idleLimit: Int32(idleLimit(headers)), trafficClass: verdict.trafficClass,
            translatesSource: path.source != key.sourceEndpoint,
            translatesDestination: path.destination != key.destinationEndpoint,
            tcp: headers.tcp.map { TCPTracker(first: $0, packet.span) }, accessEntry: verdict.accessEntry)
        guard let place = flows.add(flow) else { return refuse(verdict, .connectionLimit) }
        if let rule = path.rules.destination { translations.count(rule) }
        if let rule = path.rules.source { translations.count(rule) }
        return begin(&packet, headers, place, verdict, at: now)
    }

    /// The first packet of a flow that has just been added.
    mutating func begin(
        _ packet: inout MutableSpan<UInt8>, _ headers: PacketHeaders, _ place: UInt32, _ verdict: Verdict,
        at now: Timestamp
    ) -> Verdict {
        var verdict = verdict
        verdict.flow = flows.id(place)
        verdict.opensFlow = true
        if let reason = inspect(packet.span, headers, place, fromInitiator: true, at: now) {
            // A flow whose first packet is refused has never been one.
            discard(place)
            verdict.flow = nil
            return refuse(verdict, reason)
        }
        countFlow(headers.ip.transport)
        note(headers, place, fromInitiator: true, at: now)
        events.append(.flowBuilt(flows.summary(place)), at: now)
        do throws(WireError) {
            verdict.isRewritten = try translate(&packet, headers.ip, place, fromInitiator: true)
        } catch {
            return refuse(verdict, .natTranslationFailed)
        }
        return verdict
    }

    private mutating func countFlow(_ transport: IPProtocol) {
        switch transport {
        case .udp: counters.udpFlows += 1
        case .tcp: counters.tcpFlows += 1
        default: counters.otherFlows += 1
        }
    }

    private func idleLimit(_ headers: PacketHeaders) -> Int {
        if let tcp = headers.tcp { return tcp.flags.contains(.syn) ? timeouts.embryonic : timeouts.connection }
        return headers.icmp != nil ? timeouts.icmp : timeouts.udp
    }
}
