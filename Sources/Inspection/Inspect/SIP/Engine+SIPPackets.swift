import Wire

/// Plain `inspect sip`: messages in packets, over UDP, and over TCP where a segment holds them whole.
///
/// A message goes on with the names that its receiver knows, or not at all. Signalling may allocate; a packet of another
/// class never comes here.
extension Engine {
    // MARK: Examining

    /// Reads the messages of a packet and asks the inspection map about each. What passes waits in ``sipPending``.
    @inline(never)
    mutating func examineSIP(
        _ packet: Span<UInt8>, _ headers: PacketHeaders, _ passage: SIPPassage, at now: Timestamp
    ) throws(Refusal) -> Finding {
        // A recording may have kept only the beginning of a packet.
        guard passage.policy != 0, !headers.payload.isEmpty, !headers.ip.isTruncated else { return .nothing }
        sipPending.removeAll(keepingCapacity: true)
        if headers.tcp == nil {
            try examineDatagram(packet, headers.payload, passage, at: now)
        } else {
            try examineSegment(packet, headers.payload, passage, at: now)
        }
        return sipPending.isEmpty ? .nothing : .sip
    }

    private mutating func examineDatagram(
        _ packet: Span<UInt8>, _ payload: Range<Int>, _ passage: SIPPassage, at now: Timestamp
    ) throws(Refusal) {
        switch SIPDatagram(packet.extracting(payload)) {
        case .keepAlive: counters.sip.keepAlives &+= 1
        case .stun: return
        case .message(let start):
            let range = payload.lowerBound + start..<payload.upperBound
            guard SIPStart.isSIP(packet.extracting(range)) else { return try passOther(passage, at: now) }
            try examine(packet, range, passage, at: now)
        }
    }

    /// What does not begin in this segment began in one before it, and what does not end in it goes on in the next: both
    /// pass as they are.
    private mutating func examineSegment(
        _ packet: Span<UInt8>, _ payload: Range<Int>, _ passage: SIPPassage, at now: Timestamp
    ) throws(Refusal) {
        var start = payload.lowerBound
        var framing = SIPFraming(from: .opener)
        while start < payload.upperBound {
            let rest = packet.extracting(start..<payload.upperBound)
            switch framing.next(rest) {
            case .complete(let length):
                guard SIPStart.isSIP(rest) else { return try passOther(passage, at: now) }
                try examine(packet, start..<start + length, passage, at: now)
                start += length
            case .ping(let length), .pong(let length):
                counters.sip.keepAlives &+= 1
                start += length
            case .needMore:
                if SIPStart.isSIP(rest) { counters.sip.inPieces &+= 1 }
                return
            case .malformed: return try passOther(passage, at: now)
            }
        }
    }

    /// `traffic-non-sip`.
    private mutating func passOther(_ passage: SIPPassage, at now: Timestamp) throws(Refusal) {
        guard !classifier.sipPolicies[Int(passage.policy)].permitsNonSIP else { return }
        counters.sip.dropped &+= 1
        let summary = summary("?", isRequest: true, nil, passage)
        events.append(.sip(.acted(summary, what: "Dropped", why: "traffic-non-sip: this is no SIP")), at: now)
        throw Refusal(.inspectionFailed)
    }

    private mutating func examine(
        _ packet: Span<UInt8>, _ range: Range<Int>, _ passage: SIPPassage, at now: Timestamp
    ) throws(Refusal) {
        counters.sip.messages &+= 1
        let reading: SIPReading
        do throws(SIPError) {
            reading = try read(packet, in: range)
        } catch {
            throw refuse("\(error)", summary("?", isRequest: true, nil, passage), at: now)
        }
        let message = reading.message
        let callID = message.callID.map { TFTPTransfer.text(message.bytes.span, $0.prefix(128)) }
        let summary = summary(message.name, isRequest: message.isRequest, callID, passage)
        guard inspect(message, summary, from: .packet(passage), at: now) else { throw Refusal(.inspectionFailed) }
        guard let facts = reading.facts else {
            throw refuse("a header that every message has can not be read", summary, at: now)
        }
        sipPending.append(
            PendingSIPMessage(message: message, facts: facts, summary: summary, passage: passage, range: range))
    }

    private mutating func read(_ packet: Span<UInt8>, in range: Range<Int>) throws(SIPError) -> SIPReading {
        if let known = sipReading, known.isOf(packet.extracting(range)) { return known }
        return SIPReading(try SIPMessage.read(packet, in: range))
    }

    private mutating func refuse(_ why: String, _ summary: SIPMessageSummary, at now: Timestamp) -> Refusal {
        counters.sip.malformed &+= 1
        counters.sip.dropped &+= 1
        events.append(.sip(.dropped(summary, why)), at: now)
        return Refusal(.inspectionFailed)
    }

    private func summary(
        _ name: String, isRequest: Bool, _ callID: String?, _ passage: SIPPassage
    ) -> SIPMessageSummary {
        SIPMessageSummary(
            name: name, isRequest: isRequest, source: passage.source, sourceInterface: passage.ingress,
            destination: passage.realDestination, destinationInterface: passage.egress, callID: callID)
    }

    // MARK: Passing

    /// Lets what ``examineSIP(_:_:_:at:)`` found go on, changed as its receiver needs it, once its packet has a flow and the
    /// addresses that it leaves with.
    @inline(never)
    mutating func passSIP(
        _ packet: inout MutableSpan<UInt8>, _ headers: PacketHeaders, _ verdict: Verdict, at now: Timestamp
    ) -> Verdict {
        let pending = sipPending
        sipPending.removeAll(keepingCapacity: true)
        if headers.tcp == nil, let place = verdict.flow.flatMap({ flows.place($0) }) {
            flows.setIdleLimit(place, seconds: max(timeouts.udp, timeouts.sip))
        }
        var edits: [ByteEdit] = []
        for message in pending {
            guard let changed = pass(message, at: now) else { return refuse(verdict, .inspectionFailed) }
            if changed == message.message.bytes { continue }
            let place = message.range.lowerBound - headers.payload.lowerBound
            edits.append(ByteEdit(place..<place + message.range.count, changed))
        }
        if edits.isEmpty { return verdict }
        let payload = ByteEdit.apply(edits, to: packet.span.bytes(in: headers.payload))
        if let tcp = headers.tcp, edits.contains(where: { $0.growth != 0 }) {
            guard let place = verdict.flow.flatMap({ flows.place($0) }),
                shift(edits, tcp, place, fromInitiator: verdict.isFromInitiator)
            else {
                // The connection's numbers would not fit any more: it goes on as it is.
                counters.sip.notTranslated &+= 1
                return verdict
            }
        }
        return put(payload, into: &packet, headers, verdict)
    }

    private mutating func pass(_ pending: PendingSIPMessage, at now: Timestamp) -> [UInt8]? {
        let (message, passage) = (pending.message, pending.passage)
        var editor = SIPEditor(message)
        if case .drop(let why) = followPassing(pending, &editor, at: now) {
            counters.sip.dropped &+= 1
            events.append(.sip(.dropped(pending.summary, why)), at: now)
            return nil
        }
        mask(message, pending.summary, classifier.sipPolicies[Int(passage.policy)], &editor, at: now)
        var translator = PassingTranslator(names: names(passage), transport: passage.transport, editor: editor)
        guard hideAddresses(&translator, passage) else {
            counters.sip.dropped &+= 1
            events.append(.sip(.dropped(pending.summary, Self.viaTooLong)), at: now)
            return nil
        }
        translator.translate()
        do throws(SIPError) {
            let changed = try translator.editor.finished(on: passage.carrier)
            if tellsOfMessages { events.append(.sip(.passed(pending.summary)), at: now) }
            return changed
        } catch {
            counters.sip.dropped &+= 1
            events.append(.sip(.dropped(pending.summary, "\(error)")), at: now)
            return nil
        }
    }

    static var viaTooLong: String { "a Via that is to be hidden is too long" }

    /// `ip-address-privacy`; `false`: the message must not go on.
    private mutating func hideAddresses(_ translator: inout PassingTranslator, _ passage: SIPPassage) -> Bool {
        guard classifier.sipPolicies[Int(passage.policy)].hidesAddresses else { return true }
        guard isGuarded(passage) else {
            translator.settledVias = restoreVias(&translator.editor, behind: passage.destination.address)
            return true
        }
        let cover = passage.seenSource.address
        translator.cover = cover
        let names = translator.names
        let hidden = hideVias(&translator.editor, behind: cover) { address in
            let endpoint = Endpoint(address, SIPViews.clearPort)
            return address != cover && names.isHere(endpoint, passage.transport)
                && names.name(of: endpoint, passage.transport) == nil
        }
        translator.settledVias = hidden ?? []
        return hidden != nil
    }

    /// Whether a message goes from a more trusted side to a less trusted one.
    private func isGuarded(_ passage: SIPPassage) -> Bool {
        let levels = configuration.interfaces.map(\.securityLevel)
        let (from, to) = (Int(passage.ingress.rawValue), Int(passage.egress.rawValue))
        return levels.indices.contains(from) && levels.indices.contains(to) && levels[from] > levels[to]
    }

    func names(_ passage: SIPPassage) -> HostNames {
        HostNames(ingress: passage.ingress, egress: passage.egress, translations: translations, routes: routes)
    }

    /// Gives the packet another payload. Where that is longer or shorter, another packet goes on in its place:
    /// ``takeReplacement()``.
    private mutating func put(
        _ payload: [UInt8], into packet: inout MutableSpan<UInt8>, _ headers: PacketHeaders, _ verdict: Verdict
    ) -> Verdict {
        var verdict = verdict
        if payload.count == headers.payload.count {
            PayloadRewrite.replace(&packet, headers.ip, headers.payload, with: payload)
            verdict.isRewritten = true
            return verdict
        }
        if headers.tcp != nil {
            guard replaceSegment(packet.span, headers, with: payload, verdict) else {
                return refuse(verdict, .inspectionFailed)
            }
        } else {
            identification &+= 1
            guard
                let changed = PayloadRewrite.udp(
                    packet.span, headers.ip, with: payload, identification: identification)
            else { return refuse(verdict, .inspectionFailed) }
            replacement = changed
        }
        verdict.isRewritten = true
        verdict.isReplaced = true
        return verdict
    }
}

extension SIPMessage {
    /// `INVITE`, or of a response `200`.
    var name: String { status.map(String.init) ?? requestLine.map { text($0.methodName) } ?? "" }
}
