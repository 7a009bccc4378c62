import Wire

/// A request that waits for its final response, and is sent again until there is one (RFC 3261 sections 17.1.1, 17.1.2).
final class SIPRequestSender {
    let request: SIPMessage
    private let loop: EventLoop
    private let link: SIPLink
    private let destination: Endpoint
    private var isProvisional = false
    private(set) var isDone = false
    private var interval = 0.5
    private let answered: (SIPMessage) -> Void

    /// - Parameter answered: gets every response; a made-up 408 when none came in time.
    init(
        _ loop: EventLoop, _ request: SIPMessage, over link: SIPLink, to destination: Endpoint, timeout: Double,
        answered: @escaping (SIPMessage) -> Void
    ) {
        self.loop = loop
        self.request = request
        self.link = link
        self.destination = destination
        self.answered = answered
        link.send(request, to: destination)
        if !link.isReliable { sendAgainLater() }
        loop.after(timeout) { [weak self] in self?.timeOut() }
    }

    private func sendAgainLater() {
        loop.after(interval) { [weak self] in
            guard let self, !isDone, !(isProvisional && request.method == "INVITE") else { return }
            link.send(request, to: destination)
            interval = min(interval * 2, request.method == "INVITE" ? 32 : 4)
            sendAgainLater()
        }
    }

    private func timeOut() {
        guard !isDone else { return }
        isDone = true
        answered(request.response(408, "No answer"))
    }

    func matches(_ response: SIPMessage) -> Bool {
        response.callID == request.callID && response.sequence == request.sequence
    }

    func take(_ response: SIPMessage) {
        if response.status >= 200 { isDone = true } else { isProvisional = true }
        answered(response)
    }
}
