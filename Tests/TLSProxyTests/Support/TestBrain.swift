import Dispatch
import Glibc
import Synchronization
import TLSProxy
import TLSTestSupport
import Wire

/// What decides, in the tests: connects each phone to a server and passes everything on.
final class TestBrain: Sendable {
    private struct State {
        var events: [StreamEvent] = []
        var terminator: TLSTerminator?
    }

    private let plan: UpstreamPlan?
    private let passesOn: Bool
    private let state = Mutex(State())

    /// - Parameters:
    ///   - plan: `nil`: phones are not connected to anything.
    ///   - passesOn: otherwise bytes and ends are only noted.
    init(_ plan: UpstreamPlan? = nil, passesOn: Bool = true) {
        self.plan = plan
        self.passesOn = passesOn
    }

    convenience init(to server: CallServer) { self.init(UpstreamPlan(to: server.endpoint)) }

    func start(_ settings: TerminatorSettings) throws -> TLSTerminator {
        let terminator = try TLSTerminator(settings) { self.handle($0) }
        state.withLock { $0.terminator = terminator }
        return terminator
    }

    var events: [StreamEvent] { state.withLock { $0.events } }

    private func handle(_ event: StreamEvent) {
        let terminator = state.withLock { state in
            if case .received = event, passesOn {} else { state.events.append(event) }
            return state.terminator
        }
        guard let terminator else { return }
        let orders = orders(for: event)
        if !orders.isEmpty { terminator.perform(orders) }
    }

    private func orders(for event: StreamEvent) -> [StreamOrder] {
        switch event {
        case .handshakeFinished(let id, .phone, _): plan.map { [.connect(id, $0)] } ?? []
        case .received(let id, let side, let bytes): passesOn ? [.send(id, side.other, bytes)] : []
        case .ended(let id, let side, _): passesOn ? [.finish(id, side.other)] : []
        case .upstreamFailed(let id, _), .legClosed(let id, .server, _): passesOn ? [.close(id, .graceful)] : []
        default: []
        }
    }

    /// What `find` makes of the events so far, or of those to come.
    func wait<Found>(seconds: Double = 10, _ find: ([StreamEvent]) -> Found?) throws -> Found {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            if let found = find(events) { return found }
            usleep(2_000)
        }
        throw TestFailure("it did not come; there were: \(events.map(\.name))")
    }

    func id() throws -> StreamID {
        try wait { events in events.compactMap { if case .accepted(let id, _, _) = $0 { id } else { nil } }.last }
    }

    func hello() throws -> ClientHello {
        try wait { events in events.compactMap { if case .hello(_, let hello) = $0 { hello } else { nil } }.last }
    }

    func facts(_ side: StreamSide = .phone) throws -> HandshakeFacts {
        try wait { events in
            events.compactMap { if case .handshakeFinished(_, side, let facts) = $0 { facts } else { nil } }.last
        }
    }

    func failure(_ side: StreamSide = .phone) throws -> HandshakeFailure {
        try wait { events in
            events.compactMap { if case .handshakeFailed(_, side, let failure) = $0 { failure } else { nil } }.last
        }
    }

    func closeReason(_ side: StreamSide = .phone) throws -> CloseReason {
        try wait { events in
            events.compactMap { if case .legClosed(_, side, let reason) = $0 { reason } else { nil } }.last
        }
    }

    func totals() throws -> StreamTotals {
        try wait { events in events.compactMap { if case .closed(_, let totals) = $0 { totals } else { nil } }.last }
    }
}

extension StreamSide {
    var other: StreamSide { self == .phone ? .server : .phone }
}

extension StreamEvent {
    /// Without what varies.
    var name: String {
        switch self {
        case .accepted: "accepted"
        case .refused(let limit, _, _): "refused \(limit)"
        case .hello: "hello"
        case .handshakeFinished(_, let side, _): "handshake with \(side)"
        case .handshakeFailed(_, let side, let failure): "no handshake with \(side): \(failure.cause)"
        case .received(_, let side, _): "received from \(side)"
        case .ended(_, let side, let isTruncated): isTruncated ? "\(side) was cut off" : "\(side) has ended"
        case .upstreamConnected: "connected"
        case .upstreamFailed(_, let failure): "not connected: \(failure)"
        case .congested(_, let side): "\(side) is congested"
        case .drained(_, let side): "\(side) is drained"
        case .legClosed(_, let side, let reason): "\(side) is closed: \(reason)"
        case .closed: "closed"
        }
    }
}
