import Wire

/// The time that a live driver gives the engine: the wall clock's, but never back.
///
/// Where somebody sets the wall clock back, this one goes on at half its pace until the two meet: timers still run, and
/// nothing happens before what caused it.
struct EngineClock {
    /// What is added to the steady clock, and its last reading; nanoseconds.
    private var offset = Int64.min
    private var lastSteady: Int64 = 0

    mutating func read() -> Timestamp {
        // In this order: a pause between the two makes the time a little old, and the next reading corrects it.
        let wall = WallClock.now
        return time(wall: wall, steady: SteadyClock.now)
    }

    /// The time at these readings. The steady one never goes back.
    mutating func time(wall: Timestamp, steady: Timestamp) -> Timestamp {
        let difference = wall.nanoseconds &- steady.nanoseconds
        let slowest = offset == .min ? difference : offset - (steady.nanoseconds - lastSteady) / 2
        offset = max(difference, slowest)
        lastSteady = steady.nanoseconds
        return Timestamp(nanoseconds: steady.nanoseconds + offset)
    }
}
