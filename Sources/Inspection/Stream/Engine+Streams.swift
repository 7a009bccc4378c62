import ConfigLanguage
import Wire

/// Phones' signalling connections: which are let in, where they go, and how they end.
extension Engine {
    /// The most bytes that wait for a server's connection to stand, or for the rest of a message, per stream and side.
    public static var heldStreamBytes: Int { 65_536 }

    public var hasStreamOrders: Bool { !streamOrders.isEmpty }

    /// What the hand that carries the streams is to do, in order.
    public mutating func takeStreamOrders() -> [StreamOrder] {
        defer { streamOrders = [] }
        return streamOrders
    }

    /// Takes what became of a stream. An event of a stream that the engine has forgotten changes nothing.
    public mutating func take(_ event: StreamEvent, at now: Timestamp) {
        expire(now)
        switch event {
        case .accepted(let id, let phone, let destination, let interface):
            accept(id, phone, destination, interface, at: now)
        case .secured(let id, let identity, let cipher): secure(id, identity, cipher, at: now)
        case .connected(let id, let local, let cipher): connect(id, local, cipher, at: now)
        case .connectFailed(let id, let reason):
            counters.streams.connectFailures &+= 1
            guard let stream = streams[id] else { return }
            events.append(.signalling(.connectFailed(summary(stream), reason)), at: now)
            // As if the server itself had refused.
            if stream.service.isPlain { return reset(id, .connectFailed, at: now) }
            close(id, .connectFailed, at: now)
        case .closed(let id, let side, let how): close(id, side, how, at: now)
        }
    }

    // MARK: Beginning

    private mutating func accept(
        _ id: StreamID, _ phone: Endpoint, _ destination: Endpoint, _ interface: InterfaceIndex, at now: Timestamp
    ) {
        counters.streams.accepted &+= 1
        guard
            let service = services.find(destination, on: interface)
                ?? plainService(of: destination, for: phone, on: interface)
        else { return refuse(id, .noService, nil, phone, interface, at: now) }
        if let refusal = refusal(of: phone.address, to: service) {
            return refuse(id, refusal, service, phone, interface, at: now)
        }
        let stream = SignallingStream(id: id, phone: phone, interface: interface, service: service, at: now)
        guard streams.add(stream) else { return refuse(id, .sessionLimit, service, phone, interface, at: now) }
        streams.wake(id, at: deadline(idleLimit(of: stream), from: now))
        events.append(.signalling(.accepted(summary(stream))), at: now)
        if let source = service.plainSource { connect(stream, from: source) }
    }

    /// Why an address may have no further stream; `nil`: it may.
    private func refusal(of source: IPAddress, to service: SignallingService) -> StreamRefusal? {
        if streams.isFull || !service.isPlain && streams.securedCount >= configuration.maximumTLSProxySessions {
            return .sessionLimit
        }
        return streams.count(of: source) >= streams.limitPerSource ? .sourceLimit : nil
    }

    private mutating func connect(_ stream: SignallingStream, from source: IPAddress) {
        let service = stream.service
        streamOrders.append(
            .connect(
                stream.id, from: source, to: service.server, interface: service.serverInterface,
                isSecure: service.isServerSecure))
    }

    private mutating func refuse(
        _ id: StreamID, _ reason: StreamRefusal, _ service: SignallingService?, _ phone: Endpoint,
        _ interface: InterfaceIndex, at now: Timestamp
    ) {
        counters.streams.count(reason)
        let plain = service.flatMap { $0.isPlain ? $0.signalling : nil }
        if reason == .sessionLimit, plain == nil {
            events.append(.streamLimit(maximum: min(streams.limit, configuration.maximumTLSProxySessions)), at: now)
        }
        events.append(.signalling(.refused(phone, interface, reason, plain: plain)), at: now)
        streamOrders.append(.reset(id, reason: reason))
    }

    /// The handshake is over: the device is at this address, and the server may hear of it.
    private mutating func secure(
        _ id: StreamID, _ identity: PeerIdentity?, _ cipher: StreamCipher?, at now: Timestamp
    ) {
        guard let stream = streams[id], stream.stage == .handshake else { return }
        let device = identity.flatMap { DeviceName(commonName: $0.commonName) }
        if let refusal = admit(device, stream, at: now) {
            events.append(.signalling(.refused(stream.phone, stream.interface, refusal, plain: nil)), at: now)
            return close(id, refusal, at: now)
        }
        streams[id]?.device = device
        streams[id]?.phoneCipher = cipher
        streams[id]?.stage = .connecting
        streams[id]?.lastSeen = now
        if let secured = streams[id] { events.append(.signalling(.secured(summary(secured))), at: now) }
        connect(stream, from: stream.phone.address)
    }

    /// Enters a phone into the database, unless the configuration wants it to have asked for its files first; why it is
    /// refused, if it is.
    private mutating func admit(
        _ device: DeviceName?, _ stream: SignallingStream, at now: Timestamp
    ) -> StreamRefusal? {
        guard let device else {
            // Nothing was proved, and so nothing is entered: `no server authenticate-client`.
            return configuration.tlsProxyInForce?.authenticatesClients == false ? nil : .noSecurePhone
        }
        if configuration.phoneProxy?.requiresFileRequest == true,
            phones.find(device, on: stream.interface)?.address != stream.phone.address
        {
            return .noSecurePhone
        }
        return verifySecurePhone(device, on: stream.interface, from: stream.phone.address, at: now) ? nil : .phoneLimit
    }

    private mutating func connect(
        _ id: StreamID, _ local: Endpoint, _ cipher: StreamCipher?, at now: Timestamp
    ) {
        guard let stream = streams[id], stream.stage == .connecting else { return }
        streams[id]?.stage = .open
        streams[id]?.local = local
        streams[id]?.serverCipher = cipher
        streams[id]?.lastSeen = now
        events.append(.signalling(.connected(summary(stream), local: local)), at: now)
        let held = stream.held
        streams[id]?.held = []
        if !held.isEmpty { receive(held.span, from: .phone, of: id, at: now) }
        // What the phone had closed meanwhile.
        if streams[id]?.phoneHasFinished == true { streamOrders.append(.finish(id, .server)) }
    }

    // MARK: Bytes

    /// Takes bytes that one side of a stream has sent, in order.
    public mutating func receive(_ bytes: Span<UInt8>, from side: StreamSide, of id: StreamID, at now: Timestamp) {
        expire(now)
        guard let stream = streams[id], stream.stage != .handshake, !bytes.isEmpty else { return }
        if stream.stage == .connecting {
            guard side == .phone else { return }
            guard stream.held.count + bytes.count <= Self.heldStreamBytes else { return close(id, .overflow, at: now) }
            for index in bytes.indices { streams[id]?.held.append(bytes[index]) }
            return
        }
        streams[id]?.lastSeen = now
        if side == .phone {
            streams[id]?.bytesFromPhone &+= UInt64(bytes.count)
        } else {
            streams[id]?.bytesFromServer &+= UInt64(bytes.count)
        }
        converse(bytes, from: side, of: id, at: now)
    }

    // MARK: Ending

    /// One side is over: the other is let go on as long as it has something to say, unless the end was not in order.
    private mutating func close(_ id: StreamID, _ side: StreamSide, _ how: StreamEvent.End, at now: Timestamp) {
        guard let stream = streams[id] else { return }
        guard how == .finished, stream.stage != .handshake else {
            forget(id, .finished, at: now)
            if stream.stage != .handshake || side == .server {
                streamOrders.append(how == .reset ? .reset(id, reason: .finished) : .close(id, reason: .finished))
            }
            return
        }
        if side == .phone { streams[id]?.phoneHasFinished = true } else { streams[id]?.serverHasFinished = true }
        if stream.phoneHasFinished && side == .server || stream.serverHasFinished && side == .phone {
            forget(id, .finished, at: now)
            streamOrders.append(.close(id, reason: .finished))
        } else if stream.stage == .open {
            streamOrders.append(.finish(id, side.other))
            streams[id]?.lastSeen = now
            wakeStream(id, at: now)
        }
    }

    /// Ends a stream in order, and forgets it.
    mutating func close(_ id: StreamID, _ reason: StreamRefusal, at now: Timestamp) {
        guard streams[id] != nil else { return }
        counters.streams.count(reason)
        forget(id, reason, at: now)
        streamOrders.append(.close(id, reason: reason))
    }

    mutating func reset(_ id: StreamID, _ reason: StreamRefusal, at now: Timestamp) {
        guard streams[id] != nil else { return }
        counters.streams.count(reason)
        forget(id, reason, at: now)
        streamOrders.append(.reset(id, reason: reason))
    }

    private mutating func forget(_ id: StreamID, _ reason: StreamRefusal, at now: Timestamp) {
        guard let stream = streams.remove(id) else { return }
        counters.streams.closed &+= 1
        if let device = stream.device {
            phones.unregister(device, on: stream.interface, port: stream.phone.port)
        }
        if stream.service.signalling == .skinny {
            // A Skinny phone that comes back begins anew.
            for call in stream.calls { endCall(call, .disconnected, at: now) }
            forgetDevice(of: stream)
        } else {
            orphanCalls(stream.calls, at: now)
        }
        events.append(.signalling(.closed(summary(stream), reason)), at: now)
    }

    /// Seconds: `timeout sip`, or `timeout signaling` of a Skinny inspection map.
    private func idleLimit(of stream: SignallingStream) -> Int {
        let service = stream.service
        return service.signalling == .skinny ? service.skinnyPolicy.signallingTimeout : timeouts.sip
    }

    /// Ends streams on which nobody has said anything for too long, and registrations that were not renewed. Where one side
    /// is over, the other is waited for no longer than `timeout half-closed`. A phone that is registered may be silent until
    /// it has to renew that. A Skinny phone renews it with every keep-alive: one that
    /// does not is gone.
    mutating func wakeStream(_ id: StreamID, at now: Timestamp) {
        expireRegistrations(of: id, at: now)
        guard let stream = streams[id] else { return }
        if stream.skinny.isRegistered, stream.registrations.isEmpty { return close(id, .idle, at: now) }
        let expiries = stream.registrations.map(\.expires)
        let idle =
            stream.isHalfClosed
            ? deadline(timeouts.halfClosed, from: stream.lastSeen)
            : max(deadline(idleLimit(of: stream), from: stream.lastSeen), expiries.max() ?? .zero)
        if idle <= now { return close(id, .idle, at: now) }
        streams.wake(id, at: min(idle, expiries.min() ?? idle))
    }

    /// `clear tls-proxy session`: ends one stream, or all that came by TLS; how many that were.
    public mutating func clearStreams(_ only: StreamID? = nil, at now: Timestamp) -> Int {
        let ids =
            only.map { streams[$0] == nil ? [] : [$0] } ?? streams.ids.filter { streams[$0]?.service.isPlain == false }
        for id in ids { close(id, .cleared, at: now) }
        return ids.count
    }
}
