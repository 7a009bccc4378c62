extension Leg {
    /// What TLS made of bytes from the peer.
    func process(_ progress: TLSConnection.Progress) {
        // The exchange is the thread's: it has to be empty before anybody else uses it.
        sendOutput()
        if let hello = progress.hello, let stream { table.emit(.hello(stream.id, hello)) }
        if progress.isFinished { finishHandshake() }
        if !progress.plaintext.isEmpty { deliver(progress.plaintext) }
        if progress.isEnded {
            hasInputEnded = true
            emit { .ended($0, $1, isTruncated: false) }
            if isOutputClosed { deadline = table.now &+ table.linger }
        }
        if let errors = progress.errors { fail(errors) }
    }

    /// Plaintext from the peer.
    func deliver(_ bytes: [UInt8]) {
        stream?.carried(bytes.count, from: side)
        emit { .received($0, $1, bytes) }
    }

    private func finishHandshake() {
        guard let tls else { return }
        let facts = tls.facts
        if side == .phone {
            table.statistics.handshakes &+= 1
            if facts.isResumed { table.statistics.resumed &+= 1 }
            table.handshakeOver()
        }
        emit { .handshakeFinished($0, $1, facts) }
        open()
    }

    func open() {
        phase = .open
        deadline = nil
        let bytes = waiting
        waiting = []
        if !bytes.isEmpty { transmit(bytes) }
        updateCongestion()
        if isFinishing { finishOutput() }
    }
}
