import Wire

/// Answers (RFC 3264 section 6): what was offered and what was answered become what the media hand is to do.
extension Engine {
    /// Takes the answer to the exchange `key`. Several may come to one offer, from the branches of a fork or again with
    /// the final response: the last one counts.
    mutating func answer(
        _ sdp: SDP, _ context: DescriptionContext, _ edits: inout EditList, at now: Timestamp
    ) throws(DescriptionRefusal) {
        guard let call = calls[context.call], let place = call.exchanges.firstIndex(where: { $0.key == context.key })
        else { throw .malformed }
        let exchange = call.exchanges[place]
        let offerer = exchange.offerer
        guard let address = mediaPorts.address(on: offerer == .phone ? call.phoneInterface : call.farInterface) else {
            throw .noPort
        }
        edits.setAddresses(of: sdp, to: address)
        edits.removePrivate(of: sdp)
        let partners = partners(of: context.call)
        for (index, media) in sdp.media.enumerated() {
            let outcome = index < exchange.lines.count ? exchange.lines[index] : .refused
            answerLine(media, sdp, index, outcome, context, &edits, at: now)
        }
        for index in exchange.lines.indices.dropFirst(sdp.media.count) { switchOff(index, of: context.call) }
        calls[context.call]?.exchanges[place].isAnswered = true
        settleMedia(of: context.call, partners, at: now)
    }

    private mutating func answerLine(
        _ media: SDPMedia, _ sdp: SDP, _ index: Int, _ outcome: MediaExchange.Outcome, _ context: DescriptionContext,
        _ edits: inout EditList, at now: Timestamp
    ) {
        guard case .on(let offered) = outcome else {
            switchOff(index, of: context.call)
            if case .off(let profile) = outcome { return edits.refuse(media, as: profile) }
            return edits.refuse(media, as: nil)
        }
        guard media.port != 0, let line = calls[context.call]?.lines[index],
            let terms = answeredTerms(media, sdp, line, context)
        else {
            if media.port != 0 {
                counters.media.linesRefused &+= 1
                events.append(.media(.lineRefused(callSummary(context.call), media.profile)), at: now)
            }
            switchOff(index, of: context.call)
            return edits.refuse(media, as: offered.profile)
        }
        let offerer = context.side.other
        let own = answeringKey(offered, line[offerer])
        if isRepeated(context) {
            // Since then offers and answers have come that count more.
            let known = line[offerer].sends.flatMap { sends in offered.tag.map { OwnKey(tag: $0, protection: sends) } }
            return edits.carry(
                media, of: sdp, at: line.port(offerer).port, as: offered.profile, keys: known.map { [$0] } ?? [])
        }
        calls[context.call]?.lines[index]?[offerer].terms = offered
        calls[context.call]?.lines[index]?[offerer].sends = own?.protection
        calls[context.call]?.lines[index]?[context.side].terms = terms
        calls[context.call]?.lines[index]?[context.side].sends = terms.tag.flatMap { tag in
            line[context.side].ownKeys.first { $0.tag == tag }?.protection
        }
        calls[context.call]?.lines[index]?.isOn = true
        edits.carry(
            media, of: sdp, at: line.port(offerer).port, as: offered.profile, keys: own.map { [$0] } ?? [])
    }

    /// Whether the exchange was answered before, and another one after it.
    private func isRepeated(_ context: DescriptionContext) -> Bool {
        guard let exchanges = calls[context.call]?.exchanges,
            let place = exchanges.firstIndex(where: { $0.key == context.key })
        else { return false }
        return exchanges[place].isAnswered && exchanges[(place + 1)...].contains(where: \.isAnswered)
    }

    /// What the answerer says; it has to choose one of the keys that the box offered (RFC 4568 section 5.1.2).
    private func answeredTerms(
        _ media: SDPMedia, _ sdp: SDP, _ line: MediaLine, _ context: DescriptionContext
    ) -> MediaTerms? {
        let offered = line[context.side].ownKeys
        return MediaTerms(media, sdp, context.demand) { crypto in
            offered.contains { $0.tag == crypto.tag && $0.protection.suite == crypto.suite }
        }
    }

    /// The box's key in its answer to an offer. It stays as long as the offerer's own does.
    private mutating func answeringKey(_ offered: MediaTerms, _ side: MediaLine.Side) -> OwnKey? {
        guard let tag = offered.tag, let theirs = offered.key else { return nil }
        if let sends = side.sends, sends.suite == theirs.suite, side.terms?.key == theirs {
            return OwnKey(tag: tag, protection: sends)
        }
        return makeKey(theirs.suite).map { OwnKey(tag: tag, protection: $0) }
    }

    private mutating func switchOff(_ index: Int, of id: SlabID) {
        guard calls[id]?.lines.indices.contains(index) == true else { return }
        calls[id]?.lines[index]?.isOn = false
    }
}
