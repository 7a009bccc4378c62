import Wire

/// Pinholes: opened by a request, passed by the server's answer, closed when they have done their part or had their time.
extension Engine {
    /// How long a request may stay without an answer. Clients repeat it every few seconds, which renews the pinhole.
    private static let requestTimeout = 30

    /// The server answers from a port of its own choice (RFC 1350 section 4) to the port that asked.
    mutating func openPinhole(for session: UInt32, _ flow: Flow, at now: Timestamp) {
        var key = flow.reverse
        key.sourcePort = 0
        var reverse = flow.forward
        reverse.destinationPort = 0
        let pinhole = Pinhole(
            key: key, trafficClass: flow.trafficClass, session: session,
            expires: now.adding(seconds: Self.requestTimeout), reverse: reverse)
        // The same two hosts and client port, but another port that was asked: the later request has the pinhole.
        if let place = pinholes.find(key), pinholes.pinholes[Int(place)].session != session {
            closePinhole(place, .done, at: now)
        }
        let isNew = transfers.details[Int(session)].pinhole == nil
        guard let place = pinholes.open(pinhole) else { return }
        transfers.details[Int(session)].pinhole = place
        if isNew {
            counters.pinholesOpened += 1
            events.append(.pinholeOpened(pinholes.summary(place)), at: now)
        }
    }

    mutating func closePinhole(_ place: UInt32, _ reason: PinholeEnd, at now: Timestamp) {
        let summary = pinholes.summary(place)
        if pinholes.pinholes[Int(place)].purpose == .tftp {
            transfers.details[Int(pinholes.pinholes[Int(place)].session)].pinhole = nil
        } else {
            steer(pinholes.pinholes[Int(place)], isOpen: false)
        }
        pinholes.close(place)
        if reason == .expired { counters.pinholesExpired += 1 }
        events.append(.pinholeClosed(summary, reason), at: now)
    }

    /// Decides about the first packet that comes through a pinhole: a flow beside the one that asked for it.
    mutating func openSecondary(
        _ packet: inout MutableSpan<UInt8>, _ headers: PacketHeaders, _ key: FlowKey, _ place: UInt32,
        _ verdict: inout Verdict, at now: Timestamp
    ) throws(Refusal) -> Verdict {
        let pinhole = pinholes.pinholes[Int(place)]
        verdict.trafficClass = pinhole.trafficClass
        verdict.egress = pinhole.reverse.interface
        guard pinhole.uses < PinholeTable.maximumUses else { throw Refusal(.pinholeLimit) }
        guard let reverse = freeAnswer(pinhole.reverse, port: key.sourcePort) else {
            throw Refusal(.natTranslationFailed)
        }
        var flow = Flow(
            forward: key, reverse: reverse, at: now, idleLimit: idleLimit(headers, pinhole),
            trafficClass: pinhole.trafficClass)
        flow.session = pinhole.session
        flow.isSecondary = true
        flow.sipPolicy = pinhole.sipPolicy
        flow.isSkinny = pinhole.isSkinny
        if let tcp = headers.tcp {
            guard tcp.flags.isFirstSYN || settings.acceptsMidstream else { throw Refusal(.tcpNotSYN) }
            flow.tcp = TCPTracker(first: tcp, packet.span)
        }
        let finding = try examineFirst(packet.span, headers, flow, at: now)
        let flowPlace = try add(flow, &packet, headers, &verdict)
        pass(place, flowPlace, at: now)
        begin(packet.span, headers, flowPlace, finding, at: now)
        if case .sip = finding { return passSIP(&packet, headers, verdict, at: now) }
        return verdict
    }

    private func idleLimit(_ headers: PacketHeaders, _ pinhole: Pinhole) -> Int {
        pinhole.trafficClass == .inspectRTP ? mediaIdleLimit(pinhole) : idleLimit(headers)
    }

    /// A server that always answers from the same port meets its old flow when the client asks from the same port again.
    mutating func rejoin(_ flowPlace: UInt32, at now: Timestamp) {
        guard let place = pinholes.find(flows.flows[Int(flowPlace)].forward),
            pinholes.pinholes[Int(place)].uses < PinholeTable.maximumUses
        else { return }
        flows.flows[Int(flowPlace)].session = pinholes.pinholes[Int(place)].session
        flows.flows[Int(flowPlace)].isDone = false
        flows.setIdleLimit(flowPlace, seconds: timeouts.udp)
        pass(place, flowPlace, at: now)
    }

    /// Notes that a flow has come through a pinhole.
    mutating func pass(_ place: UInt32, _ flowPlace: UInt32, at now: Timestamp) {
        let session = pinholes.pinholes[Int(place)].session
        if pinholes.pinholes[Int(place)].purpose == .tftp {
            transfers.details[Int(session)].flows.append(flows.id(flowPlace))
        } else if let record = passingFlows.id(at: session) {
            passingFlows[record]?.flows.append(flows.id(flowPlace))
        }
        if !pinholes.pinholes[Int(place)].isUsed { counters.pinholesUsed += 1 }
        pinholes.pinholes[Int(place)].uses += 1
        pinholes.pinholes[Int(place)].isUsed = true
        events.append(.pinholeUsed(pinholes.summary(place)), at: now)
    }

    /// What the client's packets to the server's new port look like. Behind static PAT two servers share an address:
    /// where another flow has the port already, the next free one stands for it.
    private func freeAnswer(_ pattern: FlowKey, port: UInt16) -> FlowKey? {
        var answer = pattern
        answer.destinationPort = port
        for _ in 0..<64 {
            if flows.find(answer) == nil { return answer }
            answer.destinationPort = answer.destinationPort == .max ? 1024 : answer.destinationPort + 1
        }
        return nil
    }
}
