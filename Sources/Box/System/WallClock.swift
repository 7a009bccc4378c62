import Glibc
import Wire

/// The clock on the wall, which somebody may set. The engine never reads it.
public enum WallClock {
    public static var now: Timestamp { Timestamp.read(CLOCK_REALTIME) }
}

/// A clock that nobody sets: for how long something may take.
enum SteadyClock {
    static var now: Timestamp { Timestamp.read(CLOCK_MONOTONIC) }
}

extension Timestamp {
    fileprivate static func read(_ clock: clockid_t) -> Timestamp {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }
}
