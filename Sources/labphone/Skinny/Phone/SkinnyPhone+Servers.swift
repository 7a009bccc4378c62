import Wire

/// Servers: which one the phone is registered with, what it does when that is gone, and how it comes back.
extension SkinnyPhone {
    /// Connects to a server, and registers there.
    func register(with place: Int) {
        guard state != .gone, state != .leaving else { return }
        state = .registering
        do throws(LabError) {
            active = try connection(to: place, .registering)
            sendRegister()
        } catch {
            lost(place, error.description)
        }
        // One who does not answer at all is not waited for for ever.
        let waited = active
        loop.after(callSettings.timeout) { [weak self, weak waited] in
            guard let self, let waited, waited === active, waited.state == .registering else { return }
            waited.close()
            lost(place, "no answer")
        }
    }

    private func connection(
        to place: Int, _ state: SkinnyConnection.State
    ) throws(LabError) -> SkinnyConnection {
        try SkinnyConnection(
            loop, to: place, of: settings, as: device, state, deliver: { [unowned self] in take($0, over: $1) },
            died: { [unowned self] in died($0, $1) })
    }

    func sendRegister() {
        let register = SkinnyRegister(device: device, address: settings.address, version: settings.version)
        send(.register, register.body)
    }

    private func died(_ connection: SkinnyConnection, _ reason: String) {
        keepAlives += connection.keepAlivesAnswered
        if connection === standby {
            standby = nil
            return loop.after(settings.retrySeconds) { [weak self] in self?.openStandby() }
        }
        guard connection === active else { return }
        if state == .leaving { return leave() }
        lost(connection.place, reason)
    }

    /// The server is gone: the one that stands by takes over, or the next one is tried.
    private func lost(_ place: Int, _ reason: String) {
        guard state != .gone else { return }
        endCalls("connection lost")
        active = nil
        let wasRegistered = state == .registered
        state = .registering
        if wasRegistered { failOvers += 1 }
        failures = wasRegistered ? 1 : failures + 1
        if let ready = standby {
            standby = nil
            active = ready
            ready.state = .registering
            ready.version = 0
            return sendRegister()
        }
        guard failures < settings.servers.count || seconds != nil else { return fail(reason) }
        let next = (place + 1) % settings.servers.count
        // All have been tried: not at once again.
        let seconds = failures < settings.servers.count ? 0 : settings.retrySeconds
        loop.after(seconds) { [weak self] in self?.register(with: next) }
    }

    /// Opens the connection that stands by: to the first server while the phone is with another, else to the second.
    func openStandby() {
        guard settings.keepsStandby, settings.servers.count > 1, standby == nil, state == .registered, let active
        else { return }
        let isAway = active.place != 0
        do throws(LabError) {
            let made = try connection(to: isAway ? 0 : 1, isAway ? .asking : .standby)
            standby = made
            if isAway { ask(made) } else { made.keepAlive(every: Double(standbySeconds)) }
        } catch {
            loop.after(settings.retrySeconds) { [weak self] in self?.openStandby() }
        }
    }

    private func ask(_ connection: SkinnyConnection) {
        connection.send(.registerTokenReq, SkinnyTokenRequest(device: device, address: settings.address).body)
    }

    func tokenRejected(_ connection: SkinnyConnection, wait seconds: UInt32) {
        tokensRejected += 1
        loop.after(Double(max(1, seconds))) { [weak self, weak connection] in
            guard let self, let connection, connection === standby, connection.state == .asking else { return }
            ask(connection)
        }
    }

    /// The first server takes the phone back; calls are finished before.
    func tokenGranted(_ connection: SkinnyConnection) {
        guard connection === standby, connection.state == .asking else { return }
        guard calls.isEmpty, wanted == nil else {
            return loop.after(0.5) { [weak self, weak connection] in connection.map { self?.tokenGranted($0) } }
        }
        send(.unregister, version < 10 ? [] : SkinnyKeys.body(0))
        keepAlives += active?.keepAlivesAnswered ?? 0
        active?.close()
        standby = nil
        active = connection
        connection.state = .registering
        state = .registering
        sendRegister()
    }
}
