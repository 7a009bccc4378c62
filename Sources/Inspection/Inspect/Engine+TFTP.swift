import Wire

/// TFTP inspection: follows requests and transfers, and opens the pinhole that the server's answer comes through.
extension Engine {
    /// How long a request may stay without an answer. Clients repeat it every few seconds, which renews the pinhole.
    private static let requestTimeout = 30

    /// Looks into a packet of an inspected flow; the reason to refuse it, or `nil`.
    @inline(__always)
    mutating func inspect(
        _ packet: Span<UInt8>, _ headers: PacketHeaders, _ place: UInt32, fromInitiator: Bool, at now: Timestamp
    ) -> DropReason? {
        guard flows.flows[Int(place)].trafficClass == .inspectTFTP else { return nil }
        return inspectTFTP(packet, headers, place, fromInitiator: fromInitiator, at: now)
    }

    private mutating func inspectTFTP(
        _ packet: Span<UInt8>, _ headers: PacketHeaders, _ place: UInt32, fromInitiator: Bool, at now: Timestamp
    ) -> DropReason? {
        let flow = flows.flows[Int(place)]
        let fromClient = fromInitiator != flow.isSecondary
        do throws(WireError) {
            switch try TFTPMessage.decode(packet, in: headers.payload) {
            case .request(let request):
                guard fromClient, !flow.isSecondary else { return .inspectionFailed }
                return accept(request, packet, place, at: now)
            case .data(let block, let payload):
                guard flow.session != Flow.noSession else { return nil }
                guard transfers.progress[Int(flow.session)].clientSendsData == fromClient else {
                    return .inspectionFailed
                }
                transfers.progress[Int(flow.session)].data(block, length: payload.count)
            case .acknowledgment(let block):
                return acknowledged(block, flow.session, fromClient: fromClient, at: now)
            case .error(let code, let message):
                fail(flow.session, code, TFTPTransfer.text(packet, message), at: now)
            case .optionAcknowledgment(let options):
                guard !fromClient else { return .inspectionFailed }
                grant(flow.session, options, packet)
            }
            if fromClient { confirm(flow.session, at: now) }
            return nil
        } catch {
            refuseRequest(packet, headers, place, error, fromClient: fromClient, at: now)
            return .inspectionFailed
        }
    }
}

// MARK: Requests

extension Engine {
    private mutating func accept(
        _ request: TFTPRequest, _ packet: Span<UInt8>, _ place: UInt32, at now: Timestamp
    ) -> DropReason? {
        let flow = flows.flows[Int(place)]
        let asked = TFTPTransfer(
            request, packet, client: flow.forward.sourceEndpoint, server: flow.forward.destinationEndpoint,
            realServer: flow.reverse.sourceEndpoint, interface: flow.forward.interface, at: now)
        if flow.session != Flow.noSession {
            let known = transfers.details[Int(flow.session)].transfer
            if known.operation == asked.operation, known.file == asked.file,
                transfers.progress[Int(flow.session)].blocks == 0
            {
                transfers.progress[Int(flow.session)].retransmissions &+= 1
                return openPinhole(for: flow.session, flow, flows.id(place), at: now)
            }
            finish(flow.session, .incomplete, at: now)
        }
        guard let session = transfers.add(asked, flow: flows.id(place)) else { return .transferLimit }
        if let reason = openPinhole(for: session, flow, flows.id(place), at: now) {
            transfers.remove(session)
            return reason
        }
        flows.flows[Int(place)].session = session
        flows.setIdleLimit(place, seconds: timeouts.udp)
        events.append(.tftpRequested(asked), at: now)
        return nil
    }

    /// The server answers from a port of its own choice (RFC 1350 section 4) to the port that asked.
    private mutating func openPinhole(
        for session: UInt32, _ flow: Flow, _ master: FlowID, at now: Timestamp
    ) -> DropReason? {
        var key = flow.reverse
        key.sourcePort = 0
        var reverse = flow.forward
        reverse.destinationPort = 0
        let pinhole = Pinhole(
            key: key, master: master, trafficClass: flow.trafficClass, session: session,
            expires: now.adding(seconds: Self.requestTimeout), reverse: reverse)
        let isNew = transfers.details[Int(session)].pinhole == nil
        guard let place = pinholes.open(pinhole) else { return .pinholeLimit }
        transfers.details[Int(session)].pinhole = place
        if isNew {
            counters.pinholesOpened += 1
            events.append(.pinholeOpened(pinholes.summary(place)), at: now)
        }
        return nil
    }

    /// A request that can not be read is told of like one that can; nothing else follows from it.
    private mutating func refuseRequest(
        _ packet: Span<UInt8>, _ headers: PacketHeaders, _ place: UInt32, _ error: WireError, fromClient: Bool,
        at now: Timestamp
    ) {
        guard fromClient, headers.payload.count >= 2 else { return }
        let operation: TFTPRequest.Operation
        switch packet.uint16(at: headers.payload.lowerBound) {
        case 1: operation = .read
        case 2: operation = .write
        default: return
        }
        let flow = flows.flows[Int(place)]
        events.append(
            .tftpFinished(
                TFTPTransfer(
                    unreadable: operation, why: error, client: flow.forward.sourceEndpoint,
                    server: flow.forward.destinationEndpoint, realServer: flow.reverse.sourceEndpoint,
                    interface: flow.forward.interface, at: now)), at: now)
    }
}

// MARK: Transfers

extension Engine {
    private mutating func acknowledged(
        _ block: UInt16, _ session: UInt32, fromClient: Bool, at now: Timestamp
    ) -> DropReason? {
        guard session != Flow.noSession else { return nil }
        // The reader acknowledges option negotiation with block 0; otherwise whoever gets DATA does.
        guard transfers.progress[Int(session)].clientSendsData != fromClient else { return .inspectionFailed }
        if transfers.progress[Int(session)].acknowledged(block) {
            finish(session, .complete, at: now)
        } else if fromClient {
            confirm(session, at: now)
        }
        return nil
    }

    private mutating func grant(_ session: UInt32, _ options: TFTPOptions, _ packet: Span<UInt8>) {
        guard session != Flow.noSession else { return }
        let granted = TFTPTransfer.options(packet, options)
        transfers.details[Int(session)].transfer.grantedOptions = granted
        if let size = granted.first(where: { $0.name == "blksize" }).flatMap({ Int($0.value) }),
            (8...65464).contains(size)
        {
            transfers.progress[Int(session)].blockSize = size
        }
    }

    private mutating func fail(_ session: UInt32, _ code: UInt16, _ message: String, at now: Timestamp) {
        guard session != Flow.noSession else { return }
        transfers.details[Int(session)].transfer.errorCode = code
        transfers.details[Int(session)].transfer.errorMessage = message
        finish(session, .error, at: now)
    }

    /// The client has answered the server's new port: nobody else needs the pinhole.
    private mutating func confirm(_ session: UInt32, at now: Timestamp) {
        guard session != Flow.noSession, let place = transfers.details[Int(session)].pinhole,
            pinholes.pinholes[Int(place)].uses > 0
        else { return }
        closePinhole(place, .done, at: now)
    }

    /// Ends a transfer: tells of it, closes its pinhole, and lets its flows linger only for packets under way.
    mutating func finish(_ session: UInt32, _ status: TFTPTransfer.Status, at now: Timestamp) {
        var transfer = transfers.current(session, at: now)
        transfer.status = status
        if let pinhole = transfers.details[Int(session)].pinhole { closePinhole(pinhole, .done, at: now) }
        for id in transfers.details[Int(session)].flows {
            guard let place = flows.place(id) else { continue }
            flows.flows[Int(place)].session = Flow.noSession
            flows.setIdleLimit(place, seconds: Linger.transfer)
        }
        transfers.remove(session)
        events.append(.tftpFinished(transfer), at: now)
    }

    /// A flow goes; the transfer goes with the last of its flows.
    mutating func leaveTransfer(_ place: UInt32, at now: Timestamp) {
        let session = flows.flows[Int(place)].session
        guard session != Flow.noSession else { return }
        let id = flows.id(place)
        flows.flows[Int(place)].session = Flow.noSession
        transfers.details[Int(session)].flows.removeAll { $0 == id }
        if transfers.details[Int(session)].flows.isEmpty { finish(session, .incomplete, at: now) }
    }
}

// MARK: The server's answer

extension Engine {
    /// Decides about the first packet that comes through a pinhole: a flow beside the one that asked for it.
    mutating func openSecondary(
        _ packet: inout MutableSpan<UInt8>, _ headers: PacketHeaders, _ key: FlowKey, _ place: UInt32,
        at now: Timestamp
    ) -> Verdict {
        let pinhole = pinholes.pinholes[Int(place)]
        var verdict = Verdict.forward(key.interface)
        verdict.trafficClass = pinhole.trafficClass
        verdict.egress = pinhole.reverse.interface
        guard pinhole.uses < PinholeTable.maximumUses else { return refuse(verdict, .pinholeLimit) }
        guard let reverse = freeAnswer(pinhole.reverse, port: key.sourcePort) else {
            return refuse(verdict, .natTranslationFailed)
        }
        let flow = Flow(
            forward: key, reverse: reverse, lastSeen: now, started: now, idleLimit: Int32(timeouts.udp),
            session: pinhole.session, trafficClass: pinhole.trafficClass,
            translatesSource: reverse.destinationEndpoint != key.sourceEndpoint,
            translatesDestination: reverse.sourceEndpoint != key.destinationEndpoint, isSecondary: true)
        guard let flowPlace = flows.add(flow) else { return refuse(verdict, .connectionLimit) }
        pinholes.pinholes[Int(place)].uses += 1
        let id = flows.id(flowPlace)
        transfers.details[Int(pinhole.session)].flows.append(id)
        if pinhole.uses == 0 { counters.pinholesUsed += 1 }
        events.append(.pinholeUsed(pinholes.summary(place)), at: now)
        verdict = begin(&packet, headers, flowPlace, verdict, at: now)
        if verdict.action == .drop { transfers.details[Int(pinhole.session)].flows.removeAll { $0 == id } }
        return verdict
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
