import Wire

/// Pinholes that calls ask for. A call holds its own until it is over; others stay open for a time.
extension Engine {
    /// A call holds a pinhole until it lets go of it.
    mutating func hold(_ pinhole: Pinhole, of id: SlabID, from message: String, at now: Timestamp) {
        guard let holes = calls[id]?.passing?.holes, !holes.contains(pinhole.key),
            let place = open(pinhole, until: deadline(0, from: now), from: message, at: now)
        else { return }
        pinholes.pinholes[Int(place)].holders += 1
        pinholes.renew(place, until: deadline(0, from: now))
        calls[id]?.passing?.holes.append(pinhole.key)
    }

    /// A call lets go of a pinhole: without another holder, and once its time is over, it is closed.
    mutating func release(_ key: FlowKey, _ reason: PinholeEnd, at now: Timestamp) {
        guard let place = pinholes.find(key), pinholes.pinholes[Int(place)].holders > 0 else { return }
        pinholes.pinholes[Int(place)].holders -= 1
        guard pinholes.pinholes[Int(place)].holders == 0 else {
            // What is known of its media was the call's that goes.
            if pinholes.pinholes[Int(place)].trafficClass == .inspectRTP {
                pinholes.pinholes[Int(place)].session = Flow.noSession
            }
            return
        }
        let staysOpen = pinholes.pinholes[Int(place)].staysOpen
        if staysOpen > now { return pinholes.renew(place, until: staysOpen) }
        closePinhole(place, pinholes.pinholes[Int(place)].isUsed ? .done : reason, at: now)
    }

    /// Opens a pinhole for a time, or lengthens that of one that is open.
    mutating func open(_ pinhole: Pinhole, for seconds: Int, from message: String, at now: Timestamp) {
        let end = deadline(seconds, from: now)
        guard let place = open(pinhole, until: end, from: message, at: now) else { return }
        let staysOpen = max(pinholes.pinholes[Int(place)].staysOpen, end)
        pinholes.pinholes[Int(place)].staysOpen = staysOpen
        if pinholes.pinholes[Int(place)].holders == 0 { pinholes.renew(place, until: staysOpen) }
    }

    /// A new pinhole, or the one that stands there; `nil` where there is none of a call's, and no room.
    private mutating func open(
        _ pinhole: Pinhole, until end: Timestamp, from message: String, at now: Timestamp
    ) -> UInt32? {
        if let place = pinholes.find(pinhole.key) {
            return pinholes.pinholes[Int(place)].purpose == .tftp ? nil : place
        }
        var pinhole = pinhole
        pinhole.expires = end
        guard !pinholes.isFull, let place = pinholes.open(pinhole) else {
            countPinholeOverLimit(isSkinny: pinhole.isSkinny)
            return nil
        }
        counters.pinholesOpened &+= 1
        steer(pinhole, isOpen: true)
        var summary = pinholes.summary(place)
        summary.message = message
        events.append(.pinholeOpened(summary), at: now)
        adopt(place, at: now)
        return place
    }

    /// A flow that began before its pinhole was opened, as from the more trusted side, is of it all the same.
    private mutating func adopt(_ place: UInt32, at now: Timestamp) {
        let pinhole = pinholes.pinholes[Int(place)]
        guard pinhole.trafficClass == .inspectRTP, pinhole.likelyPort != 0 else { return }
        var key = pinhole.key
        key.sourcePort = pinhole.likelyPort
        guard let found = flows.find(key), flows.flows[Int(found.index)].trafficClass == .through else { return }
        flows.flows[Int(found.index)].trafficClass = pinhole.trafficClass
        flows.flows[Int(found.index)].session = pinhole.session
        flows.flows[Int(found.index)].isSecondary = true
        flows.flows[Int(found.index)].isSkinny = pinhole.isSkinny
        flows.setIdleLimit(found.index, seconds: mediaIdleLimit(pinhole))
        pass(place, found.index, at: now)
    }

    /// Seconds without a packet after which a flow of a call's media is over.
    func mediaIdleLimit(_ pinhole: Pinhole) -> Int {
        let record = passingFlows.id(at: pinhole.session).flatMap { passingFlows[$0] }
        return max(1, record?.idleLimit ?? timeouts.sipMedia)
    }

    mutating func countPinholeOverLimit(isSkinny: Bool) {
        if isSkinny { counters.skinny.pinholesOverLimit &+= 1 } else { counters.sip.pinholesOverLimit &+= 1 }
    }

    /// A flow that came through a pinhole of a call's is over: another one may come.
    mutating func leavePinhole(_ flow: Flow) {
        guard flow.isSecondary, let place = pinholes.find(flow.forward),
            pinholes.pinholes[Int(place)].purpose != .tftp, pinholes.pinholes[Int(place)].uses > 0
        else { return }
        pinholes.pinholes[Int(place)].uses -= 1
    }

    /// The flow of a line's packets is over.
    mutating func leaveMedia(_ place: UInt32) {
        let flow = flows.flows[Int(place)]
        leavePinhole(flow)
        if flow.trafficClass == .inspectSIP, let shifts = sipShifts.id(at: flow.session) { sipShifts.remove(shifts) }
        guard flow.trafficClass == .inspectRTP, let record = passingFlows.id(at: flow.session) else { return }
        let id = flows.id(place)
        passingFlows[record]?.flows.removeAll { $0 == id }
    }
}
