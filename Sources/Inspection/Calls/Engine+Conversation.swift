import Wire

/// What the two sides of a stream say to each other: cut into messages, each looked at, and passed on.
extension Engine {
    /// Cuts what has come into messages, and handles each.
    mutating func converse(_ bytes: Span<UInt8>, from side: StreamSide, of id: StreamID, at now: Timestamp) {
        if let stream = streams[id], stream.service.signalling == .skinny {
            return converseInSkinny(bytes, from: side, of: id, at: now)
        }
        guard var input = takeInput(side, of: id) else { return }
        input += bytes.bytes(in: 0..<bytes.count)
        var start = 0
        cutting: while start < input.count {
            guard let outcome = nextPiece(input.span.extracting(start...), from: side, of: id) else { return }
            switch outcome {
            case .complete(let length):
                let message = Array(input[start..<start + length])
                start += length
                handle(message, from: side, of: id, at: now)
                guard streams[id] != nil else { return }
            case .ping(let length), .pong(let length):
                counters.sip.keepAlives &+= 1
                send(Array(input[start..<start + length]), to: side.other, of: id)
                start += length
            case .needMore: break cutting
            case .malformed(let error):
                counters.sip.malformed &+= 1
                noteUnreadable(error, from: side, of: id, at: now)
                return close(id, .malformed, at: now)
            }
        }
        if start > 0 { input.removeSubrange(..<start) }
        guard input.count <= Self.heldStreamBytes else { return close(id, .overflow, at: now) }
        giveBack(input, side, of: id)
    }

    private mutating func nextPiece(
        _ stream: Span<UInt8>, from side: StreamSide, of id: StreamID
    ) -> SIPFraming.Outcome? {
        side == .phone ? streams[id]?.phoneFraming.next(stream) : streams[id]?.serverFraming.next(stream)
    }

    mutating func takeInput(_ side: StreamSide, of id: StreamID) -> [UInt8]? {
        guard streams[id] != nil else { return nil }
        var input: [UInt8] = []
        if side == .phone {
            if let held = streams[id]?.phoneInput { input = held }
            streams[id]?.phoneInput = []
        } else {
            if let held = streams[id]?.serverInput { input = held }
            streams[id]?.serverInput = []
        }
        return input
    }

    mutating func giveBack(_ input: [UInt8], _ side: StreamSide, of id: StreamID) {
        if side == .phone { streams[id]?.phoneInput = input } else { streams[id]?.serverInput = input }
    }

    mutating func send(_ bytes: [UInt8], to side: StreamSide, of id: StreamID) {
        streamOrders.append(.send(id, side, bytes))
    }

    // MARK: One message

    private mutating func handle(_ bytes: [UInt8], from side: StreamSide, of id: StreamID, at now: Timestamp) {
        counters.sip.messages &+= 1
        guard let stream = streams[id] else { return }
        let message: SIPMessage
        do throws(SIPError) {
            message = try SIPMessage.read(bytes)
        } catch {
            counters.sip.malformed &+= 1
            counters.sip.dropped &+= 1
            return noteUnreadable(error, from: side, of: id, at: now)
        }
        let summary = summary(of: message, from: side, of: stream)
        guard inspect(message, summary, from: .stream(stream, side), at: now) else { return }
        guard let facts = SIPFacts(message) else {
            return passUnknown(message, summary, from: side, of: stream, at: now)
        }
        pass(message, facts, summary, from: side, of: stream, at: now)
    }

    /// A message that lacks what every one has belongs to no call, and may not bring media about.
    private mutating func passUnknown(
        _ message: SIPMessage, _ summary: SIPMessageSummary, from side: StreamSide, of stream: SignallingStream,
        at now: Timestamp
    ) {
        counters.sip.malformed &+= 1
        counters.sip.dropped &+= 1
        events.append(.sip(.dropped(summary, "a header that every message has can not be read")), at: now)
        if side == .phone, message.isRequest, message.method != .ack {
            answer(message, with: .badRequest, summary, to: side, of: stream, at: now)
        }
    }

    private mutating func pass(
        _ message: SIPMessage, _ facts: SIPFacts, _ summary: SIPMessageSummary, from side: StreamSide,
        of stream: SignallingStream, at now: Timestamp
    ) {
        if isAcknowledgmentOfRefusal(facts, from: side, of: stream) { return }
        if side == .phone, let named = namedDevice(message), let device = stream.device?.mac, named != device {
            counters.sip.mismatches &+= 1
            counters.sip.dropped &+= 1
            events.append(.securePhoneMismatch(summary, mac: named), at: now)
            return
        }
        var editor = SIPEditor(message)
        switch followCall(facts, from: side, of: stream, &editor, at: now) {
        case .pass: break
        case .reply(let reply): return answer(message, with: reply, summary, to: side, of: stream, at: now)
        case .drop(let why):
            counters.sip.dropped &+= 1
            events.append(.sip(.dropped(summary, why)), at: now)
            return
        }
        followRegistration(message, facts, from: side, of: stream, at: now)
        mask(message, summary, stream.service.policy, &editor, at: now)
        guard translate(&editor, from: side, of: stream.id) else {
            counters.sip.dropped &+= 1
            events.append(.sip(.dropped(summary, Self.viaTooLong)), at: now)
            return
        }
        do throws(SIPError) {
            let changed = try editor.finished(on: .stream)
            if tellsOfMessages { events.append(.sip(.passed(summary)), at: now) }
            send(changed, to: side.other, of: stream.id)
        } catch {
            counters.sip.dropped &+= 1
            events.append(.sip(.dropped(summary, "\(error)")), at: now)
        }
    }

    /// Gives the message the names that its receiver knows; `false`: it must not go on.
    private mutating func translate(_ editor: inout SIPEditor, from side: StreamSide, of id: StreamID) -> Bool {
        guard let stream = streams[id], let views = views(of: stream) else { return true }
        if views.hidesAddresses {
            let cover = views.mapped.address
            if side == .phone {
                _ = restoreVias(&editor, behind: cover)
            } else if hideVias(&editor, behind: cover, where: { $0 != cover && !views.isReachable($0) }) == nil {
                return false
            }
        }
        var translator = SIPTranslator(
            views: views, contacts: stream.contacts, targets: stream.targets, editor: editor)
        if side == .phone { translator.translateForServer() } else { translator.translateForPhone() }
        editor = translator.editor
        streams[id]?.contacts = translator.contacts
        streams[id]?.targets = translator.targets
        return true
    }

    private func views(of stream: SignallingStream) -> SIPViews? {
        guard let local = stream.local else { return nil }
        let service = stream.service
        return SIPViews(
            phone: stream.phone, phoneInterface: stream.interface, mapped: service.mapped, local: local,
            server: service.server, serverInterface: service.serverInterface,
            serverTransport: service.isServerSecure ? .tls : .tcp, translations: translations, routes: routes,
            hidesAddresses: service.policy.hidesAddresses)
    }

    // MARK: Answers of the box's own

    mutating func answer(
        _ request: SIPMessage, with reply: SIPReply, _ summary: SIPMessageSummary, to side: StreamSide,
        of stream: SignallingStream, at now: Timestamp
    ) {
        counters.sip.answered &+= 1
        if request.method == .invite, let facts = SIPFacts(request) {
            var refused = streams[stream.id]?.refused ?? []
            if refused.count >= SignallingStream.refusedLimit { refused.removeFirst() }
            refused.append(.init(side: side, callID: facts.callID, sequence: facts.sequence))
            streams[stream.id]?.refused = refused
        }
        repliesMade += 1
        send(reply.message(to: request, tag: repliesMade), to: side, of: stream.id)
        events.append(.sip(.answered(summary, status: reply.status)), at: now)
    }

    /// The ACK of a response that the box gave itself is for nobody else.
    private mutating func isAcknowledgmentOfRefusal(
        _ facts: SIPFacts, from side: StreamSide, of stream: SignallingStream
    ) -> Bool {
        guard facts.isRequest, facts.method == .ack, !stream.refused.isEmpty else { return false }
        let refused = SignallingStream.Refused(side: side, callID: facts.callID, sequence: facts.sequence)
        guard stream.refused.contains(refused) else { return false }
        streams[stream.id]?.refused.removeAll { $0 == refused }
        return true
    }

    // MARK: Words

    func summary(
        of message: SIPMessage, from side: StreamSide, of stream: SignallingStream
    ) -> SIPMessageSummary {
        let callID = message.callID.map { TFTPTransfer.text(message.bytes.span, $0.prefix(128)) }
        return summary(message.name, isRequest: message.isRequest, callID, from: side, of: stream)
    }

    private func summary(
        _ name: String, isRequest: Bool, _ callID: String?, from side: StreamSide, of stream: SignallingStream
    ) -> SIPMessageSummary {
        let service = stream.service
        let server = service.server
        let isFromPhone = side == .phone
        return SIPMessageSummary(
            name: name, isRequest: isRequest, source: isFromPhone ? stream.phone : server,
            sourceInterface: isFromPhone ? stream.interface : service.serverInterface,
            destination: isFromPhone ? server : stream.phone,
            destinationInterface: isFromPhone ? service.serverInterface : stream.interface, callID: callID)
    }

    private mutating func noteUnreadable(
        _ error: SIPError, from side: StreamSide, of id: StreamID, at now: Timestamp
    ) {
        guard let stream = streams[id] else { return }
        let summary = summary("?", isRequest: side == .phone, nil, from: side, of: stream)
        events.append(.sip(.dropped(summary, "\(error)")), at: now)
    }
}
