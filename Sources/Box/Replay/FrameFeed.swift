import Capture
import ConfigLanguage
import Inspection
import Wire

/// Frames with a link layer through the engine, and what comes of it gathered: what recordings and taps share.
struct FrameFeed: ~Copyable {
    private var engine: Engine
    /// What is said of calls, on whatever port.
    private var observer: TrafficObserver
    /// `nil`: TLS stays closed.
    private var tls: RecordedTLS?
    private var report: ReplayReport
    private var output: ReplayOutput?
    private let syslog: SyslogText
    private let log: ((SyslogText.Message) -> Void)?
    private let errands: ImmediateErrands

    /// - Parameters:
    ///   - phoneFiles: what phones were given; `nil`: the phone proxy has neither trust list nor key.
    ///   - keyLog: opens recorded TLS, for what is observed: the engine has no part in it.
    ///   - log: gets what the box would log, as it happens.
    init(
        _ configuration: Configuration, acceptsMidstream: Bool, phoneFiles: PhoneFiles? = nil,
        keyLog: TLSKeyLog? = nil, output path: String?, log: ((SyslogText.Message) -> Void)?
    ) throws(CaptureError) {
        var settings = EngineSettings()
        settings.acceptsMidstream = acceptsMidstream
        settings.trustList = phoneFiles?.list
        settings.followsRecordedPorts = true
        let engine = Engine(configuration, settings)
        let names = InterfaceNames(configuration)
        var output: ReplayOutput?
        if let path { output = try ReplayOutput(path: path, names, engine.accessLists) }
        syslog = SyslogText(names, accessLists: engine.accessLists)
        report = ReplayReport(names)
        observer = TrafficObserver(followsTLS: keyLog != nil)
        tls = keyLog.map { RecordedTLS($0) }
        self.engine = engine
        self.output = output
        self.log = log
        errands = ImmediateErrands(signer: phoneFiles.map { Signing($0.signer) })
    }

    /// Takes one frame. `interface` is where it was seen; `nil`: the one behind which its source lies.
    mutating func take(
        _ frame: inout MutableSpan<UInt8>, _ record: CaptureRecord, on interface: InterfaceIndex?, at moment: Timestamp
    ) {
        // A recording without moments has no start and no end.
        if record.timestamp != nil { report.sawPacket(at: moment) }
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
        observe(packet.span, at: moment)
        let isCut = record.capturedLength < record.wireLength
        let verdict = engine.process(&packet, from: ingress, at: moment, isCut: isCut)
        if verdict.isReplaced {
            let other = engine.takeReplacement()
            output?.write(other.span, verdict, &engine, at: moment)
        } else {
            output?.write(packet.span, verdict, &engine, at: moment)
        }
        if !engine.isQuiet { drain(at: moment) }
    }

    private mutating func observe(_ packet: Span<UInt8>, at moment: Timestamp) {
        observer.take(packet, at: moment)
        for piece in observer.takeSealed() {
            observer.take(tls?.open(piece) ?? [], inside: piece, at: moment)
        }
    }

    /// Lets time pass without a frame.
    mutating func tick(_ now: Timestamp) {
        engine.tick(now)
        if !engine.isQuiet { drain(at: now) }
    }

    /// The end: what was found, and why the output file is not whole, if it is not.
    consuming func finish(at now: Timestamp) -> (report: ReplayReport, failure: CaptureError?) {
        engine.finish(at: now)
        drain(at: now)
        takeOpenFlows()
        report.counters = engine.counters
        report.lostEvents = engine.lostEvents
        report.take(observer, tls)
        return (report, output?.finish())
    }

    /// Where the packet came in; `nil` when it was seen on its way out.
    private func ingress(_ packet: Span<UInt8>, _ interface: InterfaceIndex?) -> InterfaceIndex? {
        if engine.configuration.interfaces.isEmpty { return InterfaceIndex(0) }
        guard let ip = try? IPHeader.decode(packet, allowTruncation: true) else {
            return interface ?? InterfaceIndex(0)
        }
        let side = interface ?? engine.side(of: ip.source)
        return engine.isOutgoing(from: ip.source, on: side) ? nil : side
    }

    private mutating func takeOpenFlows() {
        var next: Int? = 0
        while let start = next {
            let slice = engine.flows(from: start)
            for flow in slice.flows { report.take(flow, nil) }
            next = slice.next
        }
    }

    private mutating func drain(at now: Timestamp) {
        // What comes of one errand may lead to the next.
        while engine.hasErrands {
            for errand in engine.takeErrands() {
                engine.complete(errand.id, with: errands.outcome(of: errand.kind), at: now)
            }
        }
        while let event = engine.nextEvent() {
            report.take(event)
            if let log { log(syslog.message(event) { engine.egress(of: $0) }) }
        }
        for release in engine.takeReleases() { output?.write(release, at: now) }
    }
}
