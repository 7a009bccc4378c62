import Wire

/// How a session with a phone ends: served, refused, given up, or replaced.
extension Engine {
    /// Tells the phone that there is no file for it, and why.
    mutating func refuseSession(_ id: SlabID, code: UInt16, _ text: String, at now: Timestamp) {
        guard let session = phoneFiles.sessions[id], session.stage == .preparing else { return }
        events.append(.phoneProxy(.failed(session.request, code: code, text)), at: now)
        session.transfer.errorCode = code
        session.transfer.errorMessage = text
        sendError(code, text, session.request, from: session.port)
        finishSession(id, .error, at: now)
    }

    /// The session has done its part; it stays a little for packets under way.
    mutating func finishSession(_ id: SlabID, _ status: TFTPTransfer.Status, at now: Timestamp) {
        guard let session = phoneFiles.sessions[id], session.stage != .over else { return }
        leaveFile(id, at: now)
        phoneFiles.release(id)
        events.append(.tftpFinished(session.summary(status, at: now)), at: now)
        session.serving = nil
        if session.fetching?.status != .complete { session.fetching = nil }
        let stays = phoneFiles.retire(id)
        phoneFiles.wake(id, session, at: stays ? now.adding(seconds: Linger.transfer) : now)
        settleFlow(session.flow)
    }

    /// Forgets a session at once.
    mutating func endSession(_ id: SlabID, _ status: TFTPTransfer.Status, at now: Timestamp) {
        finishSession(id, status, at: now)
        phoneFiles.remove(id)
    }

    mutating func endAllSessions(at now: Timestamp) {
        for id in phoneFiles.sessions.ids { endSession(id, .incomplete, at: now) }
    }

    private mutating func settleFlow(_ flow: FlowID) {
        guard let place = flows.place(flow), flows.flows[Int(place)].session == Flow.noSession else { return }
        flows.flows[Int(place)].isDone = true
        flows.setIdleLimit(place, seconds: Linger.transfer)
    }

    /// A session's moment has come.
    mutating func wakeSession(_ id: SlabID, at now: Timestamp) {
        guard let session = phoneFiles.sessions[id] else { return }
        switch session.stage {
        case .over: phoneFiles.remove(id)
        case .preparing:
            counters.phoneProxy.clientSilent &+= 1
            events.append(.phoneProxy(.clientSilent(session.request)), at: now)
            endSession(id, .incomplete, at: now)
        case .serving:
            session.serving?.expire(at: now, into: &phoneFiles.outbox)
            settleSession(id, session, at: now)
        }
    }
}
