import Glibc

/// Nanoseconds of a clock that never steps back.
struct Stopwatch {
    private(set) var nanoseconds: UInt64 = 0
    private var started: UInt64 = 0

    mutating func start() { started = Self.now }
    mutating func stop() { nanoseconds += Self.now - started }

    private static var now: UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

extension Collection<Double> {
    /// The middle one, or the mean of the two in the middle; `nil` of none.
    var median: Double? {
        let sorted = self.sorted()
        guard let last = sorted.indices.last else { return nil }
        return (sorted[last / 2] + sorted[(last + 1) / 2]) / 2
    }
}
