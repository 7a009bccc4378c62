import Box
import Wire

/// A phone that registers with a server, and calls and is called over that one link.
final class SIPPhone: SIPAgent, CallingPhone {
    struct Settings {
        var server: Endpoint
        var transport = SIPTransport.tls
        var address: IPAddress
        var expires = 120
        /// Seconds between empty lines that keep the connection alive; `nil`: none.
        var keepAlive: Double?
        var tls: TLSContext?
    }

    enum State { case idle, registering, registered, leaving, gone }

    let user: String
    let device: String
    private(set) var state = State.idle
    /// Why it is not registered.
    private(set) var failure: String?
    private(set) var registrations = 0
    private(set) var keepAlives = 0
    var keepAlivesAnswered: Int { link?.emptyLines ?? 0 }
    private(set) var seconds: Double?
    private let settings: Settings
    private var link: SIPLink?
    private var sender: SIPRequestSender?
    private let callID = SIPText.token()
    private let tag = SIPText.token()
    private var sequence = 0
    private var started = Timestamp.zero
    private let changed: (SIPPhone) -> Void

    init(
        _ loop: EventLoop, user: String, device: String, _ settings: Settings, _ calls: CallSettings,
        _ ears: CallFleet<SIPPhone>.Ears
    ) {
        self.user = user
        self.device = device
        self.settings = settings
        changed = ears.changed
        super.init(loop, address: settings.address, calls, reported: ears.reported)
    }

    override var answersCalls: Bool { state == .registered && openCalls == 0 }
    var standing: PhoneStanding {
        switch state {
        case .registered: .registered
        case .gone: .gone
        default: .notYet
        }
    }
    var isIdle: Bool { state == .registered && openCalls == 0 }

    private var host: String { settings.server.address.description }
    private var address: String { "sip:\(user)@\(host)" }

    func start() {
        started = loop.now
        state = .registering
        do throws(LabError) {
            link = try makeLink()
            register()
        } catch {
            fail(error.description)
        }
    }

    private func makeLink() throws(LabError) -> SIPLink {
        let local = Endpoint(settings.address, 0)
        let deliver = { [unowned self] (message: SIPMessage, link: SIPLink, source: Endpoint) in
            receive(message, over: link, from: source)
        }
        let stream: any ByteStream
        switch settings.transport {
        case .udp: return try SIPLink(loop, datagrams: BoundSocket(local), deliver: deliver)
        case .tcp: stream = try PlainStream(to: settings.server, from: local)
        case .tls:
            guard let tls = settings.tls else { throw LabError(description: "no TLS settings") }
            stream = try TLSStream(to: settings.server, from: local, as: device, tls)
        }
        return try SIPLink(loop, stream: stream, settings.transport, peer: settings.server, deliver: deliver) {
            [unowned self] in fail($0)
        }
    }

    private func register(expires: Int? = nil) {
        guard let link else { return }
        sequence += 1
        var request = SIPMessage(startLine: "REGISTER sip:\(host) SIP/2.0")
        request.add("via", via(over: link))
        request.add("max-forwards", "70")
        request.add("from", "<\(address)>;tag=\(tag)")
        request.add("to", "<\(address)>")
        request.add("call-id", callID)
        request.add("cseq", "\(sequence) REGISTER")
        request.add("contact", "<\(contact(user: user, over: link))>")
        request.add("expires", "\(expires ?? settings.expires)")
        request.add("user-agent", "labphone")
        sender = SIPRequestSender(
            loop, request, over: link, to: settings.server, timeout: callSettings.timeout
        ) { [unowned self] in registrationAnswered($0) }
    }

    private func registrationAnswered(_ response: SIPMessage) {
        guard response.status >= 200 else { return }
        if state == .leaving { return leave() }
        guard response.status < 300 else { return fail(response.startLine.dropFirst(8).description) }
        registrations += 1
        loop.after(Double(settings.expires) / 2) { [weak self] in
            guard let self, state == .registered else { return }
            register()
        }
        guard state == .registering else { return }
        state = .registered
        seconds = loop.now.seconds(since: started)
        changed(self)
        keepAliveLater()
    }

    private func keepAliveLater() {
        guard let seconds = settings.keepAlive else { return }
        loop.after(seconds) { [weak self] in
            guard let self, state == .registered else { return }
            keepAlives += 1
            link?.keepAlive()
            keepAliveLater()
        }
    }

    private func fail(_ reason: String) {
        guard state != .gone else { return }
        if state != .leaving { failure = reason }
        leave()
    }

    private func leave() {
        state = .gone
        link?.close()
        changed(self)
    }

    /// Takes the registration back, and ends.
    func stop() {
        guard state == .registered || state == .registering else { return }
        hangUpAll()
        let wasRegistered = state == .registered
        state = .leaving
        if wasRegistered { register(expires: 0) } else { leave() }
    }

    /// Calls a user of the same server.
    func call(_ other: String) {
        guard let link else { return }
        let peer = "sip:\(other)@\(host)"
        call(peer, target: peer, as: user, local: address, over: link, to: settings.server)
    }

    override func receive(responseOutside response: SIPMessage) {
        guard let sender, sender.matches(response), !sender.isDone else { return }
        sender.take(response)
    }

    var json: JSONValue {
        .object([
            ("phone", .string(user)), ("device", .string(device)), ("registered", .bool(failure == nil)),
            ("outcome", .string(failure ?? "registered")), ("registrations", .integer(Int64(registrations))),
            ("seconds", seconds.map { .decimal($0) } ?? .null),
        ])
    }
}
