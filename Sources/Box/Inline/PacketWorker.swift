import Capture
import ConfigLanguage
import Inspection
import Netfilter
import SystemCalls
import Wire

/// Drives the engine with what the kernel's queues bring. Belongs to one thread; others ask it through its mailbox.
///
/// A value, so that the compiler sees that nothing touches it meanwhile: of a class it would be checked at each access,
/// several times a packet.
struct PacketWorker: ~Copyable {
    private var engine: Engine
    private let captures: CaptureSet
    private let syslog: SyslogText
    private let logging: Logging
    private var log: LogBuffer
    private let console: (String) -> Void
    private var debugging = Debugging()
    /// Does what takes a key or the network; set before the worker runs.
    var desk: ErrandDesk?
    /// Carry phones' calls.
    private var calls = CallHands()
    /// Tells the kernel for what there are pinholes.
    private let steering: Steering?
    private let loop: QueueLoop
    /// Per queue, the interface that it is for, and whether what is answered there may leave in place of what asked.
    private let ingress: [InterfaceIndex]
    private let answersInPlace: [Bool]
    private let injector: Injector
    private var traffic: [InterfaceTraffic]
    /// Packets of the box's own that left for another that had come, if they could.
    private var sentInPlace: UInt64 = 0
    private let started: Timestamp
    private var clock = EngineClock()
    /// The engine's time.
    private var now: Timestamp
    /// Packets that are decided at ``now`` before the clock is read again.
    private var packetsAtThisTime = 0
    /// Whether a capture is in force: none begins or ends during a turn.
    private var isWatched = false
    private var isStopping = false
    private(set) var failure: SystemError?

    let mailbox: Mailbox
    /// Wakes the thread for what its hands have to tell.
    var waker: Waker { loop.waker }

    /// How long the loop may wait while nothing happens: the grain of idle timeouts.
    private static let longestWait: Int32 = 250

    init(
        _ configuration: Configuration, seed: UInt64, queues: [InlineQueue], injector: Injector,
        steering: Steering? = nil, hasStreamHand: Bool = false, trustList: [UInt8]? = nil,
        console: @escaping (String) -> Void
    ) throws(SystemError) {
        var settings = EngineSettings()
        settings.seed = seed
        settings.trustList = trustList
        settings.tellsOfPinholes = steering != nil
        settings.hasStreamHand = hasStreamHand
        settings.randomBytes = { SystemRandom.bytes($0) }
        engine = Engine(configuration, settings)
        captures = CaptureSet(configuration, lists: engine.accessLists)
        syslog = SyslogText(InterfaceNames(configuration), accessLists: engine.accessLists)
        logging = configuration.logging
        log = LogBuffer(limit: logging.bufferSize)
        self.console = console
        self.injector = injector
        self.steering = steering
        loop = try QueueLoop(queues.map(\.queue))
        ingress = queues.map(\.interface)
        answersInPlace = queues.map(\.answersInPlace)
        traffic = [InterfaceTraffic](repeating: InterfaceTraffic(), count: configuration.interfaces.count)
        engine.tellsOfBlocks = false
        engine.tellsOfMessages = false
        engine.isHeard = logging.isEnabled
        now = clock.read()
        started = now
        let waker = loop.waker
        mailbox = Mailbox { waker.wake() }
    }

    /// Takes over what carries phones' calls; before the worker runs.
    mutating func carryCalls(with hands: CallHands) {
        calls = hands
        let captures = captures
        calls.streams?.tap = { captures.keep($0, at: $1) }
        calls.streams?.tapEnd = { captures.end($0, $1, at: $2) }
    }

    /// Takes over what asks for the figures of media.
    mutating func watchMedia(with watch: MediaWatch) { calls.watch = watch }

    /// Runs until it is told to stop, or until the queues can not be read any more.
    mutating func run() {
        QueueLoop.prepareThread()
        while !isStopping {
            let sent = packetsSent
            do throws(SystemError) {
                if try turn() {
                    mailbox.serve { answer($0) }
                    deliverCalls()
                }
            } catch {
                failure = error
                isStopping = true
            }
            engine.tick(now)
            settle()
            injector.flush()
            loop.answered(packetsSent != sent)
        }
        mailbox.close()
    }

    /// Packets of the box's own so far.
    private var packetsSent: UInt64 { injector.sent &+ sentInPlace }

    /// Takes what the queues bring; whether somebody left an order.
    private mutating func turn() throws(SystemError) -> Bool {
        isWatched = !captures.isEmpty
        packetsAtThisTime = 0
        let turn = try loop.turn(
            waitingAtMost: Self.longestWait, looksAhead: engine.profitsFromForesight,
            look: { queue, packet in engine.foresee(packet, from: ingress[queue]) },
            gather: { engine.gather() }
        ) { queue, bytes, packet in decide(queue, &bytes, packet) }
        if turn.packets == 0 || turn.wasWoken { now = clock.read() }
        return turn.wasWoken
    }

    // MARK: Packets

    private mutating func decide(
        _ queue: Int, _ bytes: inout MutableSpan<UInt8>, _ queued: QueuedPacket
    ) -> QueueVerdict {
        passTime()
        let interface = ingress[queue]
        var packet = bytes._mutatingExtracting(0..<queued.length)
        if isWatched { captures.note(packet.span) }
        let verdict = engine.process(&packet, from: interface, at: now)
        if verdict.isReplaced { return replace(&bytes, verdict, queued) }
        count(verdict, queued.length)
        if verdict.isRewritten, queued.flags.contains(.checksumNotReady) { complete(&packet) }
        if isWatched {
            let flow = verdict.flow.flatMap { engine.summary(of: $0) }
            captures.keep(packet.span, verdict, flow: flow, at: now)
        }
        let answer = verdict.action == .consume ? answer(&bytes, queue) : nil
        if !engine.isQuiet { settle() }
        if let answer { return answer }
        switch verdict.action {
        case .forward where verdict.isForStreamHand: return .acceptRedirected
        case .forward: return verdict.isRewritten ? .acceptRewritten(length: queued.length) : .accept
        case .drop, .hold, .consume: return .drop
        }
    }

    /// What the engine answers to a packet goes back where that came from, if it can: that is far less work for the kernel
    /// than to find the way to wherever a packet of the box's own is to go. `nil`: it leaves beside the verdicts.
    ///
    /// A capture shows both packets. Of IPv6 the kernel would tell the sender that the two could talk without the box.
    private mutating func answer(_ bytes: inout MutableSpan<UInt8>, _ queue: Int) -> QueueVerdict? {
        guard answersInPlace[queue], !isWatched, bytes[0] >> 4 == 4 else { return nil }
        let asker = bytes.span.uint32(at: IPv4Field.source)
        guard let length = engine.takeAnswer(leavingBy: ingress[queue], into: &bytes) else { return nil }
        sentInPlace &+= 1
        Self.countOut(&traffic, ingress[queue], length)
        return .inPlace(bytes.span, length: length, ofPacketFrom: asker)
    }

    /// Another packet goes on in place of the one that came.
    private mutating func replace(
        _ bytes: inout MutableSpan<UInt8>, _ verdict: Verdict, _ queued: QueuedPacket
    ) -> QueueVerdict {
        var packet = engine.takeReplacement()
        var span = packet.mutableSpan
        if queued.flags.contains(.checksumNotReady) { complete(&span) }
        count(verdict, packet.count)
        if isWatched {
            let flow = verdict.flow.flatMap { engine.summary(of: $0) }
            captures.keep(packet.span, verdict, flow: flow, at: now)
        }
        if !engine.isQuiet { settle() }
        guard packet.count <= bytes.count else {
            // No room behind it in what the kernel gave: it leaves beside the verdicts.
            injector.add(packet.span)
            return .drop
        }
        for index in 0..<packet.count { bytes[index] = packet[index] }
        return .acceptRewritten(length: packet.count)
    }

    /// Packets that came together share a moment: the first reads the clock, and each that a capture may show.
    @inline(__always)
    private mutating func passTime() {
        if packetsAtThisTime == 0 || isWatched {
            now = clock.read()
            packetsAtThisTime = PacketQueue.batch
        }
        packetsAtThisTime -= 1
    }

    /// A checksum that an offload was to finish can not be updated from what changed; it is made anew.
    private func complete(_ packet: inout MutableSpan<UInt8>) {
        guard let ip = try? IPHeader.decode(packet.span) else { return }
        PacketChecksum.makeTransport(&packet, ip)
    }

    @inline(__always)
    private mutating func count(_ verdict: Verdict, _ length: Int) {
        let arrived = Int(verdict.ingress.rawValue)
        traffic[arrived].packetsIn &+= 1
        traffic[arrived].bytesIn &+= UInt64(length)
        switch verdict.action {
        case .forward: Self.countOut(&traffic, verdict.egress, length)
        case .drop: traffic[arrived].dropped &+= 1
        case .hold, .consume: break
        }
    }

    @inline(__always)
    private static func countOut(_ traffic: inout [InterfaceTraffic], _ egress: InterfaceIndex?, _ length: Int) {
        guard let egress else { return }
        traffic[Int(egress.rawValue)].packetsOut &+= 1
        traffic[Int(egress.rawValue)].bytesOut &+= UInt64(length)
    }

    // MARK: What the engine has to say

    private mutating func settle() {
        while let event = engine.nextEvent() { report(event) }
        if engine.hasErrands { desk?.give(engine.takeErrands()) }
        if engine.hasMediaOrders || engine.hasStreamOrders { calls.perform(from: &engine, at: now) }
        if engine.hasSteerOrders { steering?.apply(engine.takeSteerOrders()) }
        if engine.hasReleases { sendReleases() }
    }

    /// What the engine sends beside the verdicts leaves at the end of the turn, or when there is much of it.
    private mutating func sendReleases() {
        if captures.isEmpty { return Self.send(&engine, by: injector, &traffic) }
        for release in engine.takeReleases() {
            captures.keep(release, at: now)
            let packet = release.packet
            injector.add(packet.span)
            Self.countOut(&traffic, release.egress, packet.count)
        }
    }

    private static func send(_ engine: inout Engine, by injector: Injector, _ traffic: inout [InterfaceTraffic]) {
        engine.drainReleases { packet, egress in
            injector.add(packet)
            countOut(&traffic, egress, packet.count)
        }
    }

    private mutating func report(_ event: Event) {
        if let (topic, kind) = event.kind.debugging {
            let isShown = debugging.shows(kind, of: topic)
            // As on an ASA, the console gets what is debugged, whatever `logging` says.
            if isShown { console(syslog.debugText(event.kind)) }
            // Errors are logged in any case: whoever is called has not switched anything on before.
            guard isShown || kind == .errors else { return }
        }
        guard logging.isEnabled else { return }
        write(syslog.message(event) { engine.egress(of: $0) }, at: event.time)
    }

    private mutating func write(_ message: SyslogText.Message, at time: Timestamp) {
        guard logging.isEnabled else { return }
        if let level = logging.buffered, message.severity <= level { log.append(stamped(message.text, time)) }
        if let level = logging.console, message.severity <= level { console(stamped(message.text, time)) }
    }

    /// Hands the engine what has come of phones' calls, and writes what is to be known of it.
    private mutating func deliverCalls() {
        var messages: [SyslogText.Message] = []
        // A handshake is some fifty lines: nobody makes them for nobody, while packets wait.
        let isRead = logging.isEnabled || debugging.shows(.events, of: .tlsProxy)
        calls.deliver(to: &engine, at: now) { note in
            if isRead { messages += syslog.messages(note, calls.ciphers) }
        }
        for message in messages {
            if debugging.shows(.events, of: .tlsProxy) { console(message.text) }
            write(message, at: now)
        }
        settle()
    }

    /// Ends the threads beside the packets.
    func stopHands() {
        calls.stop()
        desk?.stop()
    }

    private func stamped(_ text: String, _ time: Timestamp) -> String {
        logging.timestamps ? "\(ClockText.stamp(time)): \(text)" : text
    }
}

// MARK: Orders

extension PacketWorker {
    private mutating func answer(_ order: Order) -> Answer {
        switch order {
        case .tables: return .tables(tables)
        case .flows(let start): return .flows(engine.flows(from: start))
        case .clearFlows: return .cleared(engine.clearFlows(at: now))
        case .clearDrops: engine.clearDrops()
        case .clearAccessHits: engine.clearAccessHits()
        case .startCapture(let definition): captures.start(definition)
        case .stopCapture(let name): return captures.stop(name) ? .done : Self.noCapture(name)
        case .clearCapture(let name): return captures.clear(name) ? .done : Self.noCapture(name ?? "any name")
        case .capturedPackets(let name): return captures.packets(of: name).map { .packets($0) } ?? Self.noCapture(name)
        case .captureFile(let name): return captureFile(name)
        case .log: return .log(log)
        case .clearLog: log = LogBuffer(limit: logging.bufferSize)
        case .errandDone(let id, let outcome):
            engine.complete(id, with: outcome, at: now)
            settle()
        case .securePhones:
            return .securePhones(
                SecurePhones(phones: engine.securePhones, mostUsed: engine.securePhonesMostUsed, now: now))
        case .debug(let change):
            debugging.apply(change)
            engine.isHeard = logging.isEnabled || debugging.isOn
            engine.tellsOfBlocks = debugging.shows(.events, of: .phoneFiles)
            engine.tellsOfMessages =
                debugging.shows(.events, of: .sip) || debugging.shows(.events, of: .skinny)
        case .debugging: return .debugging(debugging)
        case .calls(let parts): return .calls(CallTables(parts, engine, calls, now: now))
        case .mediaFigures(let figures): for figure in figures { engine.take(figure, at: now) }
        case .clearCalls(let number):
            let count = engine.clearCalls(number, at: now)
            settle()
            return .cleared(count)
        case .clearStreams(let id):
            let count = engine.clearStreams(id, at: now)
            settle()
            return .cleared(count)
        case .stop: isStopping = true
        }
        return .done
    }

    private static func noCapture(_ name: String) -> Answer { .failed("Capture <\(name)> does not exist") }

    private func captureFile(_ name: String) -> Answer {
        do throws(CaptureError) {
            guard let file = try captures.file(of: name) else { return Self.noCapture(name) }
            return .file(file)
        } catch {
            return .failed(error.description)
        }
    }

    private var tables: BoxTables {
        BoxTables(
            now: now, started: started, counters: engine.counters, lostEvents: engine.lostEvents,
            flowsInUse: engine.flowsInUse, flowsMostUsed: engine.flowsMostUsed, accessLists: engine.accessLists,
            accessHits: engine.accessHits,
            translationHits: engine.translationHits, captures: captures.status,
            queues: zip(loop.queues, ingress).map {
                QueueTraffic(number: $0.number, interface: $1, statistics: $0.statistics)
            }, traffic: traffic,
            injector: InjectorStatistics(injector, inPlace: sentInPlace, loop.queues))
    }
}
