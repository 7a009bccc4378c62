import Glibc
import Synchronization
import TLSProxy

/// Orders the connection to the server and passes on what comes.
final class PassingBrain: Sendable {
    private let plan: UpstreamPlan
    private let terminator = Mutex<TLSTerminator?>(nil)

    init(_ plan: UpstreamPlan) { self.plan = plan }

    /// Until standard input ends. Says "ready" when it listens, and at the end what it has done.
    func run(_ settings: TerminatorSettings) throws {
        let started = try TLSTerminator(settings) { self.handle($0) }
        terminator.withLock { $0 = started }
        Self.write("ready\n")
        var byte: UInt8 = 0
        while unsafe read(0, &byte, 1) > 0 {}
        let statistics = started.statistics
        started.stop()
        Self.write(
            "\(statistics.handshakes) handshakes, \(statistics.resumed) resumed, \(statistics.failedHandshakes) failed\n"
        )
    }

    private func handle(_ event: StreamEvent) {
        guard let orders = orders(for: event), let terminator = terminator.withLock({ $0 }) else { return }
        terminator.perform(orders)
    }

    private func orders(for event: StreamEvent) -> [StreamOrder]? {
        switch event {
        case .handshakeFinished(let id, .phone, _): [.connect(id, plan)]
        case .received(let id, .phone, let bytes): [.send(id, .server, bytes)]
        case .received(let id, .server, let bytes): [.send(id, .phone, bytes)]
        case .ended(let id, .phone, _): [.finish(id, .server)]
        case .ended(let id, .server, _): [.finish(id, .phone)]
        case .legClosed(let id, _, _), .upstreamFailed(let id, _): [.close(id, .graceful)]
        default: nil
        }
    }

    private static func write(_ text: String) {
        let bytes = Array(text.utf8)
        unsafe _ = Glibc.write(1, bytes, bytes.count)
    }
}
