import Capture
import ConfigLanguage
import Glibc
import Inspection
import Wire

/// What `tap` is asked to do.
public struct TapRequest: Sendable {
    public struct Device: Sendable {
        /// The Linux name.
        public var device: String
        /// `nameif` of the box interface whose traffic it sees; `nil`: by the packets' sources.
        public var interface: String?

        public init(device: String, interface: String? = nil) {
            self.device = device
            self.interface = interface
        }
    }

    public var configuration: Configuration?
    public var devices: [Device]
    /// A BPF filter, as tcpdump takes it.
    public var filter: String?
    /// Where what would have left the box is written, as pcapng.
    public var output: String?
    /// `nil`: until SIGTERM or SIGINT.
    public var seconds: Int?

    public init(
        configuration: Configuration?, devices: [Device], filter: String? = nil, output: String? = nil,
        seconds: Int? = nil
    ) {
        self.configuration = configuration
        self.devices = devices
        self.filter = filter
        self.output = output
        self.seconds = seconds
    }
}

/// Live traffic through the engine, watched and not touched.
public enum Tap {
    private final class Source {
        var capture: LiveCapture
        let interface: InterfaceIndex?
        /// A frame that has come and waits for its turn.
        private(set) var record: CaptureRecord?

        init(_ capture: consuming LiveCapture, _ interface: InterfaceIndex?) {
            self.capture = capture
            self.interface = interface
        }

        func fetch() throws(ReplayError) {
            do throws(CaptureError) {
                if record == nil { record = try capture.next() }
            } catch {
                throw .unreadable(capture.interface.name, error)
            }
        }

        func take(_ body: (inout MutableSpan<UInt8>) -> Void) {
            record = nil
            capture.withFrame(body)
        }

        /// What came on the device and was not seen.
        var lossText: String? {
            guard let counted = try? capture.statistics(), counted.dropped + counted.droppedByInterface > 0 else {
                return nil
            }
            return "\(capture.interface.name): \(counted.dropped) packets lost for want of room, "
                + "\(counted.droppedByInterface) by the device"
        }
    }

    /// Bytes a device: each frame takes as many as the longest may have, so this is room for some hundreds, which come while
    /// the system gives the processors to others.
    private static let bufferSize = 32 << 20
    /// Frames that are taken before time, signals and timers are looked at.
    private static let share = 1024
    /// How late a frame may be handed over, as measured against another device's. Milliseconds: the kernel stamps a frame
    /// before it shows it.
    private static let lateness: Int32 = 5

    /// Watches until the time is over or a signal comes.
    ///
    /// - Parameters:
    ///   - ready: called when every device is open.
    ///   - log: gets what the box would log, as it happens.
    public static func run(
        _ request: TapRequest, ready: () -> Void = {}, log: ((SyslogText.Message) -> Void)? = nil
    ) throws(ReplayError) -> ReplayReport {
        let configuration = request.configuration ?? .inspectEverything
        let signals = StopSignals()
        let names = InterfaceNames(configuration)
        let sources = try request.devices.map { device throws(ReplayError) in try open(device, request.filter, names) }
        var feed: FrameFeed
        do throws(CaptureError) {
            feed = try FrameFeed(
                configuration, acceptsMidstream: true, output: request.output, log: log)
        } catch {
            throw .unwritable(error)
        }
        var sorter = FrameSorter(feed.sides)
        ready()
        let end = request.seconds.map { SteadyClock.now.adding(seconds: $0) }
        var failure: ReplayError?
        while failure == nil, !signals.arrived(), end.map({ SteadyClock.now < $0 }) ?? true {
            do throws(ReplayError) { try turn(sources, &sorter, &feed) } catch { failure = error }
        }
        if failure == nil {
            do throws(ReplayError) { try takeRest(sources, &sorter, &feed) } catch { failure = error }
        }
        let result = feed.finish(sorter.result, at: WallClock.now)
        if let failure = failure ?? result.failure.map({ .unwritable($0) }) { throw failure }
        var report = result.report
        report.warnings = sources.compactMap(\.lossText)
        return report
    }

    private static func open(
        _ device: TapRequest.Device, _ filter: String?, _ names: InterfaceNames
    ) throws(ReplayError) -> Source {
        let interface = device.interface.flatMap { names.index(of: $0) }
        if let name = device.interface, interface == nil { throw .unknownInterface(name) }
        var options = LiveCapture.Options()
        options.isPromiscuous = true
        options.bufferSize = bufferSize
        options.filter = filter
        do throws(CaptureError) {
            return Source(try LiveCapture(device: device.device, options: options), interface)
        } catch {
            throw .unreadable(device.device, error)
        }
    }

    /// Waits a little, and takes what has come, of all devices the oldest first: an answer on one device must not
    /// overtake its question on another.
    private static func turn(
        _ sources: [Source], _ sorter: inout FrameSorter, _ feed: inout FrameFeed
    ) throws(ReplayError) {
        wait(sources, milliseconds: sources.contains { $0.record != nil } ? lateness : 100)
        for _ in 0..<share {
            for source in sources { try source.fetch() }
            guard let (source, record) = oldest(sources) else { break }
            // While a device has nothing to show, an older frame of it may be on its way.
            let isOldest = sources.allSatisfy { $0.record != nil }
            let moment = record.timestamp ?? settled
            guard isOldest || moment <= settled else { break }
            take(source, record, &sorter, &feed)
        }
        feed.tick(settled)
    }

    /// Takes what is left when nothing more is waited for.
    private static func takeRest(
        _ sources: [Source], _ sorter: inout FrameSorter, _ feed: inout FrameFeed
    ) throws(ReplayError) {
        for _ in 0..<share {
            for source in sources { try source.fetch() }
            guard let (source, record) = oldest(sources) else { return }
            take(source, record, &sorter, &feed)
        }
    }

    private static func take(
        _ source: Source, _ record: CaptureRecord, _ sorter: inout FrameSorter, _ feed: inout FrameFeed
    ) {
        let moment = record.timestamp ?? WallClock.now
        source.take { frame in
            let (sorted, reading) = sorter.sort(frame.span, record, on: source.interface, at: moment)
            feed.take(sorted, reading, &frame)
        }
    }

    /// No frame from before this moment is still on its way.
    private static var settled: Timestamp {
        Timestamp(nanoseconds: WallClock.now.nanoseconds - Int64(lateness) * 1_000_000)
    }

    private static func wait(_ sources: [Source], milliseconds: Int32) {
        var polled = sources.map { pollfd(fd: $0.capture.descriptor, events: Int16(POLLIN), revents: 0) }
        let count = nfds_t(polled.count)
        _ = unsafe polled.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, count, milliseconds) }
    }

    private static func oldest(_ sources: [Source]) -> (Source, CaptureRecord)? {
        var oldest: (source: Source, record: CaptureRecord)?
        for source in sources {
            guard let record = source.record else { continue }
            if let found = oldest?.record, (found.timestamp ?? .zero) <= (record.timestamp ?? .zero) { continue }
            oldest = (source, record)
        }
        return oldest
    }
}
