import Synchronization
import Wire

/// Counts what all threads of a terminator have, against its limits.
final class Admission: Sendable {
    private struct Counts {
        var sessions = 0
        var mostSessions = 0
        var handshakes = 0
        var sources: [IPAddress: Int] = [:]
        var refused: [StreamLimit: UInt64] = [:]
        var isStopping = false
    }

    private let limits: StreamLimits
    private let counts = Mutex(Counts())

    init(_ limits: StreamLimits) { self.limits = limits }

    /// A session and a handshake for `source`, or which limit is in the way.
    func admit(_ source: IPAddress) -> StreamLimit? {
        counts.withLock { counts in
            let ofSource = counts.sources[source, default: 0]
            let limit: StreamLimit? =
                if counts.isStopping {
                    .stopping
                } else if counts.sessions >= limits.sessions {
                    .sessions
                } else if ofSource >= limits.sessionsPerSource {
                    .sessionsPerSource
                } else if counts.handshakes >= limits.handshakes {
                    .handshakes
                } else {
                    nil
                }
            if let limit {
                counts.refused[limit, default: 0] &+= 1
                return limit
            }
            counts.sessions += 1
            counts.mostSessions = max(counts.mostSessions, counts.sessions)
            counts.handshakes += 1
            counts.sources[source] = ofSource + 1
            return nil
        }
    }

    func handshakeOver() { counts.withLock { $0.handshakes -= 1 } }

    func release(_ source: IPAddress) {
        counts.withLock { counts in
            counts.sessions -= 1
            let left = counts.sources[source, default: 1] - 1
            counts.sources[source] = left > 0 ? left : nil
        }
    }

    func stop() { counts.withLock { $0.isStopping = true } }

    var isEmpty: Bool { counts.withLock { $0.sessions == 0 } }

    func add(to statistics: inout TerminatorStatistics) {
        counts.withLock { counts in
            statistics.sessions = counts.sessions
            statistics.mostSessions = counts.mostSessions
            statistics.handshakesInProgress = counts.handshakes
            statistics.refused = counts.refused
        }
    }
}
