/// An open session.
final class MediaSession {
    let id: UInt64
    let a: MediaLeg
    let b: MediaLeg
    /// Seconds; 0 for never.
    var timeout: UInt32
    /// The present silence was reported.
    var hasTimedOut = false
    private let opened: UInt64

    init(_ plan: MediaSessionPlan, a: MediaLeg, b: MediaLeg, at now: UInt64) {
        id = plan.id
        timeout = plan.timeout
        self.a = a
        self.b = b
        opened = now
        a.other = b
        b.other = a
    }

    var legs: [MediaLeg] { [a, b] }

    /// Lets the legs go, which hold each other.
    func close() {
        a.other = nil
        b.other = nil
    }

    /// Nanoseconds since a packet was taken.
    func silence(at now: UInt64) -> UInt64 {
        let last = max(opened, a.lastTaken, b.lastTaken)
        return now > last ? now - last : 0
    }

    func statistics(at now: UInt64) -> MediaSessionStatistics {
        MediaSessionStatistics(
            id: id, a: a.statistics, b: b.statistics, idleSeconds: Double(silence(at: now)) / 1e9)
    }
}
