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
        /// What the phone connected to.
        var destination: Endpoint?
        var server: Endpoint?
        var serverInterface: InterfaceIndex?
        /// The box's end of the connection to the server.
        var local: Endpoint?
        /// The phone's certificate in DER, until the server is asked for; then that of the box's own making.
        var certificate: [UInt8]?
        /// The secure service that the phone asked for, in the clear; `nil`: it comes in the clear.
        var clearService: (port: UInt16, signalling: InspectionProtocol)?
        /// The server is spoken to by TLS.
        var isServerSecure = false

        /// The phone comes by TLS.
        var isSecure: Bool { clearService != nil }
    }

    let terminator: TLSTerminator
    /// Sees the plaintext as it comes and goes.
    var tap: ((SignallingPiece, Timestamp) -> Void)?
    /// Hears of the end of a connection that ``tap`` has seen.
    var tapEnd: ((HandStreamID, HandStreamSide?, Timestamp) -> Void)?
    private let inbox: StreamInbox
    private let upstream: UpstreamPlans
    private var parties: [HandStreamID: Parties] = [:]

    init(_ settings: TerminatorSettings, _ upstream: UpstreamPlans, wake: @escaping @Sendable () -> Void)
        throws(TLSProxyError)
    {
        let inbox = StreamInbox(wake: wake)
        let hand = Handle()
        terminator = try TLSTerminator(settings) { event in
            upstream.prepare(event, at: WallClock.now)
            if let order = inbox.put(event) { hand.perform(order) }
        }
        hand.set(terminator)
        self.inbox = inbox
        self.upstream = upstream
    }

    var ciphers: StreamCiphers {
        StreamCiphers(phones: terminator.ciphers, servers: upstream.context?.ciphers)
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
        if let known, known.isSecure || event.isRefusal { log(event, known) }
        switch event {
        case .received(let id, let side, let bytes):
            show(bytes, isFromPeer: true, side, of: id, at: now)
            return engine.receive(bytes.span, from: side.brain, of: BrainStreamID(id), at: now)
        case .legClosed(let id, let side, _): tapEnd?(id, side, now)
        default: break
        }
        if let told = brainEvent(event, known) { engine.take(told, at: now) }
        guard case .closed(let id, _) = event else { return }
        tapEnd?(id, nil, now)
        parties[id] = nil
    }

    private func show(
        _ bytes: [UInt8], isFromPeer: Bool, _ side: HandStreamSide, of id: HandStreamID, at now: Timestamp
    ) {
        guard let tap, let known = parties[id],
            let piece = SignallingPiece(bytes, isFromPeer: isFromPeer, side, of: id, known)
        else { return }
        tap(piece, now)
    }

    /// Who a stream is between, with what the event adds to it.
    private func meet(_ event: HandStreamEvent, _ engine: borrowing Engine) -> Parties? {
        switch event {
        case .accepted(let id, let phone, let destination):
            let interface = engine.phoneInterface(of: destination, for: phone.address)
            var known = Parties(phone: phone, interface: interface ?? InterfaceIndex(0))
            known.destination = destination
            known.clearService = interface.flatMap { engine.clearService(of: destination, on: $0) }
            parties[id] = known
            return known
        case .refused(_, let phone, let destination):
            let interface = engine.phoneInterface(of: destination, for: phone.address)
            return Parties(phone: phone, interface: interface ?? InterfaceIndex(0))
        case .upstreamConnected(let id, let local, let remote):
            parties[id]?.local = local
            parties[id]?.server = remote
            return parties[id]
        case .handshakeFinished(let id, .phone, let facts):
            if upstream.isSecure { parties[id]?.certificate = facts.provenCertificate }
            return parties[id]
        case .hello(let id, _), .handshakeFinished(let id, .server, _), .handshakeFailed(let id, _, _),
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
            known?.isServerSecure == true ? nil : .connected(BrainStreamID(id), local: local, cipher: nil)
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

    /// The certificate in DER that stands for the phone of a stream toward the call server; `nil`: none does.
    func localCertificate(of id: BrainStreamID) -> [UInt8]? {
        // Before a server is asked for, what is there is the phone's own.
        parties[id.hand].flatMap { $0.server == nil ? nil : $0.certificate }
    }

    /// Carries out what the engine wants; returns what can not be done.
    func perform(_ orders: [BrainStreamOrder], at now: Timestamp) -> [BrainStreamEvent] {
        var failures: [BrainStreamEvent] = []
        var possible: [HandStreamOrder] = []
        for order in orders {
            do throws(InlineError) {
                possible.append(try handOrder(order, at: now))
            } catch {
                failures.append(.connectFailed(order.stream, reason: error.description))
            }
        }
        terminator.perform(possible)
        return failures
    }

    private func handOrder(_ order: BrainStreamOrder, at now: Timestamp) throws(InlineError) -> HandStreamOrder {
        switch order {
        case .connect(let id, let source, let server, let interface, let isSecure):
            let phone = parties[id.hand]?.certificate
            parties[id.hand]?.server = server
            parties[id.hand]?.serverInterface = interface
            parties[id.hand]?.isServerSecure = isSecure
            parties[id.hand]?.certificate = nil
            let (plan, own) = try upstream.plan(to: server, from: source, isSecure: isSecure, for: phone, at: now)
            parties[id.hand]?.certificate = own
            return .connect(id.hand, plan)
        case .send(let id, let side, let bytes):
            show(bytes, isFromPeer: false, side.hand, of: id.hand, at: now)
            return .send(id.hand, side.hand, bytes)
        case .finish(let id, let side): return .finish(id.hand, side.hand)
        case .close(let id, _): return .close(id.hand, .graceful)
        case .reset(let id, _): return .close(id.hand, .abrupt)
        }
    }

    func stop() { terminator.stop() }
}

extension HandStreamEvent {
    fileprivate var isRefusal: Bool { if case .refused = self { true } else { false } }
}
