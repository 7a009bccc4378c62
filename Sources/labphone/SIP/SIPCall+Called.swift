import Wire

/// What the called one does, and what either does with requests within the call.
extension SIPCall {
    /// A call that comes in.
    func take(invitation: SIPMessage) {
        self.invitation = invitation
        learn(from: invitation)
        answer(invitation, 100, "Trying")
        guard let offer = SessionDescription(invitation.body) else { return refuse(488, "Not Acceptable Here") }
        do throws(LabError) {
            guard let sdp = try answer(offer), apply(offer) else { return refuse(488, "Not Acceptable Here") }
            state = .ringing
            answer(invitation, 180, "Ringing")
            report.ringSeconds = agent.loop.now.seconds(since: started)
            agent.loop.after(settings.ringSeconds) { [weak self] in
                guard let self, state == .ringing else { return }
                accept(sdp)
            }
        } catch {
            refuse(500, "Server Internal Error")
        }
    }

    private func refuse(_ status: Int, _ reason: String) {
        if let invitation { answer(invitation, status, reason) }
        finish("\(status) \(reason)")
    }

    private func accept(_ sdp: SessionDescription) {
        guard let invitation else { return }
        state = .established
        report.setUpSeconds = agent.loop.now.seconds(since: started)
        answer(invitation, 200, "OK", sdp)
        repeatAnswer(number: invitation.sequence.number, interval: 0.5, left: 6)
        startMedia()
    }

    /// A 2xx is sent until its ACK comes (RFC 3261 section 13.3.1.4).
    private func repeatAnswer(number: Int, interval: Double, left: Int) {
        isAcknowledged = false
        agent.loop.after(interval) { [weak self] in
            guard let self, !isAcknowledged, state == .established, let last = lastAnswer,
                last.request.number == number
            else { return }
            guard left > 0 else {
                report.outcome = "no ACK"
                return hangUp()
            }
            link.send(last.response, to: destinationOfAnswer)
            repeatAnswer(number: number, interval: min(interval * 2, 4), left: left - 1)
        }
    }

    func answer(_ request: SIPMessage, _ status: Int, _ reason: String, _ sdp: SessionDescription? = nil) {
        var response = request.response(status, reason, tag: status == 100 ? nil : localTag)
        if request.method == "INVITE", status != 100 {
            response.add("contact", "<\(agent.contact(user: report.user, over: link))>")
        }
        attach(sdp, to: &response)
        lastAnswer = (request.sequence, response)
        link.send(response, to: destinationOfAnswer)
    }

    private var destinationOfAnswer: Endpoint { requestSource ?? destination }

    /// A request of the other side, within this call.
    func take(_ request: SIPMessage) {
        if request.method == "ACK" {
            isAcknowledged = true
            return
        }
        if let last = lastAnswer, last.request == request.sequence {
            return link.send(last.response, to: destinationOfAnswer)
        }
        switch request.method {
        case "BYE":
            answer(request, 200, "OK")
            finish("completed")
        case "CANCEL":
            let response = request.response(200, "OK", tag: localTag)
            link.send(response, to: destinationOfAnswer)
            if state == .ringing || state == .starting { refuse(487, "Request Terminated") }
        case "INVITE": takeModification(request)
        case "OPTIONS", "INFO", "NOTIFY", "MESSAGE": answer(request, 200, "OK")
        default: answer(request, 405, "Method Not Allowed")
        }
    }

    private func takeModification(_ request: SIPMessage) {
        learn(from: request)
        let sdp = try? SessionDescription(request.body).flatMap { offer in
            try answer(offer).flatMap { apply(offer) ? $0 : nil }
        }
        guard let sdp else { return answer(request, 488, "Not Acceptable Here") }
        answer(request, 200, "OK", sdp)
        repeatAnswer(number: request.sequence.number, interval: 0.5, left: 6)
    }
}
