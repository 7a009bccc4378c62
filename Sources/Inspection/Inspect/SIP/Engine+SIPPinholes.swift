import Wire

/// Pinholes for signalling that SIP asks for.
extension Engine {
    /// Where the receiver of a message may send what belongs to it: to the Via, the Contact and the routes that its sender
    /// has named, if they are on the sender's side.
    mutating func openSignalling(_ pending: PendingSIPMessage, of id: SlabID?, at now: Timestamp) {
        guard !configuration.interfaces.isEmpty else { return }
        let (facts, message) = (pending.facts, pending.message)
        if facts.isRequest {
            openVia(pending, at: now)
        } else if facts.method == .register {
            return openRegistered(pending, at: now)
        }
        let opening: [SIPMethod] = [.invite, .subscribe, .refer, .notify, .update]
        guard opening.contains(facts.method), facts.isRequest || 101..<300 ~= facts.status ?? 0 else { return }
        let call = id.flatMap { calls[$0] == nil ? nil : $0 }
        let isCall = call != nil
        for contact in (try? message.contacts()) ?? [] {
            open(contact.uri, isCall ? .signalling : .subscribe, pending, of: call, at: now)
        }
        for hop in (try? message.addresses(of: .recordRoute)) ?? [] {
            open(hop.uri, .route, pending, of: call, at: now)
        }
    }

    private mutating func open(
        _ uri: SIPURI, _ purpose: PinholePurpose, _ pending: PendingSIPMessage, of call: SlabID?, at now: Timestamp
    ) {
        guard let (endpoint, transport) = place(of: uri, pending.passage),
            let pinhole = pinhole(to: endpoint, transport, purpose, pending.passage)
        else { return }
        if let call {
            hold(pinhole, of: call, from: pending.summary.name, at: now)
        } else {
            open(pinhole, for: timeouts.sip, from: pending.summary.name, at: now)
        }
    }

    /// A response goes to the Via, unless its sender takes it at the port that it sends from (RFC 3581).
    private mutating func openVia(_ pending: PendingSIPMessage, at now: Timestamp) {
        let passage = pending.passage
        guard passage.transport == .udp, let via = (try? pending.message.topVia()) ?? nil, via.rport == nil,
            let address = via.host.address
        else { return }
        let endpoint = Endpoint(address, via.port ?? SIPViews.clearPort)
        guard endpoint != passage.source, let pinhole = pinhole(to: endpoint, .udp, .via, passage) else { return }
        let patience = pending.facts.method == .invite ? timeouts.sipInvite : Self.transactionTime
        open(pinhole, for: patience, from: pending.summary.name, at: now)
    }

    /// 64 times T1: no response comes later (RFC 3261 section 17.1.2.2). Seconds.
    private static var transactionTime: Int { 32 }
    /// No registration keeps a pinhole open for longer. Seconds.
    private static var longestRegistration: UInt32 { 86_400 }

    /// The registrar keeps these contacts, and may send to them as long.
    private mutating func openRegistered(_ pending: PendingSIPMessage, at now: Timestamp) {
        guard 200..<300 ~= pending.facts.status ?? 0 else { return }
        let (message, passage) = (pending.message, pending.passage)
        let header = (try? message.number(of: .expires)) ?? nil
        let names = names(passage)
        for contact in (try? message.contacts()) ?? [] {
            guard let (endpoint, transport) = place(of: contact.uri, passage) else { continue }
            let (real, side) = names.resolve(endpoint, transport)
            guard side == passage.egress else { continue }
            let seen = names.seen(real, on: side, from: passage.ingress, transport)
            let pinhole = Pinhole(
                key: FlowKey(
                    source: passage.source.address, destination: seen.address, sourcePort: 0,
                    destinationPort: seen.port, transport: transport, interface: passage.ingress),
                trafficClass: .inspectSIP, session: Flow.noSession, expires: now,
                reverse: FlowKey(
                    source: real.address, destination: passage.seenSource.address, sourcePort: real.port,
                    destinationPort: 0, transport: transport, interface: passage.egress),
                purpose: .signalling, sipPolicy: passage.policy)
            let seconds = min(message.expires(of: contact) ?? header ?? 3600, Self.longestRegistration)
            if seconds > 0 {
                open(pinhole, for: Int(seconds), from: pending.summary.name, at: now)
            } else {
                close(pinhole.key, at: now)
            }
        }
    }

    private mutating func close(_ key: FlowKey, at now: Timestamp) {
        guard let place = pinholes.find(key), pinholes.pinholes[Int(place)].purpose != .tftp else { return }
        pinholes.pinholes[Int(place)].staysOpen = .zero
        if pinholes.pinholes[Int(place)].holders == 0 { closePinhole(place, .done, at: now) }
    }

    private func place(of uri: SIPURI, _ passage: SIPPassage) -> (Endpoint, IPProtocol)? {
        guard uri.scheme == .sip || uri.scheme == .sips, let address = uri.host?.address else { return nil }
        let isSecure = uri.scheme == .sips || uri.transport == .tls
        let usual = isSecure ? SIPViews.securePort : SIPViews.clearPort
        let transport: IPProtocol
        switch uri.transport {
        case .udp: transport = .udp
        case .tcp, .tls: transport = .tcp
        default: transport = isSecure ? .tcp : passage.transport
        }
        return (Endpoint(address, uri.port ?? usual), transport)
    }

    /// For packets from a message's receiver to a place that its sender has named.
    private func pinhole(
        to endpoint: Endpoint, _ transport: IPProtocol, _ purpose: PinholePurpose, _ passage: SIPPassage
    ) -> Pinhole? {
        let names = names(passage)
        let (real, side) = names.resolve(endpoint, transport)
        guard side == passage.ingress, !routes.isOwn(real.address),
            real.address.isV4 == passage.realDestination.address.isV4
        else { return nil }
        let seen = names.seen(real, on: side, from: passage.egress, transport)
        return Pinhole(
            key: FlowKey(
                source: passage.realDestination.address, destination: seen.address, sourcePort: 0,
                destinationPort: seen.port, transport: transport, interface: passage.egress),
            trafficClass: .inspectSIP, session: Flow.noSession, expires: .zero,
            reverse: FlowKey(
                source: real.address, destination: passage.destination.address, sourcePort: real.port,
                destinationPort: 0, transport: transport, interface: passage.ingress),
            purpose: purpose, sipPolicy: passage.policy)
    }
}
