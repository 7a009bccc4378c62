import Wire

extension Engine {
    /// Removes what has had its time. Costs a few comparisons when nothing is due.
    @inline(__always)
    mutating func expire(_ now: Timestamp) {
        if flows.isTimerDue(now) || pinholes.isTimerDue(now) || fragments.isTimerDue(now) || phoneFiles.isTimerDue(now)
            || phones.isTimerDue(now) || streams.isTimerDue(now) || calls.isTimerDue(now)
        {
            expireDue(now)
        }
    }

    private mutating func expireDue(_ now: Timestamp) {
        while let place = pinholes.nextExpired(now) {
            // A call that holds it says itself when it is over.
            if pinholes.pinholes[Int(place)].holders > 0 {
                pinholes.renew(place, until: deadline(0, from: now))
                continue
            }
            // The flow that came through keeps the transfer alive; the hole has done its part.
            closePinhole(place, pinholes.pinholes[Int(place)].isUsed ? .done : .expired, at: now)
        }
        while let due = phoneFiles.nextDue(now) {
            switch due {
            case .session(let id): wakeSession(id, at: now)
            case .file(let id): wakeFile(id, at: now)
            }
        }
        while phones.nextExpired(now) != nil {}
        while let call = calls.nextDue(now) { wakeCall(call, at: now) }
        while let stream = streams.nextDue(now) { wakeStream(stream, at: now) }
        while let place = flows.nextExpired(now) { end(place, reasonToExpire(place), at: now) }
        guard fragments.isTimerDue(now) else { return }
        let failed = fragments.expire(now)
        if failed > 0 { dropHeld(failed) }
    }

    private func reasonToExpire(_ place: UInt32) -> FlowEnd {
        switch flows.flows[Int(place)].tcp?.state {
        case .synSent, .synReceived: .embryonic
        case .closing: .finished
        default: flows.flows[Int(place)].isDone ? .transferFinished : .idle
        }
    }

    /// Forgets a flow and says why.
    mutating func end(_ place: UInt32, _ reason: FlowEnd, at now: Timestamp) {
        let summary = flows.summary(place)
        leaveTransfer(place, at: now)
        flows.remove(place)
        events.append(.flowEnded(summary, reason), at: now)
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
        endAllSessions(at: now)
        for place in flows.places { leaveTransfer(place, at: now) }
    }

    /// `clear conn`: forgets all flows, and with them pinholes, transfers and sessions; how many flows that were.
    public mutating func clearFlows(at now: Timestamp) -> Int {
        let places = flows.places
        endAllSessions(at: now)
        for place in places { end(place, .closed, at: now) }
        return places.count
    }
}
