import Wire

/// Calls, by the numbers that the server gives them.
extension SkinnyPhone {
    func call(_ number: String) {
        guard isIdle else { return }
        dial(.call(number))
    }

    /// Takes the receiver off, or dials at once; the server answers with a call's number.
    func dial(_ purpose: SkinnyCall.Purpose) {
        wanted = purpose
        dialled += 1
        let attempt = dialled
        if case .call(let number) = purpose, settings.actions.dialsAtOnce {
            var writer = SkinnyAnswers.number(number, version: version)
            writer.number(1)
            send(.enblocCall, writer.bytes)
        } else {
            send(.offHook, version < 5 ? [] : SkinnyKeys.body(1, 0))
        }
        loop.after(callSettings.timeout) { [weak self] in
            guard let self, wanted != nil, attempt == dialled else { return }
            wanted = nil
            report(refused: purpose, "no dial tone")
        }
    }

    /// A call that never got a number.
    func report(refused purpose: SkinnyCall.Purpose, _ outcome: String) {
        guard case .call(let number) = purpose else { return }
        var report = CallReport(callID: "none", user: user, peer: number, isCaller: true)
        report.outcome = outcome
        reported(report)
    }

    func takeInCall(_ kind: SkinnyKind, _ body: SkinnyReader, layout: UInt32) {
        switch kind {
        case .callState: changed(SkinnyCallStateChange(body))
        case .openReceiveChannel:
            let open = OpenReceiveChannel(body)
            remember(open.key)
            call(of: open.stream)?.open(open)
        case .startMediaTransmission:
            let start = StartMediaTransmission(body)
            remember(start.key)
            call(of: start.stream)?.transmit(start)
        case .closeReceiveChannel:
            let end = ChannelEnd(body)
            for call in calls.values { call.media.close(end.stream) }
        case .stopMediaTransmission:
            let end = ChannelEnd(body)
            for call in calls.values { call.media.stop(end.stream) }
        case .connectionStatisticsReq: sendStatistics(body)
        default: break
        }
    }

    private func changed(_ change: SkinnyCallStateChange) {
        guard let state = SkinnyCallState(rawValue: change.state) else { return }
        if let call = calls[change.callReference] { return call.changed(to: state) }
        let purpose: SkinnyCall.Purpose
        var begun = loop.now
        switch state {
        case .offHook:
            guard let wanted else { return }
            purpose = wanted
            begun = wantedSince
            self.wanted = nil
        case .ringIn, .callWaiting: purpose = .answer
        default: return
        }
        let call = SkinnyCall(self, change.callReference, purpose, since: begun)
        calls[change.callReference] = call
        call.changed(to: state)
    }

    /// Before version 5 the media messages name no call: it is the one that was begun last. What belongs to no call that is
    /// known, such as a recorder's leg, belongs to that one, too. One that is on hold may get media before its state, and is
    /// then known by its conference, as with Asterisk.
    private func call(of stream: SkinnyStream) -> SkinnyCall? {
        calls[stream.callReference] ?? calls.values.filter { !$0.isHeld }.max { $0.callReference < $1.callReference }
            ?? calls[stream.conference]
    }

    private func remember(_ block: SkinnyKey.Block) {
        guard let key = block.key else { return }
        if !keys.insert(key.bytes).inserted { keysRepeated += 1 }
    }

    func ended(_ call: SkinnyCall) {
        guard calls[call.callReference] === call else { return }
        calls[call.callReference] = nil
        reported(call.report)
    }

    func endCalls(_ outcome: String) {
        if let wanted {
            self.wanted = nil
            report(refused: wanted, outcome)
        }
        for call in calls.values { call.finish(outcome) }
    }

    /// What came and went, as the server asks after each call. The number's field grew with version 18, and version 22 packs.
    private func sendStatistics(_ request: SkinnyReader) {
        let isLong = request.bytes.count >= 36
        let field = isLong ? 28 : 24
        let callReference = request.number(at: field)
        let report = calls[callReference]?.reportSoFar
        var writer = SkinnyWriter()
        writer.text(request.text(at: 0, field), field)
        writer.number(callReference)
        let packs = version >= 22
        if packs {
            writer.raw([UInt8(truncatingIfNeeded: request.number(at: field + 4))])
        } else {
            writer.number(request.number(at: field + 4))
        }
        let frame = ToneFrames.frameBytes
        let sent = report?.counts.sent ?? 0
        let received = report?.reception.received ?? 0
        for value in [sent, sent * frame, received, received * frame, report?.reception.lost ?? 0, 0, 0] {
            writer.number(UInt32(clamping: value))
        }
        let text = "MLQK=4.5;MLQKav=4.5"
        writer.number(UInt32(text.utf8.count))
        writer.text(text, packs ? text.utf8.count + 1 : 600)
        send(.connectionStatisticsRes, packs ? writer.bytes.dropLast() : writer.bytes)
    }
}
