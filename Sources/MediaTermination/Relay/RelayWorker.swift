import CLinux
import Glibc
import SystemCalls
import Wire

/// One thread's share of the relay: its rings, its sessions, its turns.
final class RelayWorker {
    /// Commands in one turn: each makes keys, some tens of microseconds.
    private static let commandsPerTurn = 16
    /// Packets from one ring before the next has its turn, and rounds before the clock has its own.
    private static let batch = 128
    private static let rounds = 32
    /// Sessions in one turn whose statistics are told.
    private static let statisticsPerTurn = 128

    private let number: Int
    private let core: RelayCore
    private let rings: RelayRings
    private let mailbox: RelayMailbox
    private let waker: Waker
    private let reports: ReportQueue
    private var pacing = RelayPacing()
    private var polled: [pollfd] = []
    private var lastTurn: UInt64 = 0
    private var lastCount: UInt64 = 0
    private var isBacklogged = false
    private var isStopping = false
    /// A question under way, and the place of the next session to tell of.
    private var question: (RelayQuestion, RelayQuestion.Answer, next: Int)?
    private var waiting: [RelayQuestion] = []

    init(
        _ number: Int, _ addresses: [MediaAddress], _ settings: MediaRelaySettings, _ mailbox: RelayMailbox,
        _ waker: Waker, _ reports: ReportQueue
    ) throws(SystemError) {
        self.number = number
        self.mailbox = mailbox
        self.waker = waker
        self.reports = reports
        rings = try RelayRings(addresses, settings: settings, worker: number)
        core = RelayCore(addresses, lanes: rings.lanes, settings: settings)
        watch()
        core.takeLateOrders = { [unowned self] now in
            guard self.mailbox.isWaiting else { return false }
            core.flush()
            serveMail(at: now)
            return true
        }
    }

    private func watch() {
        polled = (rings.descriptors + [waker.descriptor, rings.routes.number]).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
    }

    /// Until it is told to stop.
    func run() {
        let processors = core.settings.processors
        if !processors.isEmpty { _ = CLinux_pinThread(Int32(clamping: processors[number % processors.count])) }
        _ = unsafe CLinux_nameThread("media-\(number)")
        while !isStopping { turn() }
        finish()
    }

    private func turn() {
        wait()
        let now = MonotonicClock.now
        lastTurn = now
        serveMail(at: now)
        let packets = drain()
        core.flush()
        pacing.drained(packets, at: now)
        tend(at: now)
        answer(at: now)
        publish()
    }

    // MARK: Waiting

    private func wait() {
        // A turn leaves mail behind when there is much, and nobody wakes it for that again.
        if isBacklogged || mailbox.isWaiting { return }
        if pacing.isBusy {
            let elapsed = MonotonicClock.now &- lastTurn
            // Falling asleep and waking up takes longer than what is left.
            if elapsed &+ 50_000 < RelayPacing.tick { MonotonicClock.sleep(nanoseconds: RelayPacing.tick - elapsed) }
            return
        }
        let count = nfds_t(polled.count)
        let patience: Int32 = core.places.isEmpty ? 1000 : 100
        let ready = unsafe polled.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, count, patience) }
        guard ready > 0 else { return }
        for index in 0..<rings.count where polled[index].revents & ~Int16(POLLIN) != 0 { rings.clearError(index) }
        if polled[rings.count].revents != 0 { waker.take() }
    }

    // MARK: Packets

    /// A bounded number of rounds over the rings: the clock has its turn also under a flood.
    private func drain() -> Int {
        var packets = 0
        for _ in 0..<Self.rounds {
            isBacklogged = false
            let now = MonotonicClock.now
            for index in 0..<rings.count {
                let taken = rings.drain(index, into: core, limit: Self.batch, now: now)
                packets += taken
                if taken == Self.batch { isBacklogged = true }
            }
            if !isBacklogged { break }
        }
        return packets
    }

    // MARK: Commands

    private func serveMail(at now: UInt64) {
        for command in mailbox.take(Self.commandsPerTurn) {
            switch command {
            case .open(let plan): core.open(plan, at: now)
            case .update(let plan): core.update(plan, at: now)
            case .close(let id): core.close(id, at: now)
            case .answer(let question): waiting.append(question)
            case .stop: isStopping = true
            }
        }
    }

    private func answer(at now: UInt64) {
        if question == nil, !waiting.isEmpty { question = (waiting.removeFirst(), RelayQuestion.Answer(), 0) }
        guard let (asked, soFar, next) = question else { return }
        var answer = soFar
        switch asked.subject {
        case .counters:
            answer.counters = counters
        case .statistics(let id?):
            answer.statistics = core.statistics(of: id, at: now).map { [$0] } ?? []
        case .statistics(nil):
            let (slice, following) = core.statistics(from: next, count: Self.statisticsPerTurn, at: now)
            answer.statistics += slice
            if let following {
                question = (asked, answer, following)
                waker.wake()
                return
            }
        }
        question = nil
        asked.reply(answer)
        if !waiting.isEmpty { waker.wake() }
    }

    private var counters: MediaRelayCounters {
        var counters = core.counters
        counters.ringOverruns = rings.overruns
        return counters
    }

    // MARK: The clock

    private func tend(at now: UInt64) {
        core.tend(at: now)
        if core.hops.tend(rings.routes, rings.lanes, at: now), core.hops.takeTopologyChange() {
            rings.refreshLinks()
            watch()
        }
        if now &- lastCount >= 1_000_000_000 {
            lastCount = now
            rings.countOverruns()
            rings.refreshTaps()
        }
    }

    private func publish() {
        if core.reports.isEmpty { return }
        reports.add(core.reports)
        core.reports.removeAll(keepingCapacity: true)
    }

    private func finish() {
        let now = MonotonicClock.now
        core.closeAll(at: now)
        core.flush()
        publish()
        let letters = mailbox.close()
        if let (asked, _, _) = question { asked.reply(RelayQuestion.Answer()) }
        for asked in waiting { asked.reply(RelayQuestion.Answer()) }
        for case .answer(let asked) in letters { asked.reply(RelayQuestion.Answer()) }
    }
}
