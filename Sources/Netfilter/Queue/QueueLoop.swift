import CLinux
import Glibc
import SystemCalls

/// One thread's queues: waits for packets, or gathers them for a millisecond under load, and drains them in turn.
public final class QueueLoop {
    public struct Turn: Hashable, Sendable {
        /// Packets that were judged.
        public var packets = 0
        /// Somebody called ``Waker/wake()``.
        public var wasWoken = false
    }

    public let queues: [PacketQueue]
    /// For other threads.
    public let waker: Waker
    private var pacing = Pacing()
    private var polled: [pollfd]
    private var isBacklogged = false
    /// When the queues were looked at last; monotonic, nanoseconds.
    private var lastLook: UInt64 = 0
    private let policies: IPsecPolicies
    private var policiesRead: UInt64 = 0

    public init(_ queues: [PacketQueue]) throws(SystemError) {
        self.queues = queues
        policies = try IPsecPolicies()
        waker = try Waker()
        polled = (queues.map(\.descriptor) + [waker.descriptor]).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
    }

    /// For the thread that calls ``turn(waitingAtMost:looksAhead:look:gather:_:)``, once: its ticks end on time. Unless
    /// asked not to, Linux lets a sleep last 50 microseconds longer, which is half of a short tick.
    public static func prepareThread() {
        _ = CLinux_prctl(PR_SET_TIMERSLACK, 1000, 0)
    }

    /// Waits for packets, a call of ``Waker/wake()`` or `milliseconds`, whichever is first; then drains the queues,
    /// each in turn so that a flood on one does not starve the others, and returns. The caller sees to its timers
    /// between turns. `decide` is told which of ``queues`` a packet came from; the rest is as with
    /// ``PacketQueue/receive(_:)``.
    public func turn(
        waitingAtMost milliseconds: Int32, looksAhead: Bool = false,
        look: (Int, Span<UInt8>) -> Void = { _, _ in }, gather: () -> Void = {},
        _ decide: (Int, inout MutableSpan<UInt8>, QueuedPacket) -> QueueVerdict
    ) throws(SystemError) -> Turn {
        var turn = Turn()
        turn.wasWoken = waker.take(isReadable: try wait(milliseconds))
        lastLook = MonotonicClock.now
        if lastLook &- policiesRead >= 1_000_000_000 { readPolicies() }
        turn.packets = try drain(looksAhead, look, gather, decide)
        pacing.drained(turn.packets, at: lastLook)
        return turn
    }

    private func readPolicies() {
        policiesRead = lastLook
        let returnsAnswers = !policies.exist
        for queue in queues { queue.returnsAnswers = returnsAnswers }
    }

    /// Whether the box has answered packets of the last turn by itself: whom it answered must not wait long.
    public func answered(_ any: Bool) { pacing.answered(any) }

    /// Whether the waker's descriptor is readable, as far as it was looked at.
    private func wait(_ milliseconds: Int32) throws(SystemError) -> Bool {
        if isBacklogged || milliseconds == 0 { return false }
        if pacing.wait == .tick {
            let rest = pacing.sleep(after: MonotonicClock.now &- lastLook)
            // Threads that have a real-time priority in common wait until one lets go.
            if rest > 0 { MonotonicClock.sleep(nanoseconds: rest) } else { sched_yield() }
            return false
        }
        let count = nfds_t(polled.count)
        let ready = unsafe polled.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, count, milliseconds) }
        if ready < 0, errno != EINTR { throw SystemError.last("poll") }
        return ready > 0 && polled[queues.count].revents != 0
    }

    /// A bounded number of rounds over the queues: timers have their turn also under flood.
    private func drain(
        _ looksAhead: Bool, _ look: (Int, Span<UInt8>) -> Void, _ gather: () -> Void,
        _ decide: (Int, inout MutableSpan<UInt8>, QueuedPacket) -> QueueVerdict
    ) throws(SystemError) -> Int {
        var packets = 0
        for _ in 0..<Self.rounds {
            isBacklogged = false
            for index in queues.indices {
                let taken = try queues[index].receive(
                    looksAhead: looksAhead, look: { look(index, $0) }, gather: gather
                ) { bytes, packet in decide(index, &bytes, packet) }
                packets += taken
                if taken >= PacketQueue.batch { isBacklogged = true }
            }
            if !isBacklogged { break }
        }
        return packets
    }

    private static let rounds = 16
}
