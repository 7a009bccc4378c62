/// An open session.
final class MediaSession {
    let id: UInt64
    /// In ``table``.
    let a: Int
    let b: Int
    /// Seconds; 0 for never.
    var timeout: UInt32
    /// The present silence was reported.
    var hasTimedOut = false
    private let opened: UInt64
    private let table: LegTable

    /// Ties the legs with the numbers `a` and `b` to each other.
    init(_ plan: MediaSessionPlan, a: Int, b: Int, in table: LegTable, at now: UInt64) {
        id = plan.id
        timeout = plan.timeout
        self.a = a
        self.b = b
        self.table = table
        opened = now
        table[a].other = b
        table[b].other = a
    }

    var legs: [Int] { [a, b] }

    /// Nanoseconds since a packet was taken.
    func silence(at now: UInt64) -> UInt64 {
        let last = max(opened, table[a].lastTaken, table[b].lastTaken)
        return now > last ? now - last : 0
    }

    func statistics(at now: UInt64) -> MediaSessionStatistics {
        MediaSessionStatistics(
            id: id, a: table[a].statistics, b: table[b].statistics, idleSeconds: Double(silence(at: now)) / 1e9)
    }
}
