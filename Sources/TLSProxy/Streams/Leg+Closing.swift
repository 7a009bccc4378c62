import ConfigLanguage
import Wire

extension Leg {
    /// TLS is of no more use.
    func fail(_ errors: [LibraryError]) {
        if phase == .handshake {
            failHandshake(tls?.failure(.library, errors))
        } else {
            closeReason = closeReason ?? .protocolError(errors.first ?? LibraryError(function: "", reason: ""))
            closeFailed()
        }
    }

    func failHandshake(_ failure: HandshakeFailure?) {
        closeReason = closeReason ?? .handshakeFailed
        reportFailedHandshake(failure)
        closeFailed()
    }

    func reportFailedHandshake(_ failure: HandshakeFailure?) {
        if side == .phone {
            table.statistics.failedHandshakes &+= 1
            table.handshakeOver()
        }
        // Whatever else comes of it, it is reported once.
        phase = .failed
        guard let failure else { return }
        emit { .handshakeFailed($0, $1, failure) }
    }

    /// The alert goes out, and what the peer still sends is taken and dropped: else it might lose the alert to a reset.
    private func closeFailed() {
        phase = .failed
        waiting = []
        deadline = table.now &+ table.linger
        updateReading()
        isFinishing = true
        finishOutput()
    }

    func closeGracefully(_ reason: CloseReason) {
        guard phase == .open else { return abort(reason) }
        // What both sides have ended is not closed by order.
        if !(hasInputEnded && isFinishing) { closeReason = closeReason ?? reason }
        isDiscarding = true
        deadline = table.now &+ table.linger
        updateReading()
        finish()
    }

    func abort(_ reason: CloseReason) {
        closeReason = closeReason ?? reason
        switch phase {
        case .gone: return
        case .handshake: reportFailedHandshake(tls?.failure(.disconnected))
        case .connecting, .open, .failed: break
        }
        reset()
    }

    /// Without FIN.
    private func reset() { connection?.reset() }

    func check(at now: UInt64) {
        guard let deadline, deadline <= now else { return }
        self.deadline = nil
        switch phase {
        case .connecting:
            connectFailure = .deadline
            reset()
        case .handshake:
            closeReason = .handshakeDeadline
            reportFailedHandshake(tls?.failure(.deadline))
            abort(.handshakeDeadline)
        case .open, .failed, .gone: abort(.lingering)
        }
    }

    var snapshot: StreamSnapshot.Leg {
        let isTLS = phase == .open && tls != nil
        let state: StreamSnapshot.State =
            switch phase {
            case .connecting: .connecting
            case .handshake: .handshake
            case .open: isFinishing || hasInputEnded ? .closing : .open
            case .failed, .gone: .closing
            }
        return StreamSnapshot.Leg(
            local: local, remote: remote, state: state, version: isTLS ? tls?.version : nil,
            cipher: isTLS ? tls?.cipher : nil, unsent: unsent, isPaused: isPaused)
    }
}
