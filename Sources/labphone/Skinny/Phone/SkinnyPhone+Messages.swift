import Wire

/// What servers say.
extension SkinnyPhone {
    func take(_ message: SkinnyMessage, over connection: SkinnyConnection) {
        guard let kind = message.kind else { return }
        let body = SkinnyReader(message.body)
        switch kind {
        case .keepAliveAck: return connection.keepAliveAnswered()
        case .registerTokenAck: return tokenGranted(connection)
        case .registerTokenReject: return tokenRejected(connection, wait: body.number(at: 0))
        default: break
        }
        guard connection === active else { return }
        switch kind {
        case .registerAck: accepted(SkinnyRegisterAck(body))
        case .registerReject: rejected(body.text(at: 0, 32))
        case .capabilitiesReq: send(.capabilitiesRes, capabilities)
        case .defineTimeDate: registrationComplete()
        case .unregisterAck: if state == .leaving { leave() }
        case .reset: reset(body.number(at: 0))
        default: takeInCall(kind, body, layout: connection.layout(of: message))
        }
    }

    private func accepted(_ ack: SkinnyRegisterAck) {
        guard let active, active.state == .registering else { return }
        active.state = .registered
        serverVersion = ack.version
        // A server that tells none speaks what the phone does.
        active.version = UInt32(ack.version == 0 ? settings.version : min(settings.version, ack.version))
        standbySeconds = ack.secondaryKeepAlive
        active.keepAlive(every: Double(ack.keepAlive))
        send(.ipPort, SkinnyKeys.body(0))
        send(.buttonTemplateReq)
        send(.softKeyTemplateReq)
        send(.softKeySetReq)
        send(.configStatReq)
        send(.serverReq)
        send(.lineStatReq, SkinnyKeys.body(1))
        send(.forwardStatReq, SkinnyKeys.body(1))
        send(.registerAvailableLines, SkinnyKeys.body(1))
        send(.timeDateReq)
    }

    /// Some servers tell the time again and again.
    private func registrationComplete() {
        guard state == .registering, active?.state == .registered else { return }
        state = .registered
        registrations += 1
        failures = 0
        if seconds == nil {
            seconds = loop.now.seconds(since: started)
            changed(self)
        }
        openStandby()
    }

    private func rejected(_ reason: String) {
        guard active?.state == .registering else { return }
        fail("rejected: \(reason)")
    }

    /// The phone starts again: on a new connection, while the server may still have the old one.
    private func reset(_ kind: UInt32) {
        guard let place = active?.place else { return }
        endCalls("reset")
        active?.close()
        register(with: place)
    }

    /// µ-law, in frames of 20 ms; 18 places.
    private var capabilities: [UInt8] {
        var writer = SkinnyWriter()
        for value in [1, SkinnyCodec.muLaw, 20] { writer.number(value) }
        writer.zeros(8 + 17 * 16)
        return writer.bytes
    }
}
