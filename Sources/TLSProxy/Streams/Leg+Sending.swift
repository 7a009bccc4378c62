import NIOCore

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
    var unsent: Int {
        let buffered = try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)
        return waiting.count + (buffered ?? 0)
    }

    func transmit(_ bytes: [UInt8]) {
        guard let tls else { return write(ByteBuffer(bytes: bytes)) }
        if tls.send(bytes) { sendOutput() } else { fail([]) }
    }

    /// Sends what TLS has for the peer.
    func sendOutput() {
        guard let tls else { return }
        unsafe tls.takeOutput { bytes in unsafe write(ByteBuffer(bytes: bytes)) }
    }

    private func write(_ buffer: ByteBuffer) {
        context?.writeAndFlush(Self.wrapOutboundOut(buffer), promise: nil)
    }

    /// No more is sent after this.
    func finish() {
        guard !isFinishing else { return }
        isFinishing = true
        if phase == .open { finishOutput() }
    }

    /// close_notify, and FIN once everything has left.
    func finishOutput() {
        guard let context else { return }
        // The last buffer, perhaps an empty one, says when all are sent: else NIO would drop them when the peer has finished
        // as well.
        var last = ByteBuffer()
        tls?.finish()
        unsafe tls?.takeOutput { unsafe last = ByteBuffer(bytes: $0) }
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenSuccess { self.outputIsSent() }
        context.writeAndFlush(Self.wrapOutboundOut(last), promise: sent)
    }

    private func outputIsSent() {
        guard let context, phase != .gone else { return }
        isOutputClosed = true
        if hasSeenFIN {
            context.close(promise: nil)
        } else {
            context.close(mode: .output, promise: nil)
            if hasInputEnded { deadline = .now() + table.linger }
        }
    }
}
