import Wire

/// Time since the start of a run; it never steps.
struct LabClock {
    private let start = ContinuousClock.now

    var now: Timestamp {
        let passed = start.duration(to: .now).components
        return Timestamp(seconds: passed.seconds, nanoseconds: passed.attoseconds / 1_000_000_000)
    }
}
