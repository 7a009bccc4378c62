import Wire

extension Engine {
    /// Removes what has had its time. Costs two comparisons when nothing is due.
    @inline(__always)
    mutating func expire(_ now: Timestamp) {
        if flows.isTimerDue(now) || pinholes.isTimerDue(now) || fragments.isTimerDue(now) { expireDue(now) }
    }

    private mutating func expireDue(_ now: Timestamp) {
        while let place = pinholes.nextExpired(now) { closePinhole(place, .expired, at: now) }
        while let place = flows.nextExpired(now) {
            let reason: FlowEnd =
                switch flows.flows[Int(place)].tcp?.state {
                case .synSent, .synReceived: .embryonic
                case .closing: .finished
                default: .idle
                }
            end(place, reason, at: now)
        }
        let failed = fragments.expire(now)
        if failed > 0 { dropHeld(failed) }
    }

    /// Forgets a flow and says why.
    mutating func end(_ place: UInt32, _ reason: FlowEnd, at now: Timestamp) {
        let summary = flows.summary(place)
        leaveTransfer(place, at: now)
        flows.remove(place)
        events.append(.flowEnded(summary, reason), at: now)
    }

    /// Takes back a flow that was added and then refused.
    mutating func discard(_ place: UInt32) { flows.remove(place) }

    mutating func closePinhole(_ place: UInt32, _ reason: PinholeEnd, at now: Timestamp) {
        let summary = pinholes.summary(place)
        let pinhole = pinholes.pinholes[Int(place)]
        pinholes.close(place)
        if reason == .expired, pinhole.uses == 0 { counters.pinholesExpired += 1 }
        if transfers.details.indices.contains(Int(pinhole.session)),
            transfers.details[Int(pinhole.session)].pinhole == place
        {
            transfers.details[Int(pinhole.session)].pinhole = nil
        }
        events.append(.pinholeClosed(summary, reason), at: now)
    }

    /// Fragments that were held are now dropped.
    mutating func dropHeld(_ packets: Int) {
        counters.held &-= UInt64(packets)
        counters.drop(.fragmentReassemblyFailed, packets: UInt64(packets))
    }

    /// The end of a recording: what waits will not come any more.
    public mutating func finish(at now: Timestamp) {
        let failed = fragments.removeAll()
        if failed > 0 { dropHeld(failed) }
        for place in flows.places { leaveTransfer(place, at: now) }
    }

    /// `clear conn`: forgets all flows, and with them pinholes and transfers.
    public mutating func clearFlows(at now: Timestamp) -> Int {
        let places = flows.places
        for place in places { end(place, .closed, at: now) }
        return places.count
    }
}
