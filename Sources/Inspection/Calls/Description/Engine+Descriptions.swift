import Wire

/// Which messages carry an offer or an answer, and of what (RFC 3261 section 13.2.1, RFC 3262 section 5, RFC 3311,
/// RFC 6337).
extension Engine {
    /// Takes the description that a message carries, if it does and if it means media: those of OPTIONS, or of refusals,
    /// only say what somebody could do.
    mutating func followDescription(
        _ facts: SIPFacts, _ id: SlabID?, from side: StreamSide, of stream: SignallingStream,
        _ editor: inout SIPEditor, at now: Timestamp
    ) -> CallDecision {
        let methods: [SIPMethod] = [.invite, .ack, .prack, .update]
        guard methods.contains(facts.method), facts.isRequest || facts.status ?? 0 < 300 else { return .pass }
        let sdp: SDP
        do {
            guard let found = try Self.description(of: editor.message) else { return .pass }
            sdp = found
        } catch {
            counters.sip.malformed &+= 1
            return facts.isRequest && facts.method != .ack
                ? .reply(.unsupportedMediaType) : .drop("its description can not be read: \(error)")
        }
        guard let id, let role = role(facts, id, from: side) else {
            // Nobody can have agreed to it: the other side is told so.
            refuseAll(sdp, from: side, of: stream, &editor)
            return .pass
        }
        let context = DescriptionContext(
            call: id, side: side, key: role.key, isRequest: facts.isRequest,
            demand: demand(on: side, stream), offersSecure: isSecure(side.other, stream))
        do throws(DescriptionRefusal) {
            if role.isOffer {
                try offer(sdp, context, &editor.edits, at: now)
            } else {
                try answer(sdp, context, &editor.edits, at: now)
            }
            return .pass
        } catch {
            return refuse(error, facts, stream, at: now)
        }
    }

    /// The one description in a message's body; two would leave it open which one counts.
    static func description(of message: SIPMessage) throws -> SDP? {
        guard try message.sdpPart() != nil else { return nil }
        let parts = try message.bodyParts().filter(\.isSDP)
        guard parts.count == 1, let part = parts.first, !part.isEncoded else {
            throw SIPError(.multipartMalformed, at: message.body.lowerBound)
        }
        return try SDP.read(message.bytes, in: part.content)
    }

    /// Whether it is an offer, and of which exchange; `nil` where it answers nothing.
    func role(
        _ facts: SIPFacts, _ id: SlabID, from side: StreamSide
    ) -> (key: MediaExchange.Key, isOffer: Bool)? {
        guard let call = calls[id] else { return nil }
        let key = MediaExchange.Key(
            requester: facts.requester(from: side), method: facts.method, sequence: facts.sequence)
        guard facts.isRequest else {
            if let known = call.exchanges.first(where: { $0.key == key }) { return (key, known.offerer == side) }
            return facts.method == .invite ? (key, true) : nil
        }
        switch facts.method {
        case .ack:
            let known = call.exchanges.last {
                $0.offerer == side.other && $0.key.method == .invite && $0.key.sequence == facts.sequence
            }
            return known.map { ($0.key, false) }
        case .prack:
            if let open = call.exchanges.last(where: { $0.offerer == side.other && !$0.isAnswered }) {
                return (open.key, false)
            }
            return (key, true)
        default: return (key, true)
        }
    }

    /// Phones' media is always protected, save that of a CIPC where the configuration asks no more of those
    /// (`cipc security-mode authenticated`).
    private func isSecure(_ side: StreamSide, _ stream: SignallingStream) -> Bool {
        side == .phone ? !stream.isAuthenticatedOnly : services.isMixed
    }

    private func demand(on side: StreamSide, _ stream: SignallingStream) -> MediaDemand {
        side == .phone
            ? MediaDemand(mustBeSecure: !stream.isAuthenticatedOnly, knownAddress: stream.phone.address)
            : MediaDemand(mustBeSecure: false)
    }

    private mutating func refuse(
        _ refusal: DescriptionRefusal, _ facts: SIPFacts, _ stream: SignallingStream, at now: Timestamp
    ) -> CallDecision {
        switch refusal {
        case .noPort:
            counters.media.portsExhausted &+= 1
            events.append(
                .mediaPortsExhausted(
                    mediaPorts.address(on: stream.interface), client: stream.phone, interface: stream.interface),
                at: now)
            return facts.isRequest && facts.method != .ack
                ? .reply(.serviceUnavailable) : .drop("no media port is left")
        case .notAcceptable:
            return facts.isRequest && facts.method != .ack
                ? .reply(.notAcceptableHere) : .drop("its media can not be carried")
        case .malformed:
            return facts.isRequest && facts.method != .ack
                ? .reply(.notAcceptableHere) : .drop("its description fits to nothing")
        }
    }

    private func refuseAll(_ sdp: SDP, from side: StreamSide, of stream: SignallingStream, _ editor: inout SIPEditor) {
        let interface = side == .phone ? stream.service.serverInterface : stream.interface
        if let address = mediaPorts.address(on: interface) { editor.edits.setAddresses(of: sdp, to: address) }
        editor.edits.removePrivate(of: sdp)
        let isSecure = isSecure(side.other, stream)
        for media in sdp.media {
            editor.edits.refuse(media, as: isSecure ? media.profile.secured : media.profile.plain)
        }
    }
}
