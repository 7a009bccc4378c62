import Glibc
import Wire

extension Leg: ConnectionOwner {
    func connectionIsMade() {
        guard let stream else { return }
        local = connection?.local ?? local
        table.statistics.upstreamConnections &+= 1
        table.emit(.upstreamConnected(stream.id, local: local, remote: remote))
        guard let tls else { return open() }
        beginHandshake()
        process(tls.take(Span()))
    }

    func received(_ bytes: Span<UInt8>) {
        guard phase == .handshake || phase == .open, !isDiscarding, !hasInputEnded else { return }
        if let tls { process(tls.take(bytes)) } else { deliver(bytes.bytes(in: 0..<bytes.count)) }
    }

    /// FIN, with TLS perhaps without the close_notify that should have come first.
    func inputEnded() {
        hasSeenFIN = true
        switch phase {
        case .handshake: failHandshake(tls?.failure(.disconnected))
        case .open:
            endInput()
            if isOutputClosed { connection?.close() }
        case .failed: if isOutputClosed { connection?.close() }
        case .connecting, .gone: break
        }
    }

    private func endInput() {
        guard !hasInputEnded else { return }
        hasInputEnded = true
        if !isDiscarding { emit { .ended($0, $1, isTruncated: tls != nil) } }
    }

    func unsentBecameLess() { if phase == .open { updateCongestion() } }

    func outputIsSent() {
        guard phase != .gone else { return }
        isOutputClosed = true
        if hasSeenFIN { return connection?.close() ?? () }
        connection?.endOutput()
        if hasInputEnded { deadline = table.now &+ table.linger }
    }

    func connectionIsGone(_ error: Int32?) {
        connection = nil
        waiting = []
        closeReason = closeReason ?? error.map { .system($0) }
        let last = phase
        if last == .handshake { reportFailedHandshake(tls?.failure(.disconnected)) }
        phase = .gone
        guard let stream else { return }
        if last == .connecting {
            stream.upstreamFailed(error.map { .system($0) } ?? connectFailure)
        } else {
            emit { .legClosed($0, $1, finalReason) }
            stream.legIsGone(self)
        }
        self.stream = nil
    }

    private var finalReason: CloseReason {
        closeReason ?? (hasInputEnded && isOutputClosed ? .finished : .system(ECONNRESET))
    }
}
