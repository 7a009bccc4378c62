import Wire

/// The life of a transfer: asked for, taken up by one of the server's ports, and over.
extension Engine {
    /// Whether there is room for what a request needs: a transfer, and a pinhole for its answer.
    func findRoom(_ role: Flow.Role) throws(Refusal) {
        let isKnown = role.session != Flow.noSession
        guard isKnown || !transfers.isFull else { throw Refusal(.transferLimit) }
        let hasPinhole = isKnown && transfers.details[Int(role.session)].pinhole != nil
        guard hasPinhole || !pinholes.isFull else { throw Refusal(.pinholeLimit) }
    }

    mutating func accept(_ request: TFTPRequest, _ packet: Span<UInt8>, _ place: UInt32, at now: Timestamp) {
        let flow = flows.flows[Int(place)]
        let asked = TFTPTransfer(
            request, packet, client: flow.forward.sourceEndpoint, server: flow.forward.destinationEndpoint,
            realServer: flow.reverse.sourceEndpoint, interface: flow.forward.interface, at: now)
        if flow.session != Flow.noSession {
            if repeats(asked, flow.session) {
                transfers.progress[Int(flow.session)].retransmissions &+= 1
                return openPinhole(for: flow.session, flow, at: now)
            }
            finish(flow.session, .incomplete, at: now)
        }
        guard let session = transfers.add(asked, flow: flows.id(place)) else { return }
        flows.flows[Int(place)].session = session
        flows.flows[Int(place)].isDone = false
        flows.setIdleLimit(place, seconds: timeouts.udp)
        events.append(.tftpRequested(asked), at: now)
        openPinhole(for: session, flow, at: now)
    }

    /// Whether a request is one that the client has sent before and has had no answer to.
    private func repeats(_ asked: TFTPTransfer, _ session: UInt32) -> Bool {
        let known = transfers.details[Int(session)].transfer
        return known.operation == asked.operation && known.file == asked.file && known.mode == asked.mode
            && !transfers.progress[Int(session)].isTakenUp
    }

    /// The client has answered this flow's server port, so this is where the transfer goes on (RFC 1350 section 4): the
    /// pinhole has done its part, and answers from other ports, to a repeated request, are left to themselves.
    @inline(__always)
    mutating func takeUp(_ place: UInt32, _ session: UInt32, at now: Timestamp) {
        if !transfers.progress[Int(session)].isTakenUp { takeUpNow(place, session, at: now) }
    }

    private mutating func takeUpNow(_ place: UInt32, _ session: UInt32, at now: Timestamp) {
        transfers.progress[Int(session)].isTakenUp = true
        if let pinhole = transfers.details[Int(session)].pinhole { closePinhole(pinhole, .done, at: now) }
        for other in answers(to: session) where other != place { detach(other, session) }
    }

    /// The flows from the server's own ports.
    private func answers(to session: UInt32) -> [UInt32] {
        transfers.details[Int(session)].flows
            .compactMap { flows.place($0) }
            .filter { flows.flows[Int($0)].isSecondary }
    }

    /// Takes a flow out of its transfer.
    private mutating func detach(_ place: UInt32, _ session: UInt32) {
        let id = flows.id(place)
        transfers.details[Int(session)].flows.removeAll { $0 == id }
        settle(place)
    }

    /// Lets a flow linger only for packets under way.
    private mutating func settle(_ place: UInt32) {
        flows.flows[Int(place)].session = Flow.noSession
        flows.flows[Int(place)].isDone = true
        flows.setIdleLimit(place, seconds: Linger.transfer)
    }

    /// An ERROR ends the transfer, unless it comes on a flow beside the one that carries it: a repeated request's second
    /// answer is refused that way "while not disturbing the transfer" (RFC 1350 section 4).
    mutating func fail(
        _ place: UInt32, _ session: UInt32, _ code: UInt16, _ message: String, at now: Timestamp
    ) {
        if answers(to: session).contains(where: { $0 != place }) {
            if flows.flows[Int(place)].isSecondary { detach(place, session) }
            return
        }
        transfers.details[Int(session)].transfer.errorCode = code
        transfers.details[Int(session)].transfer.errorMessage = message
        finish(session, .error, at: now)
    }

    /// Ends a transfer: tells of it, closes its pinhole, and lets its flows linger.
    mutating func finish(_ session: UInt32, _ status: TFTPTransfer.Status, at now: Timestamp) {
        var transfer = transfers.current(session, at: now)
        transfer.status = status
        if let pinhole = transfers.details[Int(session)].pinhole { closePinhole(pinhole, .done, at: now) }
        for id in transfers.details[Int(session)].flows {
            if let place = flows.place(id) { settle(place) }
        }
        transfers.remove(session)
        events.append(.tftpFinished(transfer), at: now)
    }

    /// A flow goes; the transfer goes with the last of its flows.
    mutating func leaveTransfer(_ place: UInt32, at now: Timestamp) {
        let trafficClass = flows.flows[Int(place)].trafficClass
        if trafficClass == .inspectRTP || trafficClass == .inspectSIP { return leaveMedia(place) }
        let session = flows.flows[Int(place)].session
        guard session != Flow.noSession else { return }
        let id = flows.id(place)
        flows.flows[Int(place)].session = Flow.noSession
        transfers.details[Int(session)].flows.removeAll { $0 == id }
        if transfers.details[Int(session)].flows.isEmpty { finish(session, .incomplete, at: now) }
    }
}
