import ConfigLanguage
import Inspection
import TLSProxy
import Wire

/// Phones' signalling connections, between the hand that carries them and the engine.
///
/// Belongs to the packet thread, apart from the terminator's own threads behind it.
final class StreamDesk {
    /// What log lines say of a stream that the engine need not know.
    struct Parties {
        var phone: Endpoint
        var interface: InterfaceIndex
        var server: Endpoint?
        var serverInterface: InterfaceIndex?
        /// The box's end of a connection to the server that still shakes hands.
        var local: Endpoint?
    }

    let terminator: TLSTerminator
    private let inbox: StreamInbox
    private let upstream: UpstreamPlans
    private var parties: [HandStreamID: Parties] = [:]

    init(_ settings: TerminatorSettings, _ upstream: UpstreamPlans, wake: @escaping @Sendable () -> Void)
        throws(TLSProxyError)
    {
        let inbox = StreamInbox(wake: wake)
        let hand = Handle()
        terminator = try TLSTerminator(settings) { event in
            if let order = inbox.put(event) { hand.perform(order) }
        }
        hand.set(terminator)
        self.inbox = inbox
        self.upstream = upstream
    }

    /// Tells the engine what has come, and `log` what is to be written of it.
    func deliver(
        to engine: inout Engine, at now: Timestamp, log: (HandStreamEvent, Parties) -> Void
    ) {
        let (events, orders) = inbox.take()
        if !orders.isEmpty { terminator.perform(orders) }
        for event in events { deliver(event, to: &engine, at: now, log) }
    }

    private func deliver(
        _ event: HandStreamEvent, to engine: inout Engine, at now: Timestamp,
        _ log: (HandStreamEvent, Parties) -> Void
    ) {
        let known = meet(event, engine)
        if let known { log(event, known) }
        if case .received(let id, let side, let bytes) = event {
            return engine.receive(bytes.span, from: side.brain, of: BrainStreamID(id), at: now)
        }
        if let told = brainEvent(event, known) { engine.take(told, at: now) }
        if case .closed(let id, _) = event { parties[id] = nil }
    }

    /// Who a stream is between, with what the event adds to it.
    private func meet(_ event: HandStreamEvent, _ engine: borrowing Engine) -> Parties? {
        switch event {
        case .accepted(let id, let phone, let destination):
            let interface = engine.phoneInterface(of: destination, for: phone.address)
            parties[id] = Parties(phone: phone, interface: interface ?? InterfaceIndex(0))
            return parties[id]
        case .refused(_, let phone, let destination):
            let interface = engine.phoneInterface(of: destination, for: phone.address)
            return Parties(phone: phone, interface: interface ?? InterfaceIndex(0))
        case .upstreamConnected(let id, let local, let remote):
            parties[id]?.local = local
            parties[id]?.server = remote
            return parties[id]
        case .hello(let id, _), .handshakeFinished(let id, _, _), .handshakeFailed(let id, _, _),
            .received(let id, _, _), .ended(let id, _, _), .upstreamFailed(let id, _), .congested(let id, _),
            .drained(let id, _), .legClosed(let id, _, _), .closed(let id, _):
            return parties[id]
        }
    }

    /// The same in the engine's words; `nil` for what it need not know.
    private func brainEvent(_ event: HandStreamEvent, _ known: Parties?) -> BrainStreamEvent? {
        switch event {
        case .accepted(let id, let phone, let destination):
            known.map {
                .accepted(BrainStreamID(id), phone: phone, destination: destination, interface: $0.interface)
            }
        case .handshakeFinished(let id, .phone, let facts):
            .secured(BrainStreamID(id), identity: facts.identity, cipher: facts.streamCipher)
        case .handshakeFinished(let id, .server, let facts):
            known?.local.map { .connected(BrainStreamID(id), local: $0, cipher: facts.streamCipher) }
        case .upstreamConnected(let id, let local, _):
            upstream.isSecure ? nil : .connected(BrainStreamID(id), local: local, cipher: nil)
        case .upstreamFailed(let id, let failure): .connectFailed(BrainStreamID(id), reason: failure.text)
        case .handshakeFailed(let id, .server, let failure):
            .connectFailed(BrainStreamID(id), reason: failure.text)
        case .ended(let id, let side, _): .closed(BrainStreamID(id), side.brain, how: .finished)
        case .legClosed(let id, let side, let reason):
            reason.end.map { .closed(BrainStreamID(id), side.brain, how: $0) }
        case .closed(let id, _): .closed(BrainStreamID(id), .phone, how: .failed("gone"))
        case .refused, .hello, .handshakeFailed, .received, .congested, .drained: nil
        }
    }

    /// Carries out what the engine wants.
    func perform(_ orders: [BrainStreamOrder]) {
        terminator.perform(orders.map { handOrder($0) })
    }

    private func handOrder(_ order: BrainStreamOrder) -> HandStreamOrder {
        switch order {
        case .connect(let id, let source, let server, let interface, let isSecure):
            parties[id.hand]?.server = server
            parties[id.hand]?.serverInterface = interface
            return .connect(id.hand, upstream.plan(to: server, from: source, isSecure: isSecure))
        case .send(let id, let side, let bytes): return .send(id.hand, side.hand, bytes)
        case .finish(let id, let side): return .finish(id.hand, side.hand)
        case .close(let id, _): return .close(id.hand, .graceful)
        case .reset(let id, _): return .close(id.hand, .abrupt)
        }
    }

    func stop() { terminator.stop() }
}
