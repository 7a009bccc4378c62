/// Decides how a worker waits: a wake-up for each packet costs more than the packet, so that under load packets gather for a
/// ``tick``; on a quiet box each is taken at once.
struct RelayPacing {
    /// Nanoseconds; what a packet waits at most for company.
    static let tick: UInt64 = 1_500_000
    /// Packets within one tick that make it worth while to gather them.
    static let busyPackets = 4
    /// Ticks in a row with less than two packets that end it.
    static let quietTicks = 16

    private(set) var isBusy = false
    private var quiet = 0
    private var windowStart: UInt64 = 0
    private var windowPackets = 0

    /// Call after each time the rings were drained, with how many packets that brought and when it began.
    mutating func drained(_ packets: Int, at now: UInt64) {
        if isBusy {
            quiet = packets < 2 ? quiet + 1 : 0
            isBusy = quiet < Self.quietTicks
            windowPackets = 0
            return
        }
        if now &- windowStart >= Self.tick {
            windowStart = now
            windowPackets = 0
        }
        windowPackets += packets
        if windowPackets >= Self.busyPackets { (isBusy, quiet) = (true, 0) }
    }
}
