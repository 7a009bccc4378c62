import Inspection
import Wire

/// Packets from memory through an engine, a batch at a time, as a packet thread drives it. Only the engine's share is
/// timed: a batch is written first, as the kernel would, and looked at afterwards.
struct EngineRun: ~Copyable {
    /// What a stretch of packets cost.
    struct Cost {
        var packets = 0
        var nanosecondsPerPacket = 0.0
    }

    /// Between two packets; what matters is that timers are looked at as often as on a busy box.
    private static let gap: Int64 = 1000

    private let traffic: PhoneTraffic
    private var engine: Engine
    private var batch = PacketBatch()
    private var next = 0
    private var now = Timestamp(seconds: 1_000_000)

    /// Opens the flows.
    init(_ traffic: PhoneTraffic) throws {
        self.traffic = traffic
        var settings = EngineSettings()
        settings.seed = 0x5eed
        settings.transferLimit = max(settings.transferLimit, traffic.flows)
        var engine = Engine(traffic.site.configuration, settings)
        var now = now
        try traffic.open { packet, ingress in
            var bytes = packet
            var span = bytes.mutableSpan
            let verdict = engine.process(&span, from: ingress, at: now)
            guard verdict.action == .forward else { throw BenchmarkError("a flow was refused: \(verdict)") }
            while engine.nextEvent() != nil {}
            now.nanoseconds += Self.gap
        }
        self.engine = engine
        self.now = now
    }

    /// Sends at least `count` packets through the engine.
    mutating func processed(_ count: Int) throws -> Cost {
        let rewritten = engine.counters.rewritten
        let cost = try timed(count) { run in run.batch.process(&run.engine, at: run.now) }
        guard engine.counters.rewritten - rewritten == UInt64(cost.packets) else {
            throw BenchmarkError("of \(cost.packets) packets \(engine.counters.rewritten - rewritten) were translated")
        }
        return cost
    }

    /// The floor: the same packets, their headers decoded and nothing else.
    mutating func decoded(_ count: Int) throws -> Cost {
        var sum = 0
        let cost = try timed(count) { run in sum &+= run.batch.decode() }
        guard sum > 0 else { throw BenchmarkError("no packet was decoded") }
        return cost
    }

    /// How long packets wait at most while all flows are listed, slice by slice; nanoseconds. And for all slices together.
    func listed() throws -> (longest: UInt64, whole: UInt64) {
        var whole = Stopwatch()
        var longest: UInt64 = 0
        var count = 0
        var next: Int? = 0
        while let start = next {
            let before = whole.nanoseconds
            whole.start()
            let slice = engine.flows(from: start)
            whole.stop()
            longest = max(longest, whole.nanoseconds - before)
            count += slice.flows.count
            next = slice.next
        }
        guard count == engine.flowsInUse else { throw BenchmarkError("\(count) of \(engine.flowsInUse) flows listed") }
        return (longest, whole.nanoseconds)
    }

    private mutating func timed(_ count: Int, _ body: (inout EngineRun) -> Void) throws -> Cost {
        var watch = Stopwatch()
        var cost = Cost()
        while cost.packets < count {
            try fill()
            watch.start()
            body(&self)
            watch.stop()
            cost.packets += PacketBatch.size
        }
        cost.nanosecondsPerPacket = Double(watch.nanoseconds) / Double(cost.packets)
        return cost
    }

    private mutating func fill() throws(WireError) {
        try batch.fill(traffic, from: next)
        next += PacketBatch.size
        now.nanoseconds += Self.gap * Int64(PacketBatch.size)
    }

    /// Sends one batch through the engine, and sees whether each packet left it whole, and under the right address.
    mutating func check() throws {
        try fill()
        batch.process(&engine, at: now)
        try batch.check(traffic.site)
    }
}
