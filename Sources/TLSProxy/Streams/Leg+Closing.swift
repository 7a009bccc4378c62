import ConfigLanguage
import Glibc
import NIOCore
import NIOPosix
import Wire

extension CloseReason {
    /// A connection that ended without a word.
    static var resetNumber: Int32 { ECONNRESET }
}

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
        deadline = .now() + table.linger
        updateReading()
        isFinishing = true
        finishOutput()
    }

    func closeGracefully(_ reason: CloseReason) {
        guard phase == .open else { return abort(reason) }
        // What both sides have ended is not closed by order.
        if !(hasInputEnded && isFinishing) { closeReason = closeReason ?? reason }
        isDiscarding = true
        deadline = .now() + table.linger
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
    func reset() {
        guard let context else { return }
        if let socket = context.channel as? any SocketOptionProvider {
            _ = socket.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        }
        context.close(promise: nil)
    }

    func check(at now: NIODeadline) {
        guard let deadline, deadline <= now else { return }
        self.deadline = nil
        guard phase == .handshake else { return abort(.lingering) }
        closeReason = .handshakeDeadline
        reportFailedHandshake(tls?.failure(.deadline))
        abort(.handshakeDeadline)
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
            local: context?.localAddress?.endpoint ?? Endpoint(.anyV4, 0),
            remote: context?.remoteAddress?.endpoint ?? Endpoint(.anyV4, 0),
            state: state, version: isTLS ? tls?.version : nil, cipher: isTLS ? tls?.cipher : nil, unsent: unsent,
            isPaused: isPaused)
    }
}
