import Wire

/// A phone's connection, as the call manager sees it.
final class ManagerStation {
    private(set) var device = ""
    private(set) var number = ""
    private(set) var isRegistered = false
    private(set) var isGone = false
    var legs: [UInt32: ManagerLeg] = [:]
    private var link: SkinnyLink?
    private var lastHeard: Timestamp
    private let manager: CallManager

    init(_ manager: CallManager, _ stream: any ByteStream, peer: Endpoint) throws(LabError) {
        self.manager = manager
        lastHeard = manager.loop.now
        link = try SkinnyLink(
            manager.loop, stream, peer: peer, deliver: { [unowned self] message, _ in take(message) },
            ended: { [unowned self] _ in end() })
    }

    var version: UInt32 { link?.version ?? 0 }
    var peer: Endpoint { link?.peer ?? Endpoint(.anyV4, 0) }
    /// The phone has no call.
    var isFree: Bool { legs.isEmpty }

    func send(_ kind: SkinnyKind, _ body: [UInt8] = []) { link?.send(kind, body) }

    private func take(_ message: SkinnyMessage) {
        lastHeard = manager.loop.now
        manager.messages += 1
        let body = SkinnyReader(message.body)
        guard let kind = message.kind else {
            manager.unknownMessages += 1
            return
        }
        switch kind {
        case .register: register(SkinnyRegister(body))
        case .registerTokenReq: answerToken(SkinnyTokenRequest(body))
        case .keepAlive:
            manager.keepAlives += 1
            send(.keepAliveAck)
        case .alarm, .ipPort, .capabilitiesRes: break
        default:
            guard isRegistered else {
                manager.outOfOrder += 1
                return
            }
            takeFromRegistered(kind, body)
        }
    }

    private func takeFromRegistered(_ kind: SkinnyKind, _ body: SkinnyReader) {
        switch kind {
        case .unregister:
            let phone = link
            phone?.send(.unregisterAck, SkinnyKeys.body(0))
            unregister()
        case .buttonTemplateReq: send(.buttonTemplate, SkinnyAnswers.buttonTemplate)
        case .softKeyTemplateReq: send(.softKeyTemplate, SkinnyAnswers.softKeyTemplate)
        case .softKeySetReq: send(.softKeySet, SkinnyAnswers.softKeySet)
        case .configStatReq: send(.configStat, SkinnyAnswers.configStat(device: device))
        case .timeDateReq: send(.defineTimeDate, SkinnyAnswers.timeDate)
        case .versionReq: send(.version, SkinnyAnswers.version)
        case .serverReq: send(.serverRes, SkinnyServerList(servers: manager.servers).body(version: version))
        case .forwardStatReq:
            if version < 18 { send(.forwardStat, SkinnyAnswers.forwardStat(line: body.number(at: 0))) }
        case .lineStatReq:
            let (kind, answer) = SkinnyAnswers.lineStat(line: body.number(at: 0), number: number, version: version)
            send(kind, answer)
        case .registerAvailableLines: break
        default: manager.takeInCall(kind, body, from: self)
        }
    }

    private func register(_ register: SkinnyRegister) {
        guard let number = manager.number(of: register.device) else {
            var writer = SkinnyWriter()
            writer.text("no such device", 32)
            manager.rejected += 1
            return send(.registerReject, writer.bytes)
        }
        device = register.device
        self.number = number
        if register.address != peer.address { manager.foreignAddresses += 1 }
        let version = min(register.version, manager.settings.version)
        send(.registerAck, manager.registerAck(version: version).body)
        link?.version = UInt32(version)
        isRegistered = true
        manager.registered(self)
        send(.capabilitiesReq)
    }

    private func answerToken(_ request: SkinnyTokenRequest) {
        manager.tokens += 1
        if manager.refusesToken() { send(.registerTokenReject, SkinnyKeys.body(1)) } else { send(.registerTokenAck) }
    }

    private func unregister() {
        guard isRegistered else { return }
        isRegistered = false
        manager.left(self)
    }

    /// The phone has not said anything for so long.
    func silentSeconds(at now: Timestamp) -> Double { now.seconds(since: lastHeard) }

    /// Ends the connection; the phone hears no more.
    func close() {
        link?.close()
        end()
    }

    private func end() {
        guard !isGone else { return }
        isGone = true
        unregister()
        manager.gone(self)
    }
}
