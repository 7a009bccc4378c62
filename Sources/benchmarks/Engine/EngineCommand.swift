import ArgumentParser
import Box
import Inspection

struct EngineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine",
        abstract: "Packets from memory through the whole engine: cost, and allocations, per packet.",
        discussion: "Allocations are counted when tools/bench.d/allocations.c is preloaded."
    )

    @Option(help: "Packets in each sample.")
    var packets = 2_000_000

    @Option(help: "Samples, of which the median counts.")
    var samples = 5

    func validate() throws {
        guard (1000...100_000_000).contains(packets) else {
            throw ValidationError("--packets is 1,000 to 100,000,000.")
        }
        guard (1...100).contains(samples) else { throw ValidationError("--samples is 1 to 100.") }
    }

    func run() throws {
        var report = Report("engine")
        let counter = AllocationCounter()
        let site = try EngineSite()
        for flows in [10, 1000, 100_000] {
            try measure(flows, at: site, counter, into: &report)
        }
        try measureListing(at: site, into: &report)
        judge(&report, hasCounter: counter != nil)
        Console.print(report.json.compact)
    }

    private func measure(
        _ flows: Int, at site: EngineSite, _ counter: AllocationCounter?, into report: inout Report
    ) throws {
        var run = try EngineRun(PhoneTraffic(flows: flows, at: site))
        // Both directions of every flow once, before anything counts.
        _ = try run.processed(2 * flows)
        var ours: [Double] = []
        var floor: [Double] = []
        var allocations: UInt64 = 0
        for _ in 0..<samples {
            let before = counter?.count ?? 0
            let cost = try run.processed(packets)
            allocations += (counter?.count ?? 0) - before
            ours.append(cost.nanosecondsPerPacket)
            floor.append(try run.decoded(packets).nanosecondsPerPacket)
            try run.check()
        }
        note(flows, ours: ours.median, floor: floor.median, into: &report)
        let perPacket = Double(allocations) / Double(samples * packets)
        report[.ours, "allocationsPerPacketAt\(flows)Flows"] = counter == nil ? nil : perPacket
    }

    /// `show conn` of a table that is full; the quietest sample counts, since one interruption is as long as many slices.
    private func measureListing(at site: EngineSite, into report: inout Report) throws {
        // A phone that reads a file has a second flow, for its request.
        let run = try EngineRun(PhoneTraffic(flows: EngineSettings().flowLimit / 3 * 2, at: site))
        var longest: [Double] = []
        var whole: [Double] = []
        for _ in 0..<samples {
            let time = try run.listed()
            longest.append(Double(time.longest) / 1000)
            whole.append(Double(time.whole) / 1000)
        }
        report[.ours, "microsecondsLongestPauseOfShowConn"] = longest.min()
        report[.ours, "microsecondsOfShowConn"] = whole.min()
    }

    private func note(_ flows: Int, ours: Double?, floor: Double?, into report: inout Report) {
        for (section, nanoseconds) in [(Report.Section.ours, ours), (.floor, floor)] {
            report[section, "nanosecondsPerPacketAt\(flows)Flows"] = nanoseconds
            report[section, "packetsPerSecondAt\(flows)Flows"] = nanoseconds.map { (1e9 / $0).rounded() }
        }
        guard let ours, let floor else { return }
        Console.error("engine: \(flows) flows: \(Int(ours)) ns a packet; decoding alone takes \(Int(floor)) ns")
    }
}

// MARK: The verdict

extension EngineCommand {
    /// Four million packets a second on one core, a hundred thousand flows at three times the cost of ten, and not one
    /// allocation.
    private func judge(_ report: inout Report, hasCounter: Bool) {
        report.judge(
            "packetsPerSecondToFourMillionAt10Flows", report[.ours, "packetsPerSecondAt10Flows"].map { $0 / 4e6 },
            atLeast: 1)
        report.judge(
            "costAt10FlowsToCostAt100000Flows",
            Report.quotient(
                report[.ours, "nanosecondsPerPacketAt10Flows"], report[.ours, "nanosecondsPerPacketAt100000Flows"]),
            atLeast: 1.0 / 3)
        let allocations = [10, 1000, 100_000].compactMap { report[.ours, "allocationsPerPacketAt\($0)Flows"] }.max()
        report.judge("packetsWithoutAllocationPerPacket", allocations.map { 1 - $0 }, atLeast: 1)
        if !hasCounter { report.explain("allocationsPerPacket", "nothing counts allocations: run tools/bench engine") }
        report.explain("peer", "no other program's engine can be driven from memory like this")
    }
}
