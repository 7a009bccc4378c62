import Wire

/// TFTP inspection (RFC 1350, RFC 2347): judges each message, follows the transfers, and opens the pinhole that the
/// server's answer comes through.
extension Engine {
    /// Judges a message. A flow is too large to be copied for each block: its role is enough, and ``tellUnreadable`` asks
    /// for it when a message can not be read.
    func examineTFTP(
        _ packet: Span<UInt8>, _ headers: PacketHeaders, _ role: Flow.Role, fromInitiator: Bool, isFirst: Bool
    ) throws(Refusal) -> Finding {
        let fromClient = fromInitiator != role.isSecondary
        let message: TFTPMessage
        do throws(WireError) {
            message = try TFTPMessage.decode(packet, in: headers.payload)
        } catch {
            throw Refusal(.inspectionFailed, error)
        }
        if isFirst, !role.isSecondary, !message.isRequest, !settings.acceptsMidstream {
            throw Refusal(.inspectionFailed)
        }
        guard mayCome(message, role, fromClient: fromClient) else { throw Refusal(.inspectionFailed) }
        if message.isRequest { try findRoom(role) }
        return .tftp(message)
    }

    /// Whether a message may come from this side: DATA from one, its acknowledgments from the other.
    @inline(__always)
    private func mayCome(_ message: TFTPMessage, _ role: Flow.Role, fromClient: Bool) -> Bool {
        let sendsData =
            role.session == Flow.noSession
            ? nil : transfers.progress[Int(role.session)].clientSendsData == fromClient
        switch message {
        case .request: return fromClient && !role.isSecondary
        case .data: return sendsData ?? true
        case .acknowledgment: return !(sendsData ?? false)
        case .error: return true
        case .optionAcknowledgment: return !fromClient
        }
    }

    /// What `examineTFTP` let pass.
    mutating func follow(
        _ message: TFTPMessage, _ packet: Span<UInt8>, _ headers: PacketHeaders, _ place: UInt32, fromInitiator: Bool,
        at now: Timestamp
    ) {
        let isSecondary = flows.flows.span[Int(place)].isSecondary
        let fromClient = fromInitiator != isSecondary
        if case .request(let request) = message { return accept(request, packet, place, at: now) }
        if isSecondary, !fromClient, flows.flows[Int(place)].session == Flow.noSession { rejoin(place, at: now) }
        let session = flows.flows.span[Int(place)].session
        guard session != Flow.noSession else { return }
        if case .error(let code, let text) = message {
            return fail(place, session, code, TFTPTransfer.text(packet, text), at: now)
        }
        if fromClient { takeUp(place, session, at: now) }
        switch message {
        case .data(let block, let payload):
            transfers.progress[Int(session)].data(block, length: Self.length(of: payload, packet, headers))
        case .acknowledgment(let block):
            if transfers.progress[Int(session)].acknowledged(block) { finish(session, .complete, at: now) }
        case .optionAcknowledgment(let options):
            grant(session, options, packet)
        case .request, .error:
            break
        }
    }

    /// How long a block was when it was sent: a recording may have kept less of it.
    @inline(__always)
    private static func length(of payload: Range<Int>, _ packet: Span<UInt8>, _ headers: PacketHeaders) -> Int {
        guard headers.ip.isTruncated else { return payload.count }
        return max(payload.count, Int(packet.uint16(at: headers.ip.transportOffset + 4)) - UDPHeader.length - 4)
    }

    private mutating func grant(_ session: UInt32, _ options: TFTPOptions, _ packet: Span<UInt8>) {
        // An option acknowledgment comes before the first block, or is a repeated one.
        guard transfers.progress[Int(session)].blocks == 0 else { return }
        let granted = TFTPTransfer.options(packet, options)
        transfers.details[Int(session)].transfer.grantedOptions = granted
        guard let text = granted.first(where: { $0.name == "blksize" })?.value, let size = Int(text),
            (8...65464).contains(size)
        else { return }
        transfers.progress[Int(session)].blockSize = size
    }

    /// A request that can not be read is told of like one that can; nothing else follows from it.
    mutating func tellUnreadable(
        _ refusal: Refusal, _ packet: Span<UInt8>, _ headers: PacketHeaders, _ flow: Flow, fromInitiator: Bool,
        at now: Timestamp
    ) {
        guard let error = refusal.cause, error.layer == .tftp, fromInitiator, !flow.isSecondary,
            headers.payload.count >= 2
        else { return }
        let operation: TFTPRequest.Operation
        switch packet.uint16(at: headers.payload.lowerBound) {
        case 1: operation = .read
        case 2: operation = .write
        default: return
        }
        let transfer = TFTPTransfer(
            unreadable: operation, why: error, client: flow.forward.sourceEndpoint,
            server: flow.forward.destinationEndpoint, realServer: flow.reverse.sourceEndpoint,
            interface: flow.forward.interface, at: now)
        events.append(.tftpFinished(transfer), at: now)
    }
}

extension TFTPMessage {
    fileprivate var isRequest: Bool {
        if case .request = self { true } else { false }
    }
}
