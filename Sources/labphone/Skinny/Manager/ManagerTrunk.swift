import Wire

/// The way out: the manager calls a SIP desk phone, and passes on media between it and a Skinny phone.
final class ManagerTrunk: SIPAgent {
    private let desk: Endpoint
    private let bound: IPAddress
    private var link: SIPLink?
    private var legs: [ObjectIdentifier: ManagerTrunkLeg] = [:]
    private let manager: CallManager

    init(_ manager: CallManager, to desk: Endpoint) throws(LabError) {
        self.manager = manager
        self.desk = desk
        bound = manager.settings.bound.address
        var settings = CallSettings()
        settings.isRelaying = true
        settings.tones = manager.settings.tones
        super.init(manager.loop, address: bound, settings, reported: { _ in })
        link = try SIPLink(
            loop, datagrams: BoundSocket(Endpoint(bound, 0)),
            deliver: { [unowned self] in receive($0, over: $1, from: $2) })
    }

    func call(_ number: String, as caller: String, _ conversation: Conversation) -> ManagerTrunkLeg {
        let leg = ManagerTrunkLeg(manager, conversation)
        guard let link else { return leg }
        let peer = "sip:\(number)@\(desk)"
        let call = call(
            peer, target: peer, as: caller, local: "sip:\(caller)@\(bound)", over: link, to: desk)
        leg.call = call
        legs[ObjectIdentifier(call)] = leg
        return leg
    }

    override func established(_ call: SIPCall) { legs[ObjectIdentifier(call)]?.answered() }

    override func ended(_ call: SIPCall) {
        legs.removeValue(forKey: ObjectIdentifier(call))?.ended()
        super.ended(call)
    }

    override var answersCalls: Bool { false }
}

/// One call over the trunk, and the port that stands for it on the phones' side.
final class ManagerTrunkLeg {
    let port: ManagerPort
    weak var call: SIPCall?
    private var relay: FrameRelay?
    private weak var conversation: Conversation?

    init(_ manager: CallManager, _ conversation: Conversation) {
        self.conversation = conversation
        port = manager.port(.bridge)
    }

    func answered() {
        guard let media = call?.media else { return }
        let relay = FrameRelay(media)
        self.relay = relay
        media.hears = { [weak self] in self?.port.send($0, of: 1, $1) }
        port.hears = { [weak relay] in relay?.send($0, of: $1, $2) }
        conversation?.answer()
    }

    func ended() { conversation?.finish("completed") }

    func hangUp() { call?.hangUp() }
}
