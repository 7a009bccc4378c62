import Capture
import ConfigLanguage
import Inspection
import Wire

/// Frames with a link layer through the engine, and what comes of it gathered: what recordings and taps share.
struct FrameFeed: ~Copyable {
    private var engine: Engine
    private var report: ReplayReport
    private var output: ReplayOutput?
    private let syslog: SyslogText
    private let log: ((SyslogText.Message) -> Void)?
    private let errands: ImmediateErrands

    /// - Parameters:
    ///   - phoneFiles: what phones were given; `nil`: the phone proxy has neither trust list nor key.
    ///   - log: gets what the box would log, as it happens.
    init(
        _ configuration: Configuration, acceptsMidstream: Bool, phoneFiles: PhoneFiles? = nil,
        output path: String?, log: ((SyslogText.Message) -> Void)?
    ) throws(CaptureError) {
        var settings = EngineSettings()
        settings.acceptsMidstream = acceptsMidstream
        settings.trustList = phoneFiles?.list
        settings.followsRecordedPorts = true
        var engine = Engine(configuration, settings)
        // The report does without.
        engine.tellsOfMessages = log != nil
        engine.tellsOfBlocks = log != nil
        let names = InterfaceNames(configuration)
        var output: ReplayOutput?
        if let path { output = try ReplayOutput(path: path, names, engine.accessLists) }
        syslog = SyslogText(names, accessLists: engine.accessLists)
        report = ReplayReport(names)
        self.engine = engine
        self.output = output
        self.log = log
        errands = ImmediateErrands(signer: phoneFiles.map { Signing($0.signer) })
    }

    /// Tells which interface a frame came in on.
    var sides: RecordedSides { engine.sides }

    /// Takes one frame that was looked at, and the SIP message that was read in it.
    mutating func take(_ sorted: SortedFrame, _ reading: SIPReading?, _ frame: inout MutableSpan<UInt8>) {
        // A recording without moments has no start and no end.
        if sorted.isDated { report.sawPacket(at: sorted.moment) }
        switch sorted.kind {
        case .packet(let ingress, let isCut):
            var packet = frame._mutatingExtracting(sorted.start..<frame.count)
            engine.sipReading = reading
            take(&packet, from: ingress, isCut: isCut, at: sorted.moment)
        case .outgoing:
            report.outgoing += 1
            engine.passFrame()
        case .other: engine.passFrame()
        case .undecodable(let error): _ = engine.refuseFrame(error)
        }
    }

    private mutating func take(
        _ packet: inout MutableSpan<UInt8>, from ingress: InterfaceIndex, isCut: Bool, at moment: Timestamp
    ) {
        let verdict = engine.process(&packet, from: ingress, at: moment, isCut: isCut)
        if verdict.isReplaced {
            let other = engine.takeReplacement()
            output?.write(other.span, verdict, &engine, at: moment)
        } else {
            output?.write(packet.span, verdict, &engine, at: moment)
        }
        if !engine.isQuiet { drain(at: moment) }
    }

    /// Lets time pass without a frame.
    mutating func tick(_ now: Timestamp) {
        engine.tick(now)
        if !engine.isQuiet { drain(at: now) }
    }

    /// The end: what was found, and why the output file is not whole, if it is not.
    consuming func finish(
        _ observed: FrameSorter.Result, at now: Timestamp
    ) -> (report: ReplayReport, failure: CaptureError?) {
        engine.finish(at: now)
        drain(at: now)
        takeOpenFlows()
        report.counters = engine.counters
        report.lostEvents = engine.lostEvents
        report.take(observed)
        return (report, output?.finish())
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
