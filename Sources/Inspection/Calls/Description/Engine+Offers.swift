import Wire

/// Why a description is not passed on.
enum DescriptionRefusal: Error {
    /// No port is left, or media can not end on that side at all: 337008.
    case noPort
    /// None of its lines can be carried.
    case notAcceptable
    /// More lines than a call may have, or an answer to nothing.
    case malformed
}

/// Whose description it is, and in which transaction.
struct DescriptionContext {
    var call: SlabID
    var side: StreamSide
    var key: MediaExchange.Key
    /// A request can be refused; a response can not.
    var isRequest: Bool
    var demand: MediaDemand
    /// The other side is to be offered SRTP.
    var offersSecure: Bool
}

/// Offers (RFC 3264 section 5): each side of a call offers to the box, and the box to the other side.
///
/// A line that is no RTP, or that is not protected where it has to be, is refused: the other side sees it with port 0, and
/// so does the offerer in the answer. T.38 and other data go that way on a secure phone's calls, since nothing protects
/// them.
extension Engine {
    mutating func offer(
        _ sdp: SDP, _ context: DescriptionContext, _ edits: inout EditList, at now: Timestamp
    ) throws(DescriptionRefusal) {
        guard let call = calls[context.call] else { return }
        guard sdp.media.count <= Call.lineLimit else { throw .malformed }
        let other = context.side.other
        guard let address = mediaPorts.address(on: other == .phone ? call.phoneInterface : call.farInterface) else {
            throw .noPort
        }
        var outcomes: [MediaExchange.Outcome] = []
        for (index, media) in sdp.media.enumerated() {
            outcomes.append(try consider(media, sdp, index, context, at: now))
        }
        let isNothing = !outcomes.contains { if case .on = $0 { true } else { false } }
        let isRefused = outcomes.contains { if case .refused = $0 { true } else { false } }
        if isNothing, isRefused, context.isRequest { throw .notAcceptable }
        keep(MediaExchange(key: context.key, offerer: context.side, lines: outcomes), of: context.call)
        edits.setAddresses(of: sdp, to: address)
        edits.removePrivate(of: sdp)
        for (index, media) in sdp.media.enumerated() {
            writeOffer(media, sdp, index, outcomes[index], context, &edits)
        }
    }

    mutating func keep(_ exchange: MediaExchange, of id: SlabID) {
        var exchanges = calls[id]?.exchanges ?? []
        exchanges.removeAll { $0.key == exchange.key }
        if exchanges.count >= Call.exchangeLimit { exchanges.removeFirst() }
        calls[id]?.exchanges = exchanges + [exchange]
    }

    /// Decides about one line, and sees to its ports.
    private mutating func consider(
        _ media: SDPMedia, _ sdp: SDP, _ index: Int, _ context: DescriptionContext, at now: Timestamp
    ) throws(DescriptionRefusal) -> MediaExchange.Outcome {
        if media.port == 0 { return .off(media.profile) }
        guard let terms = MediaTerms(media, sdp, context.demand) else {
            counters.media.linesRefused &+= 1
            events.append(.media(.lineRefused(callSummary(context.call), media.profile)), at: now)
            return .refused
        }
        try findPorts(index, MediaSession.Kind(media.kind), context, meeting: terms.peer, at: now)
        return .on(terms)
    }

    /// A line keeps its ports as long as its call lives, unless it is to meet one whose ports another worker has.
    private mutating func findPorts(
        _ index: Int, _ kind: MediaSession.Kind, _ context: DescriptionContext, meeting peer: Endpoint?,
        at now: Timestamp
    ) throws(DescriptionRefusal) {
        guard let call = calls[context.call] else { return }
        let partner = context.side == .server ? peer.flatMap { calls.line(at: $0) } : nil
        let wanted = partner.flatMap { calls[$0.call]?.lines[$0.line] }
            .map { MediaPorts.residue(of: $0.phonePort.port) }
        if call.lines.indices.contains(index), let line = call.lines[index] {
            guard let wanted, wanted != MediaPorts.residue(of: line.phonePort.port) else { return }
            endLine(index, of: context.call, at: now)
        }
        guard let ports = mediaPorts.take(call.phoneInterface, call.farInterface, of: wanted) else { throw .noPort }
        while (calls[context.call]?.lines.count ?? 0) <= index { calls[context.call]?.lines.append(nil) }
        calls[context.call]?.lines[index] = MediaLine(kind: kind, phonePort: ports.first, farPort: ports.second)
        calls.enter(CallTable.LinePlace(call: context.call, line: index), at: ports.second)
    }

    private mutating func writeOffer(
        _ media: SDPMedia, _ sdp: SDP, _ index: Int, _ outcome: MediaExchange.Outcome, _ context: DescriptionContext,
        _ edits: inout EditList
    ) {
        let other = context.side.other
        switch outcome {
        case .off(let profile):
            edits.refuse(media, as: context.offersSecure ? profile.secured : profile.plain)
        case .refused: edits.refuse(media, as: nil)
        case .on(let terms):
            guard let line = calls[context.call]?.lines[index] else { return }
            var profile = terms.profile.plain ?? terms.profile
            var keys: [OwnKey] = []
            if context.offersSecure {
                profile = terms.profile.secured ?? terms.profile
                keys = offeredKeys(toward: line[other])
                calls[context.call]?.lines[index]?[other].ownKeys = keys
            }
            edits.carry(media, of: sdp, at: line.port(other).port, as: profile, keys: keys)
        }
    }

    /// What the box offers, in order of preference. A key in use stays.
    private mutating func offeredKeys(toward side: MediaLine.Side) -> [OwnKey] {
        let suites: [SRTPSuite] = [.aesCM128HMACSHA1x80, .aesCM128HMACSHA1x32]
        var keys: [OwnKey] = []
        for (place, suite) in suites.enumerated() {
            let known =
                side.sends?.suite == suite
                ? side.sends : side.ownKeys.first { $0.protection.suite == suite }?.protection
            guard let protection = known ?? makeKey(suite) else { continue }
            keys.append(OwnKey(tag: UInt32(place + 1), protection: protection))
        }
        return keys
    }

    /// A new master key; never `nil`, as the length is the suite's.
    mutating func makeKey(_ suite: SRTPSuite) -> MediaProtection? {
        SRTPMasterKey(keySource.bytes(suite.keyLength + suite.saltLength), for: suite)
            .map { MediaProtection(suite: suite, key: $0) }
    }
}
