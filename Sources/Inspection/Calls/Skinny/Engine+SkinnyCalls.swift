import Wire

/// Calls as the server tells of them to one phone: by reference, and by conference where media has references of its own.
extension Engine {
    /// CallState, CallInfo and CallInfoV2.
    mutating func followSkinnyCall(_ message: SkinnyMessage, of stream: SignallingStream, at now: Timestamp) {
        guard let reference = message.number(.callReference), reference != 0 else { return }
        let state = message.number(.callState).flatMap { SkinnyCallState(rawValue: $0) }
        var id = findSkinnyCall(reference, nil, of: stream.id)
        if id == nil, state != .onHook { id = beginSkinnyCall(reference, of: stream.id, at: now) }
        guard let id else { return }
        calls[id]?.lastSeen = now
        if message.id == .callState { return followState(state, id, at: now) }
        let parties = message.parties
        if !parties.calling.isEmpty { calls[id]?.from = Self.text(parties.calling) }
        if !parties.called.isEmpty { calls[id]?.to = Self.text(parties.called) }
        if let type = message.number(.callType) { calls[id]?.phoneIsCaller = type == 2 }
    }

    private mutating func followState(_ state: SkinnyCallState?, _ id: SlabID, at now: Timestamp) {
        switch state {
        case .ringIn, .ringOut:
            if calls[id]?.state == .initiating { calls[id]?.state = .early }
        case .connected:
            calls[id]?.state = .active
            guard calls[id]?.answered == nil else { return }
            calls[id]?.answered = now
            counters.skinny.callsAnswered &+= 1
            if let summary = callSummary(id) { events.append(.skinny(.callAnswered(summary)), at: now) }
        default: return
        }
    }

    /// The call that a message is about: by its reference, or else by a conference that it is known to be in.
    func findSkinnyCall(_ reference: UInt32?, _ conference: UInt32?, of id: StreamID) -> SlabID? {
        guard let stream = streams[id] else { return nil }
        if let reference, reference != 0,
            let found = stream.calls.first(where: { calls[$0]?.skinnyReference == reference })
        {
            return found
        }
        guard let conference, conference != 0 else { return nil }
        return stream.calls.first { place in
            guard let call = calls[place] else { return false }
            return call.skinnyReference == conference
                || call.channels.contains { $0?.conference == conference }
        }
    }

    mutating func beginSkinnyCall(_ reference: UInt32, of id: StreamID, at now: Timestamp) -> SlabID? {
        guard let stream = streams[id] else { return nil }
        guard stream.calls.count < Self.callsPerStream else {
            counters.skinny.callsOverLimit &+= 1
            return nil
        }
        let service = stream.service
        guard !service.isPlain || mayBeginPassing(stream.phone.address) else {
            counters.skinny.callsOverLimit &+= 1
            return nil
        }
        let name = Self.text(stream.skinny.deviceName)
        var call = Call(
            number: calls.nextNumber(), callID: Array("\(name)/\(reference)".utf8), phoneIsCaller: false,
            stream: stream.id, device: stream.device, phoneAddress: stream.phone.address,
            phoneInterface: stream.interface, farInterface: service.serverInterface, from: "", to: "", started: now,
            lastSeen: now, deadline: deadline(service.skinnyPolicy.signallingTimeout, from: now))
        call.skinnyReference = reference
        call.mediaIdleLimit = service.skinnyPolicy.mediaTimeout
        call.signallingIdleLimit = service.skinnyPolicy.signallingTimeout
        if service.isPlain { call.passing = PassingMedia() }
        guard let place = calls.add(call) else {
            counters.skinny.callsOverLimit &+= 1
            return nil
        }
        if service.isPlain { passingCalls[stream.phone.address, default: 0] += 1 }
        streams[id]?.calls.append(place)
        counters.skinny.callsBegun &+= 1
        if let summary = callSummary(place) { events.append(.skinny(.callBegan(summary)), at: now) }
        return place
    }

    /// CallState on hook.
    mutating func endSkinnyCall(_ reference: UInt32?, of id: StreamID, at now: Timestamp) {
        guard let call = findSkinnyCall(reference, nil, of: id) else { return }
        endCall(call, .onHook, at: now)
    }

    /// Looks at a call of which nothing was heard for a while. As long as media goes on, so does it.
    mutating func wakeSkinnyCall(_ id: SlabID, _ call: Call, at now: Timestamp) {
        let silence = deadline(call.signallingIdleLimit, from: call.lastSeen)
        if silence > now { return calls.wake(id, at: silence) }
        if call.lines.contains(where: { $0?.issued != nil }) && !call.isMediaIdle || hasMedia(call, at: now) {
            calls.wake(id, at: now.adding(seconds: max(1, call.mediaIdleLimit ?? 0)))
        } else {
            endCall(id, .timeout, at: now)
        }
    }
}
