import Wire

/// What the phone proxy has found in a packet. Every inspected packet's finding has room for it, so it holds nothing
/// that would have to be counted or freed.
enum PhoneFileFinding {
    /// A request that the box answers itself: ``Engine/phoneRequest``.
    case request(TFTPRequest)
    /// A message of the server's, for what the box fetches in a phone's name.
    case answer(SlabID, TFTPMessage)
}

/// A request that the box answers itself, as it has been read.
struct PhoneRequest {
    let asked: PhoneFileRequest
    let name: PhoneFileName
    let terms: TransferTerms
}

/// Requests to the phone proxy's TFTP servers: which of them the box answers, which go on, and which are refused.
///
/// Nothing that a phone trusts comes from anywhere but the box: it takes no file from the phones' side, hands on no trust
/// list and no signed file of the server's, and while it answers a phone itself, the server's packets end here
/// (CVE-2014-0738).
extension Engine {
    /// Judges a packet of a flow of the phone proxy's.
    mutating func examinePhoneProxy(
        _ packet: Span<UInt8>, _ headers: PacketHeaders, _ flow: Flow, fromInitiator: Bool, isFirst: Bool,
        at now: Timestamp
    ) throws(Refusal) -> Finding {
        let fromClient = fromInitiator != flow.isSecondary
        guard fromClient else {
            let key = flow.isSecondary ? flow.forward : flow.reverse
            if let found = phoneFiles.find(key.openSource, .server) {
                return .phoneFile(.answer(found.id, try message(packet, headers)))
            }
            // From the port that was asked, nothing comes but answers to what went there.
            guard flow.isSecondary || flow.session != Flow.noSession else { throw Refusal(.inspectionFailed) }
            return try examineTFTP(packet, headers, flow.role, fromInitiator: fromInitiator, isFirst: isFirst)
        }
        let finding = try examineTFTP(packet, headers, flow.role, fromInitiator: fromInitiator, isFirst: isFirst)
        guard case .tftp(.request(let request)) = finding else {
            // To the port that takes requests, with nothing under way there.
            guard flow.isSecondary || flow.session != Flow.noSession else { throw Refusal(.inspectionFailed) }
            return finding
        }
        return try judge(request, packet, flow, finding, at: now)
    }

    private func message(_ packet: Span<UInt8>, _ headers: PacketHeaders) throws(Refusal) -> TFTPMessage {
        // Of a packet that a recording has cut, too little is there to act on.
        if headers.ip.isTruncated { throw Refusal(.inspectionFailed) }
        do throws(WireError) {
            return try TFTPMessage.decode(packet, in: headers.payload)
        } catch {
            throw Refusal(.inspectionFailed, error)
        }
    }

    /// Decides by the file's name.
    private mutating func judge(
        _ request: TFTPRequest, _ packet: Span<UInt8>, _ flow: Flow, _ finding: Finding, at now: Timestamp
    ) throws(Refusal) -> Finding {
        let asked = fileRequest(packet, request, flow)
        counters.phoneProxy.requests &+= 1
        events.append(.phoneProxy(.requesting(asked)), at: now)
        guard request.operation == .read, let name = PhoneFileName(packet.bytes(in: request.filename)) else {
            throw deny(.write, asked, transfer(request, packet, asked, at: now), at: now)
        }
        switch name.answer(hasTrustList: settings.trustList != nil) {
        case .pass:
            counters.phoneProxy.passed &+= 1
            return finding
        case .refuse(let denial):
            throw deny(denial, asked, transfer(request, packet, asked, at: now), at: now)
        case .serve:
            guard let terms = TransferTerms(request, packet) else {
                throw deny(.mode, asked, transfer(request, packet, asked, at: now), at: now)
            }
            try findSession(asked, flow, at: now)
            phoneRequest = PhoneRequest(asked: asked, name: name, terms: terms)
            return .phoneFile(.request(request))
        }
    }

    /// Whether there is room for one more session; a phone whose request finds none asks again.
    private mutating func findSession(
        _ asked: PhoneFileRequest, _ flow: Flow, at now: Timestamp
    ) throws(Refusal) {
        // Its own last one makes room for it.
        if phoneFiles.find(flow.forward.openDestination, .client) != nil { return }
        guard phoneFiles.hasRoom(for: HostGroup(asked.client.address)) else {
            counters.phoneProxy.overLimit &+= 1
            events.append(.phoneProxy(.sessionLimit(asked)), at: now)
            throw Refusal(.phoneProxyLimit)
        }
    }

    /// Tells the phone why it gets nothing, and everybody else.
    private mutating func deny(
        _ denial: PhoneRequestDenial, _ asked: PhoneFileRequest, _ transfer: TFTPTransfer, at now: Timestamp
    ) -> Refusal {
        denial.count(&counters.phoneProxy)
        events.append(.phoneProxy(denial.event(asked)), at: now)
        var transfer = transfer
        transfer.status = .error
        transfer.errorCode = denial.code.rawValue
        transfer.errorMessage = denial.text
        events.append(.tftpFinished(transfer), at: now)
        sendError(denial.code.rawValue, denial.text, asked, from: choosePort(asked))
        return Refusal(denial.reason)
    }

    func transfer(
        _ request: TFTPRequest, _ packet: Span<UInt8>, _ asked: PhoneFileRequest, at now: Timestamp
    ) -> TFTPTransfer {
        TFTPTransfer(
            request, packet, file: asked.file, client: asked.client, server: asked.server,
            realServer: asked.realServer, interface: asked.clientInterface, at: now)
    }

    func fileRequest(_ packet: Span<UInt8>, _ request: TFTPRequest, _ flow: Flow) -> PhoneFileRequest {
        PhoneFileRequest(
            client: flow.forward.sourceEndpoint, clientInterface: flow.forward.interface,
            server: flow.forward.destinationEndpoint, realServer: flow.reverse.sourceEndpoint,
            serverInterface: flow.reverse.interface, file: TFTPTransfer.text(packet, request.filename))
    }

    /// A port to answer from: one that is hard to guess for whoever does not know the seed (RFC 1350 section 4).
    mutating func choosePort(_ asked: PhoneFileRequest) -> UInt16 {
        identification &+= 1
        var key = FlowKey(
            source: asked.client.address, destination: asked.server.address, sourcePort: asked.client.port,
            destinationPort: identification, transport: .udp, interface: asked.clientInterface)
        let first: UInt16 = 1024
        for _ in 0..<64 {
            key.destinationPort = first + UInt16(key.hash(seed: flows.seed) % UInt32(UInt16.max - first + 1))
            // The port of another flow between the two would be its packets', not the session's.
            if flows.find(key) == nil { return key.destinationPort }
        }
        return key.destinationPort
    }

    /// Sends an ERROR from the address that the phone asked.
    mutating func sendError(_ code: UInt16, _ text: String, _ asked: PhoneFileRequest, from port: UInt16) {
        var message: [UInt8] = [0, 5, UInt8(code >> 8), UInt8(truncatingIfNeeded: code)]
        message += text.utf8.prefix(Self.errorTextLimit).map { $0 == 0 ? 0x3f : $0 }
        message.append(0)
        inject(
            message[...], from: Endpoint(asked.server.address, port), to: asked.client,
            ingress: asked.serverInterface, egress: asked.clientInterface)
    }

    /// No more of a server's words than a line.
    private static let errorTextLimit = 200
}
