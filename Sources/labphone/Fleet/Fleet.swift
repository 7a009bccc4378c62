import SystemCalls
import Trust
import Wire

/// Many phones at once, in one thread: each with a socket of its own for every file, as a phone has.
final class Fleet<List: PhoneTrustList> {
    struct Settings {
        /// Where requests go.
        var server: Endpoint
        var download = TFTPDownload.Settings()
        var faults = LinkFaults.Settings()
        var furtherFiles: [String] = []
        var folders = PhoneFolders()
        /// How many phones boot at the same time.
        var parallel = 1
    }

    struct Phone: Equatable, Sendable {
        var device: DeviceName
        var model: PhoneModel
    }

    /// One phone that boots, and the file that it waits for.
    private final class Session {
        var boot: BootSequence<List>
        let started: Timestamp

        init(_ boot: BootSequence<List>, _ started: Timestamp) {
            self.boot = boot
            self.started = started
        }
    }

    private let settings: Settings
    private let report: (BootReport) -> Void
    private let clock = LabClock()
    private let poller: Poller
    private var waiting: ArraySlice<Phone>
    private var sessions: [UInt64: Session] = [:]
    private var transfers: [UInt64: Transfer] = [:]
    private var timers = DeadlineHeap<UInt64>()
    private var lastID: UInt64 = 0
    /// Transfers whose phones have not been told yet.
    private var ended: [UInt64] = []
    /// Ended transfers that still answer a server that has not seen the last ACK; the oldest first.
    private var dallying: [UInt64] = []

    private static var maximumDallying: Int { 64 }

    init(_ phones: [Phone], _ settings: Settings, report: @escaping (BootReport) -> Void) throws(LabError) {
        self.settings = settings
        self.report = report
        waiting = phones[...]
        poller = try LabError.unless { () throws(SystemError) in try Poller() }
    }

    /// Boots them all.
    func run() throws(LabError) {
        while !waiting.isEmpty || !sessions.isEmpty {
            while sessions.count < settings.parallel, let phone = waiting.popFirst() { try start(phone) }
            try serveDue()
            let ids = ended
            ended = []
            for id in ids { try finish(id) }
        }
        // A last ACK may still be on a slow link.
        while transfers.values.contains(where: { $0.nextDue != nil }) { try serveDue() }
    }

    /// Waits for something to happen, and lets the transfers see to it.
    private func serveDue() throws(LabError) {
        let longest = millisecondsToNextTimer()
        let count = try LabError.unless { () throws(SystemError) in try poller.wait(milliseconds: longest) }
        for index in 0..<count { try serve(poller[index].id) }
        while let id = timers.pop(due: clock.now) {
            transfers[id]?.scheduled = nil
            try serve(id)
        }
    }

    private func millisecondsToNextTimer() -> Int32 {
        guard let next = timers.next else { return 1000 }
        // Rounded up: waking too early would only mean to wait again.
        return Int32(clamping: min(1000, max(0, (next.nanoseconds - clock.now.nanoseconds + 999_999) / 1_000_000)))
    }

    private func start(_ phone: Phone) throws(LabError) {
        let installed = try settings.folders.installedList(of: phone.device).map { bytes throws(LabError) in
            do throws(TrustError) {
                return try List(installed: bytes)
            } catch {
                throw LabError(description: "\(phone.device): the remembered trust list: \(error)")
            }
        }
        let boot = BootSequence(
            phone.device, phone.model, installed: installed, furtherFiles: settings.furtherFiles)
        try fetchNext(Session(boot, clock.now))
    }

    /// Opens the transfer of the phone's next file, or ends its boot.
    private func fetchNext(_ session: Session) throws(LabError) {
        guard let file = session.boot.nextFile else {
            var report = session.boot.report
            report.seconds = clock.now.seconds(since: session.started)
            return self.report(report)
        }
        lastID += 1
        // Each link is another one: a phone's, and a file's.
        let stream = session.boot.report.device.mac | UInt64(session.boot.report.files.count) << 48
        let transfer = try Transfer(
            file, settings.server, settings.download, settings.faults, stream: stream, now: clock.now)
        transfers[lastID] = transfer
        sessions[lastID] = session
        try LabError.unless { () throws(SystemError) in try poller.add(transfer.descriptor, id: lastID) }
        try transfer.begin(clock.now)
        schedule(lastID)
    }

    /// Gives a transfer what has arrived for it, and the time.
    private func serve(_ id: UInt64) throws(LabError) {
        guard let transfer = transfers[id] else { return }
        try transfer.serve(clock.now)
        schedule(id)
        if transfer.download.result != nil, sessions[id] != nil { ended.append(id) }
    }

    private func schedule(_ id: UInt64) {
        guard let transfer = transfers[id], let due = transfer.nextDue else { return }
        // A timer that comes too early finds nothing to do and is set again.
        if let scheduled = transfer.scheduled, scheduled <= due { return }
        transfer.scheduled = due
        timers.push(id, at: due)
    }

    private func finish(_ id: UInt64) throws(LabError) {
        guard let session = sessions.removeValue(forKey: id), let transfer = transfers[id],
            let result = transfer.download.result
        else { return }
        dally(id)
        session.boot.finish(
            .init(
                result: result, seconds: clock.now.seconds(since: transfer.started),
                retransmissions: transfer.download.retransmissions))
        try keep(session, transfer.download.file, result)
        try fetchNext(session)
    }

    private func dally(_ id: UInt64) {
        dallying.append(id)
        if dallying.count > Self.maximumDallying { transfers[dallying.removeFirst()] = nil }
    }

    private func keep(
        _ session: Session, _ name: String, _ result: Result<[UInt8], TFTPDownload.Failure>
    ) throws(LabError) {
        guard case .success(let contents) = result else { return }
        let device = session.boot.report.device
        try settings.folders.save(contents, named: name, for: device)
        guard let accepted = session.boot.accepted else { return }
        if name == device.trustListName { return try settings.folders.install(accepted, for: device) }
        if name.hasSuffix(".sgn") { try settings.folders.save(accepted, named: String(name.dropLast(4)), for: device) }
    }
}
