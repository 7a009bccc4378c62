/// Decides how a packet thread waits: at once when idle, on a tick when busy.
///
/// A wake-up per packet costs more than the packet: at telephony rates, letting packets gather for a millisecond more
/// than halves the cost of each. A single packet on a quiet box, on the other hand, must not wait. So: after packets
/// came densely, sleep a tick and take all that gathered; after ticks that brought little, wait for each packet again.
///
/// A transfer in lockstep looks dense as well, but its next packet comes only after the last one has gone on: to such
/// traffic a tick is nothing but delay. Ticks that bring single packets are therefore given up soon, and not tried again
/// for a while, which grows longer each time. Ticks that bring nothing say only that the sender paused.
struct Pacing {
    struct Settings {
        /// Nanoseconds; what a packet waits at most for company.
        var tick: UInt64 = 1_000_000
        /// Nanoseconds; the same for a packet that answers one of the box's own. Who is answered waits, and goes on only
        /// with the next answer: a long tick would be most of the time that a transfer takes. It is no longer than it has
        /// to be for some packets to gather.
        var answeredTicks: ClosedRange<UInt64> = 100_000...400_000
        /// Packets within one tick that make it worth while to gather them.
        var busyPackets = 8
        /// Ticks without any packet that end it.
        var emptyTicks = 16
        /// Ticks with packets, but fewer than half of ``busyPackets``, that end it. Those of ``answeredTicks`` are made
        /// longer first.
        var lonelyTicks = 4
        /// Nanoseconds for which it is not tried again then: the shortest at first, twice as long each time that it was in
        /// vain. Several transfers that wait for the same look like one for a while.
        var recesses: ClosedRange<UInt64> = 10_000_000...100_000_000
    }

    enum Wait: Equatable {
        /// Until a packet comes.
        case untilReadable
        /// A tick, whatever comes.
        case tick
    }

    let settings: Settings
    private(set) var wait = Wait.untilReadable
    /// How long the next tick is, in nanoseconds.
    private(set) var tick: UInt64
    /// Whether the packets last drained were answered.
    private var isAnswered = false
    /// How long a tick of ``Settings/answeredTicks`` is at present.
    private var answeredTick: UInt64
    private var empty = 0
    private var lonely = 0
    private var windowStart: UInt64 = 0
    private var windowPackets = 0
    private var recess: UInt64
    private var recessEnd: UInt64 = 0

    init(_ settings: Settings = Settings()) {
        self.settings = settings
        tick = settings.tick
        answeredTick = settings.answeredTicks.lowerBound
        recess = settings.recesses.lowerBound
    }

    /// The packets last drained were answered, or not: call it after ``drained(_:at:)``.
    mutating func answered(_ any: Bool) {
        isAnswered = any
        tick = any ? answeredTick : settings.tick
    }

    /// How long to sleep of a tick, so long after the queues were looked at last; in nanoseconds.
    ///
    /// Who is answered goes on while others are yet being answered, so that such a tick begins with the look at the queues:
    /// after one that took most of it, the next packets are there already, and to fall asleep and wake up costs more than
    /// they do. To others nothing has gone out before its end.
    func sleep(after elapsed: UInt64) -> UInt64 {
        guard isAnswered else { return tick }
        return elapsed < tick / 2 ? tick - elapsed : 0
    }

    /// Call after each time the queues were drained, with how many packets that brought and a monotonic time in
    /// nanoseconds; then ``wait`` says how to wait for the next.
    mutating func drained(_ packets: Int, at now: UInt64) {
        switch wait {
        case .untilReadable: countWakeUps(packets, now)
        case .tick: countTick(packets, now)
        }
    }

    private mutating func countWakeUps(_ packets: Int, _ now: UInt64) {
        if now &- windowStart >= settings.tick {
            windowStart = now
            windowPackets = 0
        }
        windowPackets += packets
        if windowPackets >= settings.busyPackets, now >= recessEnd {
            wait = .tick
            (empty, lonely) = (0, 0)
        }
    }

    private mutating func countTick(_ packets: Int, _ now: UInt64) {
        if packets * 2 >= settings.busyPackets {
            (empty, lonely) = (0, 0)
            recess = settings.recesses.lowerBound
            if packets >= settings.busyPackets * 2 { shorten() }
        } else if packets > 0 {
            empty = 0
            if !lengthen() { lonely += 1 }
        } else {
            empty += 1
        }
        let isLockstep = lonely >= settings.lonelyTicks
        guard isLockstep || empty >= settings.emptyTicks else { return }
        wait = .untilReadable
        windowPackets = 0
        answeredTick = settings.answeredTicks.lowerBound
        guard isLockstep else { return }
        recessEnd = now &+ recess
        recess = min(recess * 2, settings.recesses.upperBound)
    }

    private mutating func shorten() { answeredTick = max(answeredTick / 2, settings.answeredTicks.lowerBound) }

    /// Whether the tick could be made longer.
    private mutating func lengthen() -> Bool {
        guard tick < settings.answeredTicks.upperBound else { return false }
        answeredTick = min(answeredTick * 2, settings.answeredTicks.upperBound)
        return true
    }
}
