import Wire

/// What becomes of a message, after its call has been looked at.
enum CallDecision {
    case pass
    /// The box answers itself, and nothing goes on.
    case reply(SIPReply)
    /// In words for `debug sip`.
    case drop(String)
}

/// Calls as their messages tell them: dialogs, forks, transfers, and how they end.
extension Engine {
    /// Calls of one stream at a time: no phone has more lines.
    static var callsPerStream: Int { 64 }

    /// Follows the call that a message belongs to, and changes its description for the side that it goes to. Nothing
    /// changes in the message where the answer is not to pass it.
    mutating func followCall(
        _ facts: SIPFacts, from side: StreamSide, of stream: SignallingStream, _ editor: inout SIPEditor,
        at now: Timestamp
    ) -> CallDecision {
        var id = findCall(facts, from: side, of: stream)
        if id == nil, facts.isRequest, facts.method == .invite {
            id = beginCall(facts, from: side, of: stream, at: now)
            if id == nil {
                counters.sip.callsOverLimit &+= 1
                return .reply(.serviceUnavailable)
            }
        }
        if let id {
            calls[id]?.lastSeen = now
            take(id, over: stream.id)
        }
        let decision = followDescription(facts, id, from: side, of: stream, &editor, at: now)
        guard case .pass = decision else {
            // An invitation that is not passed on is none.
            if let id, calls[id]?.answered == nil, facts.method == .invite { endCall(id, .failed, at: now) }
            return decision
        }
        if let id {
            if facts.isRequest {
                followRequest(facts, id, from: side, at: now)
            } else {
                followResponse(facts, id, from: side, at: now)
            }
        }
        return .pass
    }

    // MARK: Finding and making

    /// A call is found over its own stream, and over another one of the same phone, which has come back.
    private func findCall(_ facts: SIPFacts, from side: StreamSide, of stream: SignallingStream) -> SlabID? {
        let (phoneTag, farTag) = (facts.phoneTag(from: side), facts.farTag(from: side))
        return calls.calls(of: facts.callID).first { id in
            guard let call = calls[id], call.matches(phoneTag: phoneTag, farTag: farTag) else { return false }
            if call.stream == stream.id { return true }
            return call.phoneInterface == stream.interface && call.phoneAddress == stream.phone.address
                && call.device == stream.device && call.device != nil
        }
    }

    private mutating func beginCall(
        _ facts: SIPFacts, from side: StreamSide, of stream: SignallingStream, at now: Timestamp
    ) -> SlabID? {
        guard stream.calls.count < Self.callsPerStream else { return nil }
        var call = Call(
            number: calls.nextNumber(), callID: facts.callID, phoneIsCaller: side == .phone, stream: stream.id,
            device: stream.device, phoneAddress: stream.phone.address, phoneInterface: stream.interface,
            farInterface: stream.service.serverInterface, from: facts.from, to: facts.to,
            phoneTag: facts.phoneTag(from: side), started: now, lastSeen: now,
            deadline: deadline(timeouts.sipInvite, from: now))
        if let tag = facts.farTag(from: side) { call.add(farTag: tag) }
        guard let id = calls.add(call) else { return nil }
        streams[stream.id]?.calls.append(id)
        counters.sip.callsBegun &+= 1
        if let summary = callSummary(id) { events.append(.sip(.callBegan(summary)), at: now) }
        return id
    }

    /// The phone speaks of a call over another stream than before.
    private mutating func take(_ id: SlabID, over stream: StreamID) {
        guard let call = calls[id], call.stream != stream else { return }
        if let old = call.stream { streams[old]?.calls.removeAll { $0 == id } }
        calls[id]?.stream = stream
        streams[stream]?.calls.append(id)
    }

    /// A timeout of 0 means never, as on the ASA.
    func deadline(_ seconds: Int, from now: Timestamp) -> Timestamp {
        now.adding(seconds: seconds > 0 ? seconds : 315_360_000)
    }

    // MARK: The state

    mutating func followRequest(
        _ facts: SIPFacts, _ id: SlabID, from side: StreamSide, at now: Timestamp
    ) {
        guard let call = calls[id] else { return }
        switch facts.method {
        case .bye:
            guard isOfDialog(facts, call, from: side) else { return }
            calls[id]?.state = .ending
            calls.wake(id, at: deadline(timeouts.sipDisconnect, from: now))
        case .cancel where call.answered == nil:
            calls[id]?.state = .ending
            calls.wake(id, at: deadline(timeouts.sipDisconnect, from: now))
        case .invite where call.answered == nil && !call.phoneIsCaller: calls[id]?.branches &+= 1
        default:
            if call.state == .active { calls.wake(id, at: deadline(timeouts.sip, from: now)) }
        }
    }

    /// A fork's further branches have ends of their own, which are not the call's (RFC 3261 section 13.2.2.4).
    private func isOfDialog(_ facts: SIPFacts, _ call: Call, from side: StreamSide) -> Bool {
        guard let confirmed = call.confirmedTag, let tag = facts.farTag(from: side) else { return true }
        return tag == confirmed
    }

    mutating func followResponse(
        _ facts: SIPFacts, _ id: SlabID, from side: StreamSide, at now: Timestamp
    ) {
        guard let call = calls[id], let status = facts.status else { return }
        switch facts.method {
        case .invite: followInviteResponse(facts, status, id, call, from: side, at: now)
        case .bye where status >= 200 && status != 401 && status != 407:
            if isOfDialog(facts, call, from: side) { endCall(id, .bye, at: now) }
        case .update, .prack:
            if status >= 300 { forgetExchange(facts, id, from: side) }
        default: break
        }
    }

    private mutating func followInviteResponse(
        _ facts: SIPFacts, _ status: UInt16, _ id: SlabID, _ call: Call, from side: StreamSide, at now: Timestamp
    ) {
        if let tag = facts.farTag(from: side) { calls[id]?.add(farTag: tag) }
        let phoneTag = facts.phoneTag(from: side)
        if call.phoneTag == nil || status / 100 == 2 && call.answered == nil { calls[id]?.phoneTag = phoneTag }
        switch status {
        case ..<200:
            guard call.answered == nil, call.state != .ending else { return }
            if status > 100 { calls[id]?.state = .early }
            let patience = call.lines.contains { $0?.issued != nil } ? timeouts.sipProvisionalMedia : 0
            calls.wake(id, at: deadline(max(timeouts.sipInvite, patience), from: now))
        case 200..<300:
            if call.answered == nil {
                calls[id]?.answered = now
                calls[id]?.confirmedTag = facts.farTag(from: side)
                counters.sip.callsAnswered &+= 1
                if let summary = callSummary(id) { events.append(.sip(.callAnswered(summary)), at: now) }
            }
            if isOfDialog(facts, call, from: side) { calls[id]?.state = .active }
            calls.wake(id, at: deadline(timeouts.sip, from: now))
        default:
            guard call.answered == nil else { return forgetExchange(facts, id, from: side) }
            // Of a phone that is called twice at once, one branch's refusal is not the other's.
            calls[id]?.branches &-= 1
            if !call.phoneIsCaller, call.branches > 1 { return }
            endCall(id, call.state == .ending ? .cancelled : .refused, at: now)
        }
    }

    /// An offer was refused: all stays as it was before.
    private mutating func forgetExchange(_ facts: SIPFacts, _ id: SlabID, from side: StreamSide) {
        let key = MediaExchange.Key(
            requester: facts.requester(from: side), method: facts.method, sequence: facts.sequence)
        calls[id]?.exchanges.removeAll { $0.key == key && !$0.isAnswered }
    }

    // MARK: The end

    mutating func endCall(_ id: SlabID, _ reason: CallEnd, at now: Timestamp) {
        guard let call = calls[id] else { return }
        let summary = callSummary(id)
        let partners = partners(of: id)
        for index in call.lines.indices { endLine(index, of: id, at: now) }
        calls.remove(id)
        endPassing(call, reason, at: now)
        if let stream = call.stream { streams[stream]?.calls.removeAll { $0 == id } }
        for place in partners where calls[place.call] != nil { settleMedia(of: place.call, at: now) }
        if let summary {
            events.append(
                call.isSkinny ? .skinny(.callEnded(summary, reason)) : .sip(.callEnded(summary, reason)), at: now)
        }
    }

    /// A stream is over: its calls go on as long as their media does, or until the phone comes back.
    mutating func orphanCalls(_ ids: [SlabID], at now: Timestamp) {
        for id in ids {
            guard let call = calls[id] else { continue }
            calls[id]?.stream = nil
            calls.wake(
                id, at: deadline(call.state == .active ? timeouts.sipMedia : timeouts.sipDisconnect, from: now))
        }
    }

    mutating func wakeCall(_ id: SlabID, at now: Timestamp) {
        guard let call = calls[id] else { return }
        if call.isSkinny { return wakeSkinnyCall(id, call, at: now) }
        guard call.state == .active else { return endCall(id, call.state == .ending ? .bye : .timeout, at: now) }
        let silence = deadline(timeouts.sip, from: call.lastSeen)
        if call.stream != nil || call.passing != nil, silence > now { return calls.wake(id, at: silence) }
        let hasMedia = call.lines.contains { $0?.issued != nil } || isMet(call)
        if hasMedia && !call.isMediaIdle || self.hasMedia(call, at: now) {
            // Whoever still talks is not cut off.
            calls.wake(id, at: now.adding(seconds: max(1, timeouts.sipMedia)))
        } else {
            endCall(id, .timeout, at: now)
        }
    }

    /// Whether a call's media goes through the session of the other phone's.
    private func isMet(_ call: Call) -> Bool {
        call.lines.contains { line in
            guard let line, let peer = line.far.terms?.peer, let place = calls.line(at: peer),
                let other = calls[place.call], other.lines[place.line]?.issued?.far.local == line.phonePort
            else { return false }
            return !other.isMediaIdle
        }
    }

    /// `clear sip`, `clear skinny`: ends one call in the box, or all; how many that were.
    public mutating func clearCalls(_ number: UInt64? = nil, at now: Timestamp) -> Int {
        let ids = calls.ids.filter { number == nil || calls[$0]?.number == number }
        for id in ids { endCall(id, .cleared, at: now) }
        return ids.count
    }
}
