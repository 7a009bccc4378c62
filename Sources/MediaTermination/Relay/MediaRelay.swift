import CLinux
import Synchronization
import SystemCalls
import Wire

/// Relays media between the legs of sessions, on threads of its own. RTP and SRTP never visit the brain: it opens, changes
/// and closes sessions here, and is told of rare facts.
///
/// Packets come from a packet ring on each device, before the kernel's own filters and routing; the kernel's copy of them
/// must be dropped by a rule of the packet filter, so that it does not answer. Addresses must be answered for on their
/// link (ARP, neighbour discovery) by whoever owns them. All methods may be called from any thread.
public final class MediaRelay: Sendable {
    /// Which of 64 classes a port is in: (port / 2) mod 64. Both legs of a session must have ports of one class, so that one
    /// worker sees them both, however many workers there are.
    public static func portClass(_ port: UInt16) -> UInt16 { port / 2 % 64 }

    private struct Office: Sendable {
        let mailbox: RelayMailbox
        let thread: WorkerThread
    }

    private let registry: Mutex<SessionRegistry>
    private let offices: [Office]
    private let reports: ReportQueue

    /// Starts the workers. Needs CAP_NET_RAW, and CAP_NET_ADMIN for large buffers and the mark.
    ///
    /// - Parameter onReport: called, from a worker's thread, when there is something to take that was not there before.
    ///   It must not wait, and not call back.
    public init(
        _ addresses: [MediaAddress], settings: MediaRelaySettings = MediaRelaySettings(),
        onReport: @escaping @Sendable () -> Void = {}
    ) throws(MediaRelayError) {
        registry = Mutex(try SessionRegistry(addresses, settings: settings))
        let reports = ReportQueue(limit: settings.reportLimit * settings.workers, onReport: onReport)
        self.reports = reports
        var offices: [Office] = []
        do throws(SystemError) {
            for number in 0..<settings.workers {
                offices.append(try Self.start(number, addresses, settings, reports))
            }
        } catch {
            Self.stop(offices)
            throw .system(error)
        }
        self.offices = offices
    }

    private static func start(
        _ number: Int, _ addresses: [MediaAddress], _ settings: MediaRelaySettings, _ reports: ReportQueue
    ) throws(SystemError) -> Office {
        let waker = try Waker()
        let mailbox = RelayMailbox(waker)
        // Made here, in the network namespace of the caller, and with its errors.
        let worker = try RelayWorker(number, addresses, settings, mailbox, waker, reports)
        return Office(mailbox: mailbox, thread: try WorkerThread { worker.run() })
    }

    /// Opens a session. From the return on, its ports are taken; its packets are relayed within a few milliseconds.
    public func open(_ plan: MediaSessionPlan) throws(MediaRelayError) {
        // Posted under the lock, so that the worker hears of everything in the registry's order.
        try registry.withLock { registry throws(MediaRelayError) in
            _ = offices[try registry.open(plan)].mailbox.post(.open(plan))
        }
    }

    /// Makes an open session what `plan` says.
    ///
    /// A changed receive key takes effect at once, and the old one still opens packets for
    /// ``MediaRelaySettings/keyGrace``. A changed ``MediaLegPlan/peer`` unpins a plain leg; a protected leg goes on sending
    /// to where it last authenticated. Statistics go on.
    public func update(_ plan: MediaSessionPlan) throws(MediaRelayError) {
        try registry.withLock { registry throws(MediaRelayError) in
            _ = offices[try registry.update(plan)].mailbox.post(.update(plan))
        }
    }

    /// Closes a session; ``MediaReport/Fact/closed(_:)`` brings its last statistics. Its ports may be used again at once.
    /// What is not open is passed over.
    public func close(_ id: UInt64) {
        registry.withLock { registry in
            if let worker = registry.close(id) { offices[worker].mailbox.post(.close(id)) }
        }
    }

    /// Of one session, or of all. Waits for the workers, some milliseconds; in order of the sessions' numbers.
    public func statistics(of id: UInt64? = nil) -> [MediaSessionStatistics] {
        guard let id else {
            return ask(.statistics(of: nil), offices[...]).flatMap(\.statistics).sorted { $0.id < $1.id }
        }
        guard let worker = registry.withLock({ $0.worker(of: id) }) else { return [] }
        return ask(.statistics(of: id), offices[worker...worker]).flatMap(\.statistics)
    }

    /// Waits for the workers, some milliseconds.
    public func counters() -> MediaRelayCounters {
        var sum = MediaRelayCounters()
        for answer in ask(.counters, offices[...]) { sum += answer.counters }
        sum.reportsLost = reports.lost
        return sum
    }

    private func ask(_ subject: RelayQuestion.Subject, _ offices: ArraySlice<Office>) -> [RelayQuestion.Answer] {
        let questions = offices.compactMap { office in
            let question = RelayQuestion(subject)
            return office.mailbox.post(.answer(question)) ? question : nil
        }
        return questions.map { $0.wait() }
    }

    /// What happened since the last call, in order for each session.
    public func takeReports() -> [MediaReport] { reports.take() }

    /// Closes all sessions and ends the workers; returns when they are gone. Calls after it throw or find nothing.
    public func stop() {
        guard registry.withLock({ $0.stop() }) else { return }
        Self.stop(offices)
    }

    private static func stop(_ offices: [Office]) {
        for office in offices { office.mailbox.post(.stop) }
        for office in offices { office.thread.join() }
    }

    deinit { stop() }
}
