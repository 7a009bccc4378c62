import Wire

/// One call as one phone knows it: a dialog (RFC 3261 section 12) and its media.
final class SIPCall {
    enum State { case starting, ringing, established, ending, ended }

    let agent: SIPAgent
    let link: SIPLink
    let settings: CallSettings
    var state = State.starting
    var report: CallReport
    var media: MediaStream?
    var mediaWatch: UInt64 = 0
    var sendingKey: [UInt8] = []
    var receivingKey: [UInt8] = []

    /// Where requests go: over a connection this does not matter.
    var destination: Endpoint
    /// Where the other side's last request came from, which is where its answer goes.
    var requestSource: Endpoint?
    let localURI: String
    let localTag = SIPText.token()
    /// As it stands in To or From, with its tag once it has one.
    var remote: String
    var remoteTarget: String
    var routes: [String] = []
    var sequence = 1
    var localSDP: SessionDescription?
    var sender: SIPRequestSender?
    /// The last request of the other side and what it got, for when it comes again.
    var lastAnswer: (request: (number: Int, method: String), response: SIPMessage)?
    /// The INVITE that is being answered.
    var invitation: SIPMessage?
    var isAcknowledged = false
    /// The ACK of the last 2xx, for when that comes again.
    var acknowledgment: SIPMessage?
    let started: Timestamp

    init(
        _ agent: SIPAgent, over link: SIPLink, destination: Endpoint, callID: String, user: String, local: String,
        remote: String, target: String, isCaller: Bool
    ) {
        self.agent = agent
        self.link = link
        self.destination = destination
        settings = agent.callSettings
        localURI = local
        self.remote = remote
        remoteTarget = target
        started = agent.loop.now
        report = CallReport(
            callID: callID, user: user, peer: SIPText.user(of: SIPText.uri(of: remote)), isCaller: isCaller)
    }

    var callID: String { report.callID }
    private var contact: String { agent.contact(user: report.user, over: link) }

    /// A request within the dialog, or the one that makes it.
    func request(_ method: String, sequence number: Int? = nil) -> SIPMessage {
        var request = SIPMessage(startLine: "\(method) \(remoteTarget) SIP/2.0")
        request.add("via", agent.via(over: link))
        request.add("max-forwards", "70")
        for route in routes { request.add("route", route) }
        request.add("from", "<\(localURI)>;tag=\(localTag)")
        request.add("to", remote)
        request.add("call-id", callID)
        request.add("cseq", "\(number ?? sequence) \(method)")
        request.add("contact", "<\(contact)>")
        request.add("user-agent", "labphone")
        return request
    }

    /// Sends a request that has the next number.
    func send(_ method: String, sdp: SessionDescription? = nil, _ answered: @escaping (SIPMessage) -> Void) {
        sequence += 1
        var request = request(method)
        attach(sdp, to: &request)
        sender = SIPRequestSender(
            agent.loop, request, over: link, to: destination, timeout: settings.timeout, answered: answered)
    }

    func attach(_ sdp: SessionDescription?, to message: inout SIPMessage) {
        guard let sdp else { return }
        message.add("content-type", "application/sdp")
        message.body = sdp.bytes
    }

    func acknowledge() {
        let ack = request("ACK")
        acknowledgment = ack
        link.send(ack, to: destination)
    }

    /// Contact and Record-Route of the other side (section 12.1).
    func learn(from message: SIPMessage) {
        if let contact = message.all("contact").first { remoteTarget = SIPText.uri(of: contact) }
        guard routes.isEmpty else { return }
        let recorded = message.all("record-route")
        routes = message.isRequest ? recorded : recorded.reversed()
        if !link.isReliable { destination = nextHop ?? destination }
    }

    private var nextHop: Endpoint? { SIPText.endpoint(of: routes.first.map(SIPText.uri) ?? remoteTarget) }

    func finish(_ outcome: String) {
        guard state != .ended else { return }
        state = .ended
        if report.outcome == "completed" { report.outcome = outcome }
        closeMedia()
        agent.ended(self)
    }

    /// Ends an established call: the other side's answer is waited for.
    func hangUp() {
        guard state == .established else { return }
        state = .ending
        send("BYE") { [unowned self] response in
            guard response.status >= 200 else { return }
            finish(response.status < 300 ? "completed" : "BYE: \(response.startLine.dropFirst(8))")
        }
    }
}
