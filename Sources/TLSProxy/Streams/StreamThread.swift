import CLinux
import SystemCalls

/// What a thread of a terminator does: waits for its sockets, its orders and the time.
final class StreamThread {
    private let table: StreamTable
    private let loop: SocketLoop
    private let mailbox: StreamMailbox
    /// Nanoseconds between two parts of a round.
    private let pause: UInt64
    private var nextSweep: UInt64

    init(_ table: StreamTable, _ mailbox: StreamMailbox, sweepsEvery seconds: Double) {
        self.table = table
        loop = table.loop
        self.mailbox = mailbox
        pause = UInt64(nanosecondsOf: seconds)
        nextSweep = loop.now &+ pause
    }

    /// Until the table is told to stop; what comes after is refused.
    func run() {
        _ = unsafe CLinux_nameThread("tls-\(table.index)")
        while !table.isStopped { turn() }
        for task in mailbox.close() { task(table) }
    }

    private func turn() {
        let mayWait = !loop.hasWaiting && mailbox.beginWait()
        loop.serve(milliseconds: mayWait ? untilNextSweep : 0)
        mailbox.endWait()
        for task in mailbox.take() { task(table) }
        loop.serveWaiting()
        guard loop.now >= nextSweep else { return }
        table.sweep()
        nextSweep = loop.now &+ pause
    }

    /// Rounded up: to wake too early would only mean to wait again.
    private var untilNextSweep: Int32 {
        let now = MonotonicClock.now
        return nextSweep > now ? Int32(clamping: (nextSweep &- now &+ 999_999) / 1_000_000) : 0
    }
}
