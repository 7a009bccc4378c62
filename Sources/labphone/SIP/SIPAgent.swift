import Wire

/// What a phone and a call server have in common: links, and calls over them.
class SIPAgent {
    let loop: EventLoop
    let ports: MediaPorts
    let callSettings: CallSettings
    private var calls: [String: SIPCall] = [:]
    private let reported: (CallReport) -> Void

    /// - Parameter reported: hears of each call that is over.
    init(
        _ loop: EventLoop, address: IPAddress, _ callSettings: CallSettings,
        reported: @escaping (CallReport) -> Void
    ) {
        self.loop = loop
        ports = MediaPorts(address)
        self.callSettings = callSettings
        self.reported = reported
    }

    var callsUnderWay: Int { calls.count }

    func contact(user: String, over link: SIPLink) -> String {
        "sip:\(user)@\(link.local);transport=\(link.transport.rawValue)"
    }

    func via(over link: SIPLink) -> String {
        "SIP/2.0/\(link.transport.rawValue.uppercased()) \(link.local);rport;branch=z9hG4bK\(SIPText.token())"
    }

    /// Calls somebody.
    /// - Parameter target: what the request asks for; `peer` is who it is meant for.
    @discardableResult
    func call(
        _ peer: String, target: String, as user: String, local: String, over link: SIPLink, to next: Endpoint
    ) -> SIPCall {
        let call = SIPCall(
            self, over: link, destination: next, callID: "\(SIPText.token())@\(link.local.address)", user: user,
            local: local, remote: "<\(peer)>", target: target, isCaller: true)
        calls[call.callID] = call
        call.invite()
        return call
    }

    /// Whatever comes over a link.
    func receive(_ message: SIPMessage, over link: SIPLink, from source: Endpoint) {
        guard message.isRequest else { return receive(response: message, over: link) }
        if let call = calls[message.callID] {
            call.requestSource = source
            return call.take(message)
        }
        if message.method == "INVITE", SIPText.parameter("tag", of: message["to"] ?? "") == nil {
            return receive(invitation: message, over: link, from: source)
        }
        guard message.method != "ACK" else { return }
        receive(outside: message, over: link, from: source)
    }

    private func receive(response: SIPMessage, over link: SIPLink) {
        guard let call = calls[response.callID] else { return receive(responseOutside: response) }
        if let sender = call.sender, sender.matches(response), !sender.isDone { return sender.take(response) }
        // A 2xx that comes again has not been acknowledged for the one who sends it.
        if response.sequence.method == "INVITE", (200..<300).contains(response.status), let ack = call.acknowledgment {
            link.send(ack, to: call.destination)
        }
    }

    private func receive(invitation: SIPMessage, over link: SIPLink, from source: Endpoint) {
        let to = invitation["to"] ?? ""
        guard answersCalls else {
            return link.send(invitation.response(486, "Busy Here", tag: SIPText.token()), to: source)
        }
        let user = SIPText.user(of: invitation.requestURI)
        let call = SIPCall(
            self, over: link, destination: source, callID: invitation.callID, user: user, local: SIPText.uri(of: to),
            remote: invitation["from"] ?? "", target: "", isCaller: false)
        call.requestSource = source
        calls[call.callID] = call
        call.take(invitation: invitation)
    }

    func ended(_ call: SIPCall) {
        reported(call.report)
        // For requests that come again it stays for a while.
        loop.after(4) { [self] in
            if calls[call.callID] === call { calls[call.callID] = nil }
        }
        callEnded()
    }

    /// Ends what is under way.
    func hangUpAll() { for call in calls.values { call.hangUp() } }

    var openCalls: Int { calls.values.count { $0.state != .ended } }

    // What differs.
    var answersCalls: Bool { true }
    func callEnded() {}
    func established(_ call: SIPCall) {}
    func receive(outside request: SIPMessage, over link: SIPLink, from source: Endpoint) {
        switch request.method {
        case "OPTIONS", "NOTIFY": link.send(request.response(200, "OK", tag: SIPText.token()), to: source)
        default:
            link.send(request.response(481, "Call/Transaction Does Not Exist", tag: SIPText.token()), to: source)
        }
    }
    func receive(responseOutside response: SIPMessage) {}
}
