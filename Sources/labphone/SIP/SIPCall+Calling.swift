/// What the caller does.
extension SIPCall {
    func invite() {
        do throws(LabError) {
            let sdp = try offer()
            sequence = 0
            send("INVITE", sdp: sdp) { [unowned self] in invitationAnswered($0) }
        } catch {
            finish(error.description)
        }
    }

    private func invitationAnswered(_ response: SIPMessage) {
        let passed = agent.loop.now.seconds(since: started)
        switch response.status {
        case 101..<200:
            state = .ringing
            if response.status == 180 || response.status == 183, report.ringSeconds == nil {
                report.ringSeconds = passed
            }
        case 200..<300:
            report.setUpSeconds = passed
            report.mediaSeconds = passed
            remote = response["to"] ?? remote
            learn(from: response)
            acknowledge()
            establish(response)
        case 300...:
            remote = response["to"] ?? remote
            refused(response)
        default: break
        }
    }

    /// The ACK of a refusal goes the INVITE's way (RFC 3261 section 17.1.1.3).
    private func refused(_ response: SIPMessage) {
        if let invite = sender?.request {
            var ack = request("ACK")
            ack.headers.removeAll { $0.name == "via" }
            ack.headers.insert(("via", invite["via"] ?? ""), at: 0)
            link.send(ack, to: destination)
        }
        finish(response.startLine.dropFirst(8).description)
    }

    private func establish(_ response: SIPMessage) {
        state = .established
        guard let sdp = SessionDescription(response.body), apply(sdp) else {
            report.outcome = "unusable SDP in the answer"
            return hangUp()
        }
        startMedia()
        if settings.holdSeconds > 0 {
            agent.loop.after(settings.seconds / 2) { [weak self] in self?.hold() }
        }
        hangUpWhenDone()
    }

    /// What is on its way must have arrived, and come back, before the other side is told not to send.
    private func hold() {
        media?.isSending = false
        agent.loop.after(Self.drainSeconds) { [weak self] in self?.modify(.sendonly) }
    }

    /// Puts the call on hold, or takes it back (RFC 3264 section 8.4).
    private func modify(_ direction: SessionDescription.Direction) {
        guard state == .established, var sdp = localSDP else { return }
        sdp.version += 1
        sdp.direction = direction
        localSDP = sdp
        send("INVITE", sdp: sdp) { [unowned self] response in
            guard response.status >= 200 else { return }
            guard response.status < 300 else {
                report.outcome = "re-INVITE: \(response.startLine.dropFirst(8))"
                return hangUp()
            }
            learn(from: response)
            acknowledge()
            guard let theirs = SessionDescription(response.body), apply(theirs) else {
                report.outcome = "unusable SDP in the answer to a re-INVITE"
                return hangUp()
            }
            guard direction != .sendrecv else { return }
            agent.loop.after(settings.holdSeconds) { [weak self] in self?.modify(.sendrecv) }
        }
    }
}
