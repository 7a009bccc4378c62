import Capture
import ConfigLanguage
import Inspection
import Wire

/// What `replay` is asked to do.
public struct ReplayRequest: Sendable {
    public struct File: Sendable {
        public var path: String
        /// `nameif` of the interface it was recorded on.
        public var interface: String?

        public init(path: String, interface: String? = nil) {
            self.path = path
            self.interface = interface
        }
    }

    /// `nil`: everything is inspected and permitted, and who speaks first is the client.
    public var configuration: Configuration?
    public var files: [File]
    /// Where what would have left the box is written, as pcapng.
    public var output: String?

    public init(configuration: Configuration?, files: [File], output: String? = nil) {
        self.configuration = configuration
        self.files = files
        self.output = output
    }
}

public enum ReplayError: Error, CustomStringConvertible {
    case unknownInterface(String)
    case unreadable(CaptureError)
    case unwritable(CaptureError)

    public var description: String {
        switch self {
        case .unknownInterface(let name): "no interface is called \(name) in the configuration"
        case .unreadable(let error), .unwritable(let error): error.description
        }
    }
}

/// Recorded traffic through the engine. Several recordings are put in order of time, packet by packet.
public struct Replay: ~Copyable {
    private var engine: Engine
    private var report = ReplayReport()
    private var sources: [ReplaySource] = []
    private var output: ReplayOutput?
    private var now = Timestamp.zero
    /// What else is told of each packet: tests compare it with what other drivers tell.
    private let observe: ((Event) -> Void)?

    public init(_ request: ReplayRequest, observe: ((Event) -> Void)? = nil) throws(ReplayError) {
        let configuration = request.configuration ?? .inspectEverything
        var settings = EngineSettings()
        settings.acceptsMidstream = request.configuration == nil
        engine = Engine(configuration, settings)
        self.observe = observe
        let names = InterfaceNames(configuration)
        for file in request.files { sources.append(try Self.open(file, names)) }
        if let path = request.output {
            do throws(CaptureError) {
                output = try ReplayOutput(path: path, names, engine.accessLists)
            } catch {
                throw .unwritable(error)
            }
        }
    }

    private static func open(
        _ file: ReplayRequest.File, _ names: InterfaceNames
    ) throws(ReplayError) -> ReplaySource {
        let interface = file.interface.flatMap { names.index(of: $0) }
        if let name = file.interface, interface == nil { throw .unknownInterface(name) }
        do throws(CaptureError) {
            return try ReplaySource(path: file.path, interface: interface)
        } catch {
            throw .unreadable(error)
        }
    }

    /// Runs the recordings to their end.
    public consuming func run() throws(ReplayError) -> ReplayReport {
        while let source = nextSource(), let record = source.record {
            step(source, record)
            source.advance()
        }
        engine.finish(at: now)
        drain()
        report.counters = engine.counters
        report.lostEvents = engine.lostEvents
        report.warnings = sources.flatMap(\.remarks)
        if let failure = sources.compactMap(\.failure).first, engine.counters.read == 0 { throw .unreadable(failure) }
        if let failure = output?.finish() { throw .unwritable(failure) }
        return report
    }

    /// The recording whose next packet is the oldest.
    private func nextSource() -> ReplaySource? {
        if sources.count == 1 { return sources[0].record == nil ? nil : sources[0] }
        return sources.filter { $0.record != nil }.min { $0.time < $1.time }
    }

    private mutating func step(_ source: ReplaySource, _ record: CaptureRecord) {
        now = max(now, source.time)
        report.sawPacket(at: source.time)
        let moment = now
        source.withFrame { frame in
            feed(&frame, record, on: source.interface, at: moment)
        }
        if !engine.isQuiet { drain() }
    }

    private mutating func feed(
        _ frame: inout MutableSpan<UInt8>, _ record: CaptureRecord, on interface: InterfaceIndex?, at moment: Timestamp
    ) {
        let link: LinkFrame
        do throws(WireError) {
            link = try LinkFrame.decode(frame.span, record.linkType)
        } catch {
            _ = engine.refuseFrame(error)
            return
        }
        guard link.carriesIP else { return engine.passFrame() }
        var packet = frame._mutatingExtracting(link.payloadOffset..<frame.count)
        guard let ingress = ingress(packet.span, interface) else {
            report.outgoing += 1
            return engine.passFrame()
        }
        let isCut = record.capturedLength < record.wireLength
        let verdict = engine.process(&packet, from: ingress, at: moment, isCut: isCut)
        output?.write(packet.span, verdict, &engine, at: moment)
    }

    /// Where the packet came in; `nil` when the recording shows it on its way out.
    private func ingress(_ packet: Span<UInt8>, _ interface: InterfaceIndex?) -> InterfaceIndex? {
        if engine.configuration.interfaces.isEmpty { return InterfaceIndex(0) }
        guard let ip = try? IPHeader.decode(packet, allowTruncation: true) else {
            return interface ?? InterfaceIndex(0)
        }
        let side = interface ?? engine.side(of: ip.source)
        return engine.isOutgoing(from: ip.source, on: side) ? nil : side
    }

    private mutating func drain() {
        while let event = engine.nextEvent() {
            report.take(event)
            observe?(event)
        }
        for release in engine.takeReleases() { output?.write(release, at: now) }
    }
}
