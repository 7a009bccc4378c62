extension Leg {
    /// Plaintext for the peer.
    func send(_ bytes: [UInt8]) {
        guard !isFinishing, !bytes.isEmpty else { return }
        switch phase {
        case .connecting, .handshake:
            waiting += bytes
            if waiting.count > table.limits.unsentHigh { setCongested(true) }
        case .open: transmit(bytes)
        case .failed, .gone: return
        }
        // Only what is congested can have so much.
        if isCongested, unsent > table.limits.unsentMaximum { abort(.unsentMaximum) }
    }

    /// Bytes that wait to be sent.
    var unsent: Int { waiting.count + (connection?.unsentCount ?? 0) }

    func transmit(_ bytes: [UInt8]) {
        if let tls {
            guard tls.send(bytes) else { return fail([]) }
            sendOutput()
        } else {
            connection?.send(bytes.span)
        }
        updateCongestion()
    }

    /// Sends what TLS has for the peer.
    func sendOutput() { tls?.takeOutput { connection?.send($0) } }

    /// No more is sent after this.
    func finish() {
        guard !isFinishing else { return }
        isFinishing = true
        if phase == .open { finishOutput() }
    }

    /// close_notify, and FIN once everything has left.
    func finishOutput() {
        tls?.finish()
        sendOutput()
        connection?.finish()
    }
}
