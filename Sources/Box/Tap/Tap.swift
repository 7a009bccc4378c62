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

        init(_ capture: consuming LiveCapture, _ interface: InterfaceIndex?) {
            self.capture = capture
            self.interface = interface
        }
    }

    /// Frames that are taken from one device before the others have their turn.
    private static let share = 256

    /// Watches until the time is over or a signal comes.
    ///
    /// - Parameters:
    ///   - ready: called when every device is open.
    ///   - observe: gets every event as it happens.
    public static func run(
        _ request: TapRequest, ready: () -> Void = {}, observe: ((Event) -> Void)? = nil
    ) throws(ReplayError) -> ReplayReport {
        let configuration = request.configuration ?? .inspectEverything
        let signals = StopSignals()
        var sources: [Source] = []
        var feed: FrameFeed
        do throws(CaptureError) {
            for device in request.devices {
                sources.append(try open(device, request.filter, InterfaceNames(configuration)))
            }
            feed = try FrameFeed(
                configuration, acceptsMidstream: true, output: request.output, observe: observe)
        } catch {
            throw .unreadable(error)
        }
        ready()
        let end = request.seconds.map { WallClock.now.adding(seconds: $0) }
        var failure: CaptureError?
        while failure == nil, !signals.arrived(), end.map({ WallClock.now < $0 }) ?? true {
            do throws(CaptureError) { try turn(sources, &feed) } catch { failure = error }
        }
        let result = feed.finish(at: WallClock.now)
        if let failure = failure ?? result.failure { throw .unreadable(failure) }
        return result.report
    }

    private static func open(
        _ device: TapRequest.Device, _ filter: String?, _ names: InterfaceNames
    ) throws(CaptureError) -> Source {
        var options = LiveCapture.Options()
        options.isPromiscuous = true
        options.filter = filter
        return Source(
            try LiveCapture(device: device.device, options: options), device.interface.flatMap { names.index(of: $0) })
    }

    /// Waits a little, and takes what has come on every device.
    private static func turn(_ sources: [Source], _ feed: inout FrameFeed) throws(CaptureError) {
        var polled = sources.map { pollfd(fd: $0.capture.descriptor, events: Int16(POLLIN), revents: 0) }
        let count = nfds_t(polled.count)
        _ = unsafe polled.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, count, 100) }
        for source in sources {
            for _ in 0..<share {
                guard let record = try source.capture.next() else { break }
                let moment = record.timestamp ?? WallClock.now
                source.capture.withFrame { frame in feed.take(&frame, record, on: source.interface, at: moment) }
            }
        }
        feed.tick(WallClock.now)
    }
}
