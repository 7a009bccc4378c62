import Wire

/// What the SDP of a call comes to.
extension SIPCall {
    private static var frameSeconds: Double { 0.02 }
    private static var missedSeconds: Double { 1 }
    /// Packets that are still on their way when the last was sent.
    static var drainSeconds: Double { 0.5 }

    /// Opens a port, and says what it is for.
    func offer() throws(LabError) -> SessionDescription {
        var sdp = SessionDescription(media: try openMedia())
        if let suites = settings.suites {
            sdp.isSecure = true
            sdp.crypto = suites.enumerated().map { .init(tag: $0.offset + 1, $0.element) }
        }
        localSDP = sdp
        return sdp
    }

    /// What answers an offer; `nil` when there is nothing in common.
    func answer(_ offer: SessionDescription) throws(LabError) -> SessionDescription? {
        guard offer.isSecure == (settings.suites != nil) else { return nil }
        var sdp: SessionDescription
        if let localSDP {
            sdp = localSDP
            sdp.version += 1
        } else {
            sdp = SessionDescription(media: try openMedia())
        }
        if offer.isSecure {
            guard let theirs = offer.crypto.first(where: { settings.suites?.contains($0.suite) == true }) else {
                return nil
            }
            let own = sdp.crypto.first { $0.suite == theirs.suite } ?? .init(theirs.suite)
            sdp.isSecure = true
            sdp.crypto = [.init(tag: theirs.tag, suite: own.suite, key: own.key)]
        }
        switch offer.direction {
        case .sendonly: sdp.direction = .recvonly
        case .recvonly: sdp.direction = .sendonly
        case .inactive: sdp.direction = .inactive
        case .sendrecv: sdp.direction = .sendrecv
        }
        localSDP = sdp
        return sdp
    }

    private func openMedia() throws(LabError) -> Endpoint {
        let socket = try agent.ports.open()
        guard settings.media != .none else { return socket.local }
        let quota = Int(settings.seconds / Self.frameSeconds)
        let source: MediaStream.Source =
            if settings.isRelaying {
                .relay
            } else if report.isCaller {
                .tone(quota: quota)
            } else if settings.media == .echo {
                .echo
            } else {
                .tone(quota: nil)
            }
        let stream = MediaStream(socket, source, settings.tones)
        mediaWatch = try agent.loop.watch(socket.descriptor) { [unowned self, unowned stream] in
            stream.receive(&agent.loop.buffer)
        }
        media = stream
        return socket.local
    }

    /// Takes what the other side's SDP says. `false` when the call can not be that way.
    func apply(_ theirs: SessionDescription) -> Bool {
        guard let media else { return true }
        guard LabNetworks.contains(theirs.media.address), theirs.media.port != 0 else { return false }
        media.remote = theirs.media
        media.isSending =
            theirs.direction != .sendonly && theirs.direction != .inactive
            && localSDP?.direction != .recvonly && localSDP?.direction != .inactive && localSDP?.direction != .sendonly
        guard settings.suites != nil else { return !theirs.isSecure }
        guard let chosen = theirs.crypto.first, let own = localSDP?.crypto.first(where: { $0.suite == chosen.suite })
        else { return false }
        report.suite = chosen.suite.rawValue
        // A key that stays does not begin again: its packet index goes on.
        if own.key != sendingKey {
            sendingKey = own.key
            media.sending = MediaCrypto(own.suite, key: own.key, .sending)
        }
        if chosen.key != receivingKey {
            receivingKey = chosen.key
            media.receiving = MediaCrypto(chosen.suite, key: chosen.key, .receiving)
        }
        return media.sending != nil && media.receiving != nil
    }

    /// Frames go out from now on.
    func startMedia() {
        agent.established(self)
        guard media != nil else { return }
        tick(at: agent.loop.now)
    }

    private func tick(at time: Timestamp) {
        guard state == .established, let media else { return }
        media.tick()
        let (due, now) = (time.adding(fraction: Self.frameSeconds), agent.loop.now)
        // Whoever was stopped for a while does not send at once what it has missed.
        let next = now.seconds(since: due) > Self.missedSeconds ? now.adding(fraction: Self.frameSeconds) : due
        agent.loop.at(next) { [weak self] in self?.tick(at: next) }
    }

    /// The caller has talked enough once its frames are out and, when they come back, back.
    func hangUpWhenDone() {
        guard !settings.isRelaying else { return }
        guard let media else { return agent.loop.after(settings.seconds) { [weak self] in self?.hangUp() } }
        guard media.hasSentAll else {
            return agent.loop.after(Self.frameSeconds) { [weak self] in self?.hangUpWhenDone() }
        }
        agent.loop.after(Self.drainSeconds) { [weak self] in self?.hangUp() }
    }

    func closeMedia() {
        if let media {
            let returned = !report.isCaller || settings.media != .echo || media.reception.received == media.counts.sent
            report.add(media, isReturned: returned)
        }
        agent.loop.forget(mediaWatch)
        media = nil
    }
}
