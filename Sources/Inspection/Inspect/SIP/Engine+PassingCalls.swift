import Wire

/// Calls whose messages pass in packets: what their descriptions agree on is let through (RFC 3261, RFC 3264).
extension Engine {
    /// Calls that one address may begin, of all that there may be.
    private var passingCallsPerSource: Int { max(1, settings.callLimit / 4) }

    /// Follows the call, the registration and the description that a message belongs to.
    mutating func followPassing(
        _ pending: PendingSIPMessage, _ editor: inout SIPEditor, at now: Timestamp
    ) -> CallDecision {
        let (facts, passage) = (pending.facts, pending.passage)
        var found = findPassing(facts, passage)
        if found == nil, facts.isRequest, facts.method == .invite {
            found = beginPassing(facts, passage, at: now).map { ($0, .phone) }
            if found == nil {
                counters.sip.callsOverLimit &+= 1
                return .drop("there is no room for another call")
            }
        }
        if let found { calls[found.id]?.lastSeen = now }
        let decision = describePassing(pending, found?.id, from: found?.side ?? .phone, &editor, at: now)
        guard case .pass = decision else {
            if let found, calls[found.id]?.answered == nil, facts.method == .invite {
                endCall(found.id, .failed, at: now)
            }
            return decision
        }
        if let found {
            if facts.isRequest {
                followRequest(facts, found.id, from: found.side, at: now)
            } else {
                followResponse(facts, found.id, from: found.side, at: now)
            }
        }
        openSignalling(pending, of: found?.id, at: now)
        return .pass
    }

    // MARK: Finding and making

    /// The call that a message is of, and which side sent it: `phone` is the caller's.
    func findPassing(_ facts: SIPFacts, _ passage: SIPPassage) -> (id: SlabID, side: StreamSide)? {
        for id in calls.calls(of: facts.callID) {
            guard let call = calls[id], call.passing != nil, !call.isSkinny, let requester = requester(facts, call)
            else { continue }
            let side = facts.isRequest ? requester : requester.other
            let comesFrom = side == .phone ? call.phoneInterface : call.farInterface
            if comesFrom == passage.ingress { return (id, side) }
        }
        return nil
    }

    /// Whose request it is, or answers; `nil`: of none of the call's two sides.
    private func requester(_ facts: SIPFacts, _ call: Call) -> StreamSide? {
        if facts.fromTag == call.phoneTag { return .phone }
        guard let tag = facts.fromTag, call.farTags.contains(tag) else { return nil }
        return facts.toTag == call.phoneTag ? .server : nil
    }

    func mayBeginPassing(_ source: IPAddress) -> Bool { passingCalls[source] ?? 0 < passingCallsPerSource }

    private mutating func beginPassing(
        _ facts: SIPFacts, _ passage: SIPPassage, at now: Timestamp
    ) -> SlabID? {
        let source = passage.source.address
        guard mayBeginPassing(source) else { return nil }
        var call = Call(
            number: calls.nextNumber(), callID: facts.callID, phoneIsCaller: true, stream: nil, device: nil,
            phoneAddress: source, phoneInterface: passage.ingress, farInterface: passage.egress, from: facts.from,
            to: facts.to, phoneTag: facts.fromTag, started: now, lastSeen: now,
            deadline: deadline(timeouts.sipInvite, from: now))
        call.passing = PassingMedia()
        if let tag = facts.toTag { call.add(farTag: tag) }
        guard let id = calls.add(call) else { return nil }
        passingCalls[source, default: 0] += 1
        counters.sip.callsBegun &+= 1
        if let summary = callSummary(id) { events.append(.sip(.callBegan(summary)), at: now) }
        return id
    }

    /// A call is over: nothing of its media passes any more.
    mutating func endPassing(_ call: Call, _ reason: CallEnd, at now: Timestamp) {
        guard let passing = call.passing else { return }
        let left = (passingCalls[call.phoneAddress] ?? 1) - 1
        passingCalls[call.phoneAddress] = left > 0 ? left : nil
        for key in passing.holes { release(key, reason == .timeout ? .expired : .done, at: now) }
        for line in passing.lines { closeMedia(line, at: now) }
    }

    // MARK: Descriptions

    /// Takes a message's description, and changes it for whom it is for.
    private mutating func describePassing(
        _ pending: PendingSIPMessage, _ id: SlabID?, from side: StreamSide, _ editor: inout SIPEditor,
        at now: Timestamp
    ) -> CallDecision {
        let facts = pending.facts
        let sdp: SDP
        do {
            guard let found = try Self.description(of: editor.message) else { return .pass }
            sdp = found
        } catch {
            counters.sip.malformed &+= 1
            return .drop("its description can not be read: \(error)")
        }
        var translator = PassingTranslator(
            names: names(pending.passage), transport: pending.passage.transport, editor: editor)
        translator.translate(sdp)
        editor = translator.editor
        let methods: [SIPMethod] = [.invite, .ack, .prack, .update]
        guard let id, methods.contains(facts.method), facts.isRequest || facts.status ?? 0 < 300,
            let role = role(facts, id, from: side)
        else { return .pass }
        guard sdp.media.count <= Call.lineLimit else { return .drop("its description has too many lines") }
        let terms = sdp.media.map { media in media.port == 0 ? nil : MediaTerms(passing: media, sdp) }
        if role.isOffer {
            let lines = zip(terms, sdp.media).map { terms, media in
                terms.map { MediaExchange.Outcome.on($0) } ?? .off(media.profile)
            }
            keep(MediaExchange(key: role.key, offerer: side, lines: lines), of: id)
        } else {
            agree(terms, sdp.media.map(\.kind), role.key, pending, id, from: side, at: now)
        }
        return .pass
    }

    /// An answer: from now on, both sides' media may pass.
    private mutating func agree(
        _ terms: [MediaTerms?], _ kinds: [SDPMedia.Kind], _ key: MediaExchange.Key, _ pending: PendingSIPMessage,
        _ id: SlabID, from side: StreamSide, at now: Timestamp
    ) {
        guard let place = calls[id]?.exchanges.firstIndex(where: { $0.key == key }),
            let offered = calls[id]?.exchanges[place].lines
        else { return }
        calls[id]?.exchanges[place].isAnswered = true
        let before = calls[id]?.passing?.lines ?? []
        var lines: [PassingLine?] = []
        for (index, answered) in terms.enumerated() {
            guard index < offered.count, case .on(let offer) = offered[index], let answered else {
                lines.append(nil)
                continue
            }
            let known = index < before.count ? before[index] : nil
            lines.append(
                PassingLine(
                    kind: MediaSession.Kind(kinds[index]), phone: side == .phone ? answered : offer,
                    far: side == .phone ? offer : answered, rtp: known?.rtp, control: known?.control))
        }
        for (index, line) in before.enumerated() where index >= lines.count || lines[index] == nil {
            closeMedia(line, at: now)
        }
        calls[id]?.passing?.lines = lines
        let policy = classifier.sipPolicies[Int(pending.passage.policy)]
        settlePassing(
            id, MediaDemands(conformance: policy.rtpConformance, message: pending.summary.name), at: now)
    }
}
