import Wire

/// From what was agreed on to what the media hand is ordered.
extension Engine {
    public var hasMediaOrders: Bool { !mediaOrders.isEmpty }

    /// What the media hand is to do, in order.
    public mutating func takeMediaOrders() -> [MediaOrder] {
        defer { mediaOrders = [] }
        return mediaOrders
    }

    /// Takes what the media hand has to tell. A report of a session that is over changes nothing.
    public mutating func take(_ report: MediaReport, at now: Timestamp) {
        expire(now)
        switch report {
        case .peerLearned(let session, let isPhone, let peer):
            learn(session, isPhone: isPhone, peer, at: now)
        case .idle(let session):
            guard let place = calls.line(of: session) else { return }
            calls[place.call]?.isMediaIdle = true
            events.append(.media(.idle(callSummary(place.call), session)), at: now)
        case .statistics(let session, let phone, let far, let idle):
            guard let place = calls.line(of: session) else { return }
            calls[place.call]?.lines[place.line]?.phoneStatistics = phone
            calls[place.call]?.lines[place.line]?.farStatistics = far
            let limit = calls[place.call]?.mediaIdleLimit ?? timeouts.sipMedia
            if idle < Double(limit) { calls[place.call]?.isMediaIdle = false }
        case .failed(let session, let reason):
            counters.media.sessionsFailed &+= 1
            guard let place = calls.line(of: session) else { return }
            events.append(.media(.failed(callSummary(place.call), session, reason)), at: now)
        }
    }

    private mutating func learn(_ session: MediaSessionID, isPhone: Bool, _ peer: Endpoint, at now: Timestamp) {
        guard let place = calls.line(of: session) else { return }
        if isPhone {
            calls[place.call]?.lines[place.line]?.phoneStatistics.learned = peer
        } else {
            calls[place.call]?.lines[place.line]?.farStatistics.learned = peer
        }
        calls[place.call]?.isMediaIdle = false
        events.append(.media(.peerLearned(callSummary(place.call), session, peer)), at: now)
    }

    /// The lines of other phones that a call's lines meet in the box.
    func partners(of id: SlabID) -> [CallTable.LinePlace] {
        (calls[id]?.lines ?? []).compactMap { line in
            line?.far.terms?.peer.flatMap { calls.line(at: $0) }
        }
    }

    /// Sees to it that every line of a call has the session that it should have, and so those that it meets, or met
    /// before.
    mutating func settleMedia(of id: SlabID, _ before: [CallTable.LinePlace] = [], at now: Timestamp) {
        let own = (calls[id]?.lines ?? []).indices.map { CallTable.LinePlace(call: id, line: $0) }
        var places = own
        for place in partners(of: id) + before where !places.contains(place) { places.append(place) }
        // What is over is ended before what takes its ports begins.
        for place in places { settle(place, ending: true, at: now) }
        for place in places { settle(place, ending: false, at: now) }
    }

    private mutating func settle(_ place: CallTable.LinePlace, ending: Bool, at now: Timestamp) {
        guard let line = calls[place.call]?.lines[place.line] else { return }
        let wanted = wantedSession(place, line)
        if ending {
            if let issued = line.issued, wanted.map({ !Self.hasSamePorts($0, issued) }) ?? true {
                closeSession(place, at: now)
            }
            return
        }
        guard var wanted else { return }
        if let issued = line.issued {
            wanted.id = issued.id
            guard wanted != issued else { return }
            calls[place.call]?.lines[place.line]?.issued = wanted
            mediaOrders.append(.update(wanted))
            events.append(.media(.changed(callSummary(place.call), wanted)), at: now)
        } else {
            mediaSessionsMade += 1
            wanted.id = MediaSessionID(mediaSessionsMade)
            calls[place.call]?.lines[place.line]?.issued = wanted
            calls[place.call]?.isMediaIdle = false
            calls.enter(place, of: wanted.id)
            counters.media.sessionsOpened &+= 1
            mediaOrders.append(.open(wanted))
            events.append(.media(.created(callSummary(place.call), wanted)), at: now)
        }
    }

    private static func hasSamePorts(_ one: MediaSession, _ other: MediaSession) -> Bool {
        one.phone.local == other.phone.local && one.far.local == other.far.local
    }

    /// The session that a line should have. Two lines of phones that talk to each other through the box have one between
    /// them: the older call's, from phone to phone.
    private func wantedSession(_ place: CallTable.LinePlace, _ line: MediaLine) -> MediaSession? {
        guard line.isOn, let call = calls[place.call] else { return nil }
        var session = MediaSession(
            id: MediaSessionID(0), kind: line.kind, phone: phoneLeg(line, call),
            far: line.leg(.server, on: call.farInterface), idleLimit: call.mediaIdleLimit ?? timeouts.sipMedia)
        guard let peer = line.far.terms?.peer, mediaPorts.address(on: call.farInterface) == peer.address else {
            restrict(&session, line)
            return session
        }
        // Media of the box's own: nothing goes there but through the line that it belongs to.
        guard let partner = calls.line(at: peer), partner != place, let other = calls[partner.call],
            let otherLine = other.lines[partner.line], otherLine.isOn, otherLine.far.terms?.peer == line.farPort,
            MediaPorts.residue(of: line.phonePort.port) == MediaPorts.residue(of: otherLine.phonePort.port),
            call.number < other.number || place.call == partner.call && place.line < partner.line
        else { return nil }
        session.far = phoneLeg(otherLine, other)
        restrict(&session, line)
        return session
    }

    private func phoneLeg(_ line: MediaLine, _ call: Call) -> MediaLeg {
        var leg = line.leg(.phone, on: call.phoneInterface)
        leg.learnsPeer = line.learnsPhone
        return leg
    }

    /// `rtp-conformance enforce-payloadtype`: nothing but what both sides have named.
    private func restrict(_ session: inout MediaSession, _ line: MediaLine) {
        guard enforcesPayloadTypes else { return }
        let types = Set((line.phone.terms?.payloadTypes ?? []) + (line.far.terms?.payloadTypes ?? [])).sorted()
        session.phone.payloadTypes = types
        session.far.payloadTypes = types
    }

    /// Ends the session that a line has ordered.
    private mutating func closeSession(_ place: CallTable.LinePlace, at now: Timestamp) {
        guard let issued = calls[place.call]?.lines[place.line]?.issued else { return }
        calls[place.call]?.lines[place.line]?.issued = nil
        calls.leave(issued.id)
        counters.media.sessionsClosed &+= 1
        mediaOrders.append(.close(issued.id))
        events.append(.media(.closed(callSummary(place.call), issued)), at: now)
    }

    /// Takes a line out of its call, with its session and its ports. Where it had met another phone's, that one's session
    /// is between ports that are gone, too.
    mutating func endLine(_ index: Int, of id: SlabID, at now: Timestamp) {
        guard let line = calls[id]?.lines[index] else { return }
        let place = CallTable.LinePlace(call: id, line: index)
        closeSession(place, at: now)
        if let peer = line.far.terms?.peer, let partner = calls.line(at: peer), partner != place,
            calls[partner.call]?.lines[partner.line]?.issued?.far.local == line.phonePort
        {
            closeSession(partner, at: now)
        }
        calls.leave(line.farPort)
        mediaPorts.give(back: line.phonePort)
        mediaPorts.give(back: line.farPort)
        calls[id]?.lines[index] = nil
    }
}
