import Synchronization
import Wire

/// Counts what all threads of a terminator have, against its limits.
final class Admission: Sendable {
    private struct Counts {
        var sessions = 0
        var clearSessions = 0
        var mostSessions = 0
        var handshakes = 0
        var sources: [IPAddress: Int] = [:]
        var refused: [StreamLimit: UInt64] = [:]
        var isStopping = false
    }

    private let limits: StreamLimits
    private let counts = Mutex(Counts())

    init(_ limits: StreamLimits) { self.limits = limits }

    /// A session for `source`, with a handshake unless it comes in the clear; or which limit is in the way.
    func admit(_ source: IPAddress, inClear: Bool) -> StreamLimit? {
        counts.withLock { counts in
            if let limit = reached(counts, source, inClear: inClear) {
                counts.refused[limit, default: 0] &+= 1
                return limit
            }
            if inClear {
                counts.clearSessions += 1
            } else {
                counts.sessions += 1
                counts.mostSessions = max(counts.mostSessions, counts.sessions)
                counts.handshakes += 1
            }
            counts.sources[source, default: 0] += 1
            return nil
        }
    }

    private func reached(_ counts: Counts, _ source: IPAddress, inClear: Bool) -> StreamLimit? {
        if counts.isStopping { return .stopping }
        if inClear, counts.clearSessions >= limits.clearSessions { return .clearSessions }
        if !inClear, counts.sessions >= limits.sessions { return .sessions }
        if counts.sources[source, default: 0] >= limits.sessionsPerSource { return .sessionsPerSource }
        return !inClear && counts.handshakes >= limits.handshakes ? .handshakes : nil
    }

    func handshakeOver() { counts.withLock { $0.handshakes -= 1 } }

    func release(_ source: IPAddress, inClear: Bool) {
        counts.withLock { counts in
            if inClear { counts.clearSessions -= 1 } else { counts.sessions -= 1 }
            let left = counts.sources[source, default: 1] - 1
            counts.sources[source] = left > 0 ? left : nil
        }
    }

    func stop() { counts.withLock { $0.isStopping = true } }

    var isEmpty: Bool { counts.withLock { $0.sessions == 0 && $0.clearSessions == 0 } }

    func add(to statistics: inout TerminatorStatistics) {
        counts.withLock { counts in
            statistics.sessions = counts.sessions
            statistics.clearSessions = counts.clearSessions
            statistics.mostSessions = counts.mostSessions
            statistics.handshakesInProgress = counts.handshakes
            statistics.refused = counts.refused
        }
    }
}
