import Wire

// What is done by the clock.
extension RelayCore {
    /// Every session has its turn about once in so many nanoseconds.
    static let tendInterval: UInt64 = 1_000_000_000
    private static let tendSlice: UInt64 = 20_000_000

    /// Looks after a slice of the sessions: silences, former keys, failures to be reported.
    func tend(at now: UInt64) {
        let elapsed = now &- lastTend
        guard elapsed >= Self.tendSlice else { return }
        lastTend = now
        // As many as belong to the time that passed, and at most all.
        let share = UInt64(sessions.count) &* min(elapsed, Self.tendInterval) / Self.tendInterval
        for _ in 0..<min(sessions.count, Int(share) + 1) {
            cursor = cursor + 1 < sessions.count ? cursor + 1 : 0
            if let session = sessions[cursor] { tend(session, at: now) }
        }
        reportMissed(at: now)
    }

    private func tend(_ session: MediaSession, at now: UInt64) {
        tend(&legs[session.a], at: now)
        tend(&legs[session.b], at: now)
        let isSilent =
            session.timeout > 0 && session.silence(at: now) >= UInt64(session.timeout) &* 1_000_000_000
        if isSilent, !session.hasTimedOut {
            reports.append(MediaReport(session.id, .timedOut(seconds: session.timeout)))
        }
        session.hasTimedOut = isSilent
    }

    private func tend(_ leg: inout MediaLeg, at now: UInt64) {
        leg.transforms.expireFormer(at: now)
        leg.rtp.allowStrangers()
        leg.rtcp.allowStrangers()
        if let failure = leg.takeFailure() {
            report(leg, .failed(leg.side, failure.reason, from: failure.source, count: failure.count))
        }
    }

    private func reportMissed(at now: UInt64) {
        guard let missed, now &- missedReported >= 1_000_000_000 else { return }
        missedReported = now
        self.missed = nil
        reports.append(
            MediaReport(
                nil,
                .noSession(addresses[missed.address], port: missed.port, from: missed.source, count: missed.count)))
    }
}
