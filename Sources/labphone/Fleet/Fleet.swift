import Box
import Wire

/// Many phones at once, in one thread: each with a socket of its own for every file, as a phone has.
final class Fleet<List: PhoneTrustList> {
    struct Settings {
        /// Where requests go.
        var server: Endpoint
        var download = TFTPDownload.Settings()
        var faults = LinkFaults.Settings()
        var furtherFiles: [String] = []
        var files = PhoneFiles()
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
    /// Ended transfers that still answer a server that has not seen the last ACK; the oldest first.
    private var dallying: [UInt64] = []

    private static var maximumDallying: Int { 64 }

    init(_ phones: [Phone], _ settings: Settings, report: @escaping (BootReport) -> Void) throws(FleetError) {
        self.settings = settings
        self.report = report
        waiting = phones[...]
        do throws(SocketError) {
            poller = try Poller()
        } catch {
            throw .socket(error)
        }
    }

    /// Boots them all.
    func run() throws(FleetError) {
        while !waiting.isEmpty || !sessions.isEmpty {
            while sessions.count < settings.parallel, let phone = waiting.popFirst() { try start(phone) }
            do throws(SocketError) {
                for id in try poller.wait(milliseconds: millisecondsToNextTimer()) { try serve(id) }
                while let id = timers.pop(due: clock.now) { try serve(id) }
            } catch {
                throw .socket(error)
            }
            try finishEnded()
        }
    }

    private func millisecondsToNextTimer() -> Int32 {
        guard let next = timers.next else { return 1000 }
        // Rounded up: waking too early would only mean to wait again.
        return Int32(clamping: min(1000, max(0, (next.nanoseconds - clock.now.nanoseconds + 999_999) / 1_000_000)))
    }

    private func start(_ phone: Phone) throws(FleetError) {
        let installed: List?
        do throws(FileError) {
            installed = try settings.files.installedList(of: phone.device).flatMap { try? List(installed: $0) }
        } catch {
            throw .file(error)
        }
        let boot = BootSequence(
            phone.device, phone.model, installed: installed, furtherFiles: settings.furtherFiles)
        try fetchNext(Session(boot, clock.now))
    }

    /// Opens the transfer of the phone's next file, or ends its boot.
    private func fetchNext(_ session: Session) throws(FleetError) {
        guard let file = session.boot.nextFile else {
            var report = session.boot.report
            report.seconds = clock.now.seconds(since: session.started)
            return self.report(report)
        }
        lastID += 1
        do throws(SocketError) {
            let transfer = try Transfer(
                file, settings.server, settings.download, settings.faults,
                stream: session.boot.report.device.mac &+ UInt64(session.boot.report.files.count) << 48, now: clock.now)
            transfers[lastID] = transfer
            sessions[lastID] = session
            try poller.add(transfer.descriptor, id: lastID)
            try transfer.begin(clock.now)
        } catch {
            throw .socket(error)
        }
        schedule(lastID)
    }

    private var ended: [UInt64] = []

    /// Gives a transfer what has arrived for it, and the time.
    private func serve(_ id: UInt64) throws(SocketError) {
        guard let transfer = transfers[id] else { return }
        transfer.scheduled = nil
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

    private func finishEnded() throws(FleetError) {
        let ids = ended
        ended = []
        for id in ids { try finish(id) }
    }

    private func finish(_ id: UInt64) throws(FleetError) {
        guard let session = sessions.removeValue(forKey: id), let transfer = transfers[id],
            let result = transfer.download.result
        else { return }
        dally(id)
        session.boot.finish(
            .init(
                result: result, seconds: clock.now.seconds(since: transfer.started),
                retransmissions: transfer.download.retransmissions))
        do throws(FileError) {
            try keep(session, transfer.download.file, result)
        } catch {
            throw .file(error)
        }
        try fetchNext(session)
    }

    private func dally(_ id: UInt64) {
        dallying.append(id)
        if dallying.count > Self.maximumDallying { transfers[dallying.removeFirst()] = nil }
    }

    private func keep(
        _ session: Session, _ name: String, _ result: Result<[UInt8], TFTPDownload.Failure>
    ) throws(FileError) {
        guard case .success(let contents) = result else { return }
        let device = session.boot.report.device
        try settings.files.save(contents, named: name, for: device)
        guard let accepted = session.boot.accepted else { return }
        if name == device.trustListName { return try settings.files.install(accepted, for: device) }
        if name.hasSuffix(".sgn") { try settings.files.save(accepted, named: String(name.dropLast(4)), for: device) }
    }
}

/// What ends a whole fleet.
enum FleetError: Error, CustomStringConvertible {
    case socket(SocketError)
    case file(FileError)

    var description: String {
        switch self {
        case .socket(let error): error.description
        case .file(let error): error.description
        }
    }
}
