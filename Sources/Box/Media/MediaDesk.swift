import ConfigLanguage
import Inspection
import MediaTermination
import Wire

/// The media relay, between the hand that carries packets and the engine that says which go where.
///
/// Belongs to the packet thread; ``figures()`` and ``counters()`` may be asked for from any.
final class MediaDesk: Sendable {
    /// A fact for the log that the engine need not know.
    struct Note: Sendable {
        var fact: HandMediaReport.Fact
        var session: MediaSessionID?
    }

    private let relay: MediaRelay
    /// By interface.
    private let devices: [String]

    /// - Parameter wake: called from a worker's thread when there is something to take.
    init(_ configuration: Configuration, settings: MediaRelaySettings, wake: @escaping @Sendable () -> Void)
        throws(MediaRelayError)
    {
        devices = configuration.interfaces.map(\.device)
        relay = try MediaRelay(MediaDesk.addresses(configuration), settings: settings, onReport: wake)
    }

    /// A global address counts on each interface.
    static func addresses(_ configuration: Configuration) -> [MediaAddress] {
        guard let media = configuration.mediaTerminationInForce else { return [] }
        return configuration.interfaces.compactMap { interface in
            media.address(on: interface.name).map { MediaAddress(interface.device, $0) }
        }
    }

    /// Carries out what the engine wants; returns what could not be done.
    func perform(_ orders: [MediaOrder]) -> [BrainMediaReport] { orders.compactMap { perform($0) } }

    private func perform(_ order: MediaOrder) -> BrainMediaReport? {
        do throws(MediaRelayError) {
            switch order {
            case .open(let session): try relay.open(session.plan(devices))
            case .update(let session): try relay.update(session.plan(devices))
            case .close(let id): relay.close(id.rawValue)
            }
            return nil
        } catch {
            guard let id = order.opened else { return nil }
            return .failed(id, reason: "\(error)")
        }
    }

    /// What has happened, for the engine and for the log.
    func take() -> (reports: [BrainMediaReport], notes: [Note]) {
        var reports: [BrainMediaReport] = []
        var notes: [Note] = []
        for report in relay.takeReports() {
            let session = report.session.map { MediaSessionID($0) }
            notes.append(Note(fact: report.fact, session: session))
            if let session, let told = report.fact.brain(session) { reports.append(told) }
        }
        return (reports, notes)
    }

    /// The figures of all sessions now. Waits for the workers: not for the packet thread.
    func figures() -> [MediaSessionStatistics] { relay.statistics() }

    /// As ``figures()``.
    func counters() -> MediaRelayCounters { relay.counters() }

    func stop() { relay.stop() }
}

extension MediaOrder {
    /// The session that it would start or change.
    fileprivate var opened: MediaSessionID? {
        switch self {
        case .open(let session), .update(let session): session.id
        case .close: nil
        }
    }
}

extension HandMediaReport.Fact {
    /// The same in the engine's words; `nil` for what it need not know.
    fileprivate func brain(_ session: MediaSessionID) -> BrainMediaReport? {
        switch self {
        case .peerLearned(let side, .rtp, let peer), .peerMoved(let side, .rtp, from: _, to: let peer):
            .peerLearned(session, isPhone: side == .a, peer)
        case .setupFailed: .failed(session, reason: "a key can not be set up")
        case .timedOut: .idle(session)
        case .closed(let figures): figures.brain
        case .peerLearned, .peerMoved, .secured, .failed, .noSession: nil
        }
    }
}

extension MediaSessionStatistics {
    var brain: BrainMediaReport {
        .statistics(MediaSessionID(id), phone: a.brain, far: b.brain, idle: idleSeconds)
    }
}
