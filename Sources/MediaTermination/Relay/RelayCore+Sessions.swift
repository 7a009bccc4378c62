import Wire

// What the brain orders. The front has checked the plans; what does not fit here is passed over.
extension RelayCore {
    func open(_ plan: MediaSessionPlan, at now: UInt64) {
        guard places[plan.id] == nil, let a = insert(plan.a, plan, .a) else { return }
        guard let b = insert(plan.b, plan, .b) else { return legs.close(a) }
        let session = MediaSession(plan, a: a, b: b, in: legs, at: now)
        if let place = freePlaces.popLast() {
            sessions[place] = session
            places[plan.id] = place
        } else {
            places[plan.id] = sessions.count
            sessions.append(session)
        }
        for (leg, plan) in [(a, plan.a), (b, plan.b)] { ports[legs[leg].address][plan.local.port] = leg }
        adopt(plan, session, at: now)
    }

    private func insert(_ plan: MediaLegPlan, _ session: MediaSessionPlan, _ side: MediaSide) -> Int? {
        let address = MediaAddress(plan.device, plan.local.address)
        guard let place = addresses.firstIndex(of: address) else { return nil }
        return legs.insert(MediaLeg(plan, of: session, side: side, address: place, lane: laneOf[place]))
    }

    func update(_ plan: MediaSessionPlan, at now: UInt64) {
        guard let place = places[plan.id], let session = sessions[place] else { return }
        session.timeout = plan.timeout
        adopt(plan, session, at: now)
    }

    private func adopt(_ plan: MediaSessionPlan, _ session: MediaSession, at now: UInt64) {
        adopt(plan.a, plan.content, &legs[session.a], at: now)
        adopt(plan.b, plan.content, &legs[session.b], at: now)
    }

    private func adopt(_ plan: MediaLegPlan, _ content: MediaContent, _ leg: inout MediaLeg, at now: UInt64) {
        let end = now &+ UInt64(settings.keyGrace) &* 1_000_000_000
        leg.adopt(plan, content)
        if !leg.transforms.install(plan.protection, settings.transform, formerUntil: end) {
            report(leg, .setupFailed(leg.side))
        }
        resolve(&leg)
    }

    func close(_ id: UInt64, at now: UInt64) {
        guard let place = places.removeValue(forKey: id), let session = sessions[place] else { return }
        sessions[place] = nil
        freePlaces.append(place)
        reports.append(MediaReport(id, .closed(session.statistics(at: now))))
        for leg in session.legs {
            ports[legs[leg].address][legs[leg].plan.local.port] = nil
            closedDrops += legs[leg].drops
            for hop in [legs[leg].rtp.hop, legs[leg].rtcp.hop] {
                if let hop { hops.release(hop) }
            }
            legs.close(leg)
        }
    }

    func closeAll(at now: UInt64) {
        for id in places.keys.sorted() { close(id, at: now) }
    }

    /// Makes the leg's next hops those of its destinations.
    func resolve(_ leg: inout MediaLeg) {
        leg.rtp.hop = hop(leg.rtp, lane: leg.lane)
        leg.rtcp.hop = hop(leg.rtcp, lane: leg.lane)
    }

    private func hop(_ channel: LegChannel, lane: Int) -> Int? {
        // The new one first: it may be the old one.
        let hop = channel.destination.map { hops.retain($0.address, lane: lane) }
        if let old = channel.hop { hops.release(old) }
        return hop
    }
}

// MARK: What is told

extension RelayCore {
    /// The statistics of the sessions in `places` and where the next slice starts; `nil` at the end.
    func statistics(from start: Int, count: Int, at now: UInt64) -> ([MediaSessionStatistics], next: Int?) {
        let end = min(start + count, sessions.count)
        let slice = sessions[min(start, end)..<end].compactMap { $0?.statistics(at: now) }
        return (slice, end < sessions.count ? end : nil)
    }

    func statistics(of id: UInt64, at now: UInt64) -> MediaSessionStatistics? {
        places[id].flatMap { sessions[$0] }?.statistics(at: now)
    }

    /// But for the rings.
    var counters: MediaRelayCounters {
        var counters = MediaRelayCounters()
        counters.sessions = places.count
        counters.received = received
        counters.sent = sent
        counters.drops = drops
        counters.drops += closedDrops
        for session in sessions {
            guard let session else { continue }
            for leg in session.legs { counters.drops += legs[leg].drops }
        }
        for lane in lanes {
            counters.drops += lane.drops
            counters.sentByKernel &+= lane.sentByKernel
        }
        return counters
    }
}
