import Wire

/// The phone's side of what the box answers itself: sessions are opened by requests, carry a file, and end.
extension Engine {
    /// Seconds after which a phone that does not ask again is not waited for, while its file is being made. Phones repeat
    /// a request every few seconds.
    private static let patience = 30

    /// Acts on a packet of a flow that the box itself takes.
    mutating func consume(
        _ finding: PhoneFileFinding, _ packet: Span<UInt8>, _ headers: PacketHeaders, _ place: UInt32,
        _ verdict: Verdict, at now: Timestamp
    ) -> Verdict {
        var verdict = verdict
        switch finding {
        case .request(let request):
            // The first packet of a flow is in its account already.
            if !verdict.opensFlow { note(headers, place, fromInitiator: true, at: now) }
            openSession(request, packet, place, at: now)
        case .answer(let session, let message):
            note(headers, place, fromInitiator: verdict.isFromInitiator, at: now)
            if let reason = takeAnswer(session, message, packet, from: headers.sourcePort, at: now) {
                return refuse(verdict, reason)
            }
        }
        verdict.action = .consume
        return verdict
    }

    /// Takes a packet that belongs to no flow, but to a session's file; `nil` when it is nobody's.
    mutating func takeForSession(
        _ packet: Span<UInt8>, _ headers: PacketHeaders, _ key: FlowKey, at now: Timestamp
    ) -> Verdict? {
        guard headers.ip.transport == .udp, let found = phoneFiles.find(key) else { return nil }
        let (session, isPhone) = (found.session, found.side == .client)
        if isPhone, !isFor(session, port: key.destinationPort) { return nil }
        var verdict = Verdict.forward(key.interface)
        verdict.trafficClass = .inspectPhoneProxy
        verdict.egress = isPhone ? session.request.serverInterface : session.request.clientInterface
        verdict.isFromInitiator = isPhone
        if let place = flows.place(session.flow) {
            verdict.flow = session.flow
            note(headers, place, fromInitiator: isPhone, at: now)
        }
        // Of a packet that a recording has cut, too little is there to act on.
        guard !headers.ip.isTruncated, let message = try? TFTPMessage.decode(packet, in: headers.payload) else {
            return refuse(verdict, .inspectionFailed)
        }
        let reason =
            isPhone
            ? takeMessage(found.id, session, message, packet, at: now)
            : takeAnswer(found.id, message, packet, from: key.sourcePort, at: now)
        if let reason { return refuse(verdict, reason) }
        verdict.action = .consume
        return verdict
    }

    /// Takes an ICMP error about a packet that the box has sent for a session; `nil` when it is about none.
    ///
    /// - Parameter answer: what an answer to that packet would look like.
    mutating func takeErrorForSession(
        _ answer: FlowKey, _ icmp: ICMPHeader, _ ip: IPHeader, at now: Timestamp
    ) -> Verdict? {
        guard answer.transport == .udp, let found = phoneFiles.find(answer),
            found.side == .server || found.session.port == answer.destinationPort
        else { return nil }
        var verdict = Verdict.forward(answer.interface)
        verdict.trafficClass = .inspectPhoneProxy
        verdict.action = .consume
        guard icmp.saysUnreachable(isV4: ip.isV4) else { return verdict }
        switch found.side {
        case .server: failFetch(found.id, at: now)
        case .client where found.session.stage == .serving: fail(found.id, found.session, .phoneSilent, at: now)
        case .client: break
        }
        return verdict
    }

    /// Whether a phone's packet to this port is for the session. A recording's phone answers the port that was chosen
    /// then, with another seed.
    private func isFor(_ session: PhoneFileSession, port: UInt16) -> Bool {
        if session.port == port { return true }
        guard settings.followsRecordedPorts, session.stage == .serving, port >= 1024 else { return false }
        session.port = port
        return true
    }

    // MARK: Requests

    private mutating func openSession(
        _ request: TFTPRequest, _ packet: Span<UInt8>, _ place: UInt32, at now: Timestamp
    ) {
        guard let (asked, name, terms) = phoneRequest.take().map({ ($0.asked, $0.name, $0.terms) }) else { return }
        let flow = flows.flows[Int(place)]
        if repeatRequest(request, asked, terms, packet, flow, at: now) { return }
        leaveSessions(flow, at: now)
        // What went to the server from this port before is over.
        if flow.session != Flow.noSession { finish(flow.session, .incomplete, at: now) }
        let transfer = transfer(request, packet, asked, at: now)
        let session = PhoneFileSession(
            number: phoneFiles.nextNumber(), request: asked, name: name, terms: terms,
            mappedClient: flow.reverse.destinationEndpoint, flow: flows.id(place), port: choosePort(asked),
            transfer: transfer, deadline: now.adding(seconds: Self.patience))
        guard let id = phoneFiles.add(session) else { return }
        flows.flows[Int(place)].isDone = false
        flows.setIdleLimit(place, seconds: timeouts.udp)
        events.append(.tftpRequested(transfer), at: now)
        events.append(.phoneProxy(.opened(session: session.number)), at: now)
        enterSecurePhone(session, at: now)
        if name.isTrustList {
            serve(FileContent(settings.trustList ?? []), to: id, at: now)
        } else {
            makeFile(for: id, at: now)
        }
    }

    /// A phone that asks for the same again; true if that is what it does.
    private mutating func repeatRequest(
        _ request: TFTPRequest, _ asked: PhoneFileRequest, _ terms: TransferTerms, _ packet: Span<UInt8>,
        _ flow: Flow, at now: Timestamp
    ) -> Bool {
        guard let found = phoneFiles.find(flow.forward.openDestination, .client) else { return false }
        let known = found.session
        guard known.request == asked, known.terms == terms, known.stage != .over else { return false }
        counters.phoneProxy.retransmittedRequests &+= 1
        known.transfer.retransmissions &+= 1
        events.append(.phoneProxy(.retransmittingRequest(asked, known.name.eventKind)), at: now)
        events.append(.phoneProxy(.opened(session: known.number)), at: now)
        if known.stage == .preparing {
            phoneFiles.wake(found.id, known, at: now.adding(seconds: Self.patience))
        } else {
            known.serving?.receive(.request(request), packet, at: now, into: &phoneFiles.outbox)
            settleSession(found.id, known, at: now)
        }
        return true
    }

    /// Ends what the phone's port had asked for before, and what stands in the way of a new session's packets.
    mutating func leaveSessions(_ flow: Flow, at now: Timestamp) {
        while let found = phoneFiles.find(flow.forward.openDestination, .client) {
            endSession(found.id, .incomplete, at: now)
        }
        while let found = phoneFiles.find(flow.reverse.openSource, .server) {
            endSession(found.id, .incomplete, at: now)
        }
    }

    // MARK: The transfer

    /// Starts to send a file to the phone.
    mutating func serve(_ content: FileContent, to id: SlabID, at now: Timestamp) {
        guard let session = phoneFiles.sessions[id], session.stage == .preparing else { return }
        guard phoneFiles.hold(session.name.isTrustList ? 0 : content.size, for: id) else {
            counters.phoneProxy.overLimit &+= 1
            events.append(.phoneProxy(.sessionLimit(session.request)), at: now)
            return refuseSession(id, code: TFTPErrorCode.notDefined.rawValue, "Too many files at one time", at: now)
        }
        var limits = FileServing.Limits()
        if !session.client.address.isV4 { limits.blockSize = FileServing.Limits.blockSizeV6 }
        session.serving = FileServing(
            content, to: session.client.port, session.terms, limits, at: now, into: &phoneFiles.outbox)
        session.stage = .serving
        settleSession(id, session, at: now)
    }

    private mutating func takeMessage(
        _ id: SlabID, _ session: PhoneFileSession, _ message: TFTPMessage, _ packet: Span<UInt8>, at now: Timestamp
    ) -> DropReason? {
        switch message {
        case .acknowledgment(let block):
            if tellsOfBlocks {
                events.append(.phoneProxy(.receivedAcknowledgment(block: block, session.request)), at: now)
            }
        case .error: break
        case .request, .data, .optionAcknowledgment: return .inspectionFailed
        }
        guard session.stage == .serving else { return nil }
        session.serving?.receive(message, packet, at: now, into: &phoneFiles.outbox)
        settleSession(id, session, at: now)
        return nil
    }

    /// Sends what waits to be sent to the phone, and sees whether the transfer is over.
    mutating func settleSession(_ id: SlabID, _ session: PhoneFileSession, at now: Timestamp) {
        send(session, at: now)
        if let deadline = session.serving?.deadline { return phoneFiles.wake(id, session, at: deadline) }
        guard let serving = session.serving else { return }
        switch serving.status {
        case .running: break
        case .complete:
            countServed(session.name)
            events.append(.phoneProxy(.sentAll(session: session.number)), at: now)
            finishSession(id, .complete, at: now)
        case .failed(let failure): fail(id, session, failure, at: now)
        }
    }

    private mutating func send(_ session: PhoneFileSession, at now: Timestamp) {
        if phoneFiles.outbox.isEmpty { return }
        let source = Endpoint(session.request.server.address, session.port)
        let place = flows.place(session.flow)
        for index in phoneFiles.outbox.items.indices {
            let item = phoneFiles.outbox.items[index]
            if tellsOfBlocks { tellOfBlock(phoneFiles.outbox.payload(item), from: source, session.request, at: now) }
            if let place {
                flows.flows[Int(place)].note(UInt64(item.range.count), fromInitiator: false, at: now)
            }
        }
        injectOutbox(
            ReleaseQueue.Course(
                source: source, receiver: session.client.address, ingress: session.request.serverInterface,
                egress: session.request.clientInterface))
    }

    private mutating func tellOfBlock(
        _ payload: [UInt8], from source: Endpoint, _ request: PhoneFileRequest, at now: Timestamp
    ) {
        let payload = payload.span
        guard payload.count >= 4, payload.uint16(at: 0) == 3 else { return }
        events.append(
            .phoneProxy(
                .forwardedData(
                    block: payload.uint16(at: 2), from: source, to: request.client, ingress: request.clientInterface)),
            at: now)
    }

    private mutating func countServed(_ name: PhoneFileName) {
        if name.isTrustList {
            counters.phoneProxy.trustListsServed &+= 1
        } else if name.isConfiguration {
            counters.phoneProxy.configurationsServed &+= 1
        } else {
            counters.phoneProxy.otherFilesServed &+= 1
        }
    }

    private mutating func fail(
        _ id: SlabID, _ session: PhoneFileSession, _ failure: FileServing.Failure, at now: Timestamp
    ) {
        switch failure {
        case .phone(let code, let text):
            counters.phoneProxy.clientErrors &+= 1
            events.append(.phoneProxy(.clientError(session.request, code: code, text)), at: now)
            session.transfer.errorCode = code
            session.transfer.errorMessage = text
            finishSession(id, .error, at: now)
        case .phoneSilent, .tooSlow:
            counters.phoneProxy.clientSilent &+= 1
            events.append(.phoneProxy(.clientSilent(session.request)), at: now)
            finishSession(id, .incomplete, at: now)
        }
    }
}

extension ICMPHeader {
    /// Nobody takes the packet that the error is about (RFC 792, RFC 4443 section 3.1). One that was only too long would
    /// have been cut.
    fileprivate func saysUnreachable(isV4: Bool) -> Bool { isV4 ? type == 3 && code != 4 : type == 1 }
}
