import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// An engine with a clock and a notebook: what went in, what came of it, and what was told, line by line.
final class TestBox {
    /// What became of one packet.
    struct Outcome {
        var verdict: Verdict
        /// As it left the engine.
        var packet: [UInt8]

        var reason: DropReason? { verdict.action == .drop ? verdict.reason : nil }
        var isForwarded: Bool { verdict.action == .forward }
        /// `source > destination`, ports with them.
        var route: String { addressLine(packet) }
    }

    let configuration: Configuration
    var now = Timestamp(seconds: 1_000_000)
    private var engine: Engine
    private(set) var story: [String] = []
    private(set) var events: [Event] = []
    private(set) var outcomes: [Outcome] = []
    private(set) var releases: [Release] = []

    init(_ configuration: Configuration, seed: UInt64 = 0, _ change: (inout EngineSettings) -> Void = { _ in }) {
        self.configuration = configuration
        var settings = EngineSettings()
        settings.seed = seed
        settings.flowLimit = 1024
        settings.pinholeLimit = 256
        settings.transferLimit = 256
        change(&settings)
        engine = Engine(configuration, settings)
    }

    /// Sends a packet in by the interface that `nameif` calls `name`. Packets that go on must be sound.
    @discardableResult
    func send(_ packet: [UInt8], on name: String = "", isCut: Bool = false) -> Outcome {
        var bytes = packet
        var span = bytes.mutableSpan
        let verdict = engine.process(&span, from: index(name), at: now, isCut: isCut)
        now = Timestamp(nanoseconds: now.nanoseconds &+ 1_000_000)
        if verdict.isReplaced { bytes = engine.takeReplacement() }
        if verdict.action != .forward { expectUnchanged(packet, bytes, unless: verdict) }
        if verdict.action == .forward, verdict.isRewritten {
            expectSound(bytes, as: packet, isReplaced: verdict.isReplaced)
        }
        if verdict.action == .forward, !verdict.isRewritten { expectUnchanged(packet, bytes) }
        let outcome = Outcome(verdict: verdict, packet: bytes)
        outcomes.append(outcome)
        story.append(line(name, packet, outcome))
        takeEvents()
        releases += engine.takeReleases()
        expectAccounts()
        return outcome
    }

    func wait(_ seconds: Int) {
        now = now.adding(seconds: seconds)
        engine.tick(now)
        takeEvents()
        releases += engine.takeReleases()
    }

    func finish() {
        engine.finish(at: now)
        takeEvents()
        expectAccounts()
        #expect(counters.held == 0, "nothing may be held at the end")
    }

    /// The packets that left beside the verdicts since this was last asked.
    func takeReleases() -> [Release] {
        defer { releases = [] }
        return releases
    }

    /// The ends for which the engine's packets have to be brought to it.
    var steered: Set<Endpoint> {
        for order in engine.takeSteerOrders() {
            switch order {
            case .add(let end): steeredNow.insert(end.endpoint)
            case .remove(let end): steeredNow.remove(end.endpoint)
            }
        }
        return steeredNow
    }
    private var steeredNow: Set<Endpoint> = []

    func takeErrands() -> [Errand] { engine.takeErrands() }

    func complete(_ id: UInt64, _ outcome: Errand.Outcome) {
        engine.complete(id, with: outcome, at: now)
        takeEvents()
        releases += engine.takeReleases()
    }

    var securePhones: [SecurePhone] { engine.securePhones }
    var sessionCount: Int { engine.phoneFiles.sessions.count }
    var fileCount: Int { engine.phoneFiles.files.count }
    var errandCount: Int { engine.phoneFiles.errands.count }

    func verify(_ device: DeviceName, on name: String, from address: IPAddress) -> Bool {
        let interface = index(name)
        return engine.verifySecurePhone(device, on: interface, from: address, at: now)
    }

    var counters: Counters { engine.counters }
    var flowCount: Int { engine.flows.count }
    var pinholeCount: Int { engine.pinholes.count }
    var transferCount: Int { engine.transfers.count }
    var lostEvents: UInt64 { engine.lostEvents }
    var accessHits: [[UInt64]] { engine.access.hits }
    var flows: [FlowSummary] { engine.flows.summaries }

    /// All that was noted, as one text to compare.
    var text: String { story.joined(separator: "\n") }

    /// The transfers that have ended.
    var transfers: [TFTPTransfer] {
        events.compactMap { if case .tftpFinished(let transfer) = $0.kind { transfer } else { nil } }
    }

    func clear() -> Int {
        let count = engine.clearFlows(at: now)
        takeEvents()
        return count
    }

    /// Leaves events where they are: a reader that does not keep up.
    func sendUnread(_ packet: [UInt8], on name: String = "") -> Verdict {
        var bytes = packet
        var span = bytes.mutableSpan
        return engine.process(&span, from: index(name), at: now)
    }

    func index(_ name: String) -> InterfaceIndex {
        InterfaceIndex(UInt8(configuration.interfaces.firstIndex { $0.name == name } ?? 0))
    }

    func name(_ index: InterfaceIndex) -> String {
        let place = Int(index.rawValue)
        return place < configuration.interfaces.count ? configuration.interfaces[place].name : "-"
    }

    private func takeEvents() {
        while let event = engine.nextEvent() {
            events.append(event)
            story.append("  " + describe(event))
        }
    }

    /// Everything that was read is somewhere.
    private func expectAccounts() {
        let counters = engine.counters
        #expect(
            counters.read == counters.forwarded + counters.dropped + counters.undecodable + counters.held,
            "accounts after: \(story.last ?? "")")
    }

    private func expectUnchanged(_ before: [UInt8], _ after: [UInt8], unless verdict: Verdict? = nil) {
        // A message is judged when its packet has its addresses already.
        if verdict?.reason == .inspectionFailed, verdict?.trafficClass == .inspectSIP { return }
        #expect(hexDifference(before, after) == "", "changed without need")
    }

    /// A packet that was right when it came in is right when it leaves, and as long as it was unless it was replaced.
    private func expectSound(_ packet: [UInt8], as before: [UInt8], isReplaced: Bool) {
        guard let old = try? IPHeader.decode(before.span), !old.isFragment else { return }
        let wasRight = !old.isV4 || IPHeader.hasValidV4Checksum(before.span, headerLength: old.transportOffset)
        guard wasRight, PacketChecksum.verifyTransport(before.span, old) != .wrong else { return }
        guard let ip = try? IPHeader.decode(packet.span) else {
            Issue.record("left unreadable:\n\(hexDump(packet))")
            return
        }
        #expect(isReplaced || packet.count == before.count)
        let headerIsRight = IPHeader.hasValidV4Checksum(packet.span, headerLength: ip.transportOffset)
        #expect(headerIsRight || !ip.isV4)
        let checksum = PacketChecksum.verifyTransport(packet.span, ip)
        #expect(checksum != .wrong, "\(hexDump(packet))")
    }
}

extension FlowTable {
    /// All flows, slice by slice, in the order in which they were opened.
    var summaries: [FlowSummary] {
        var found: [FlowSummary] = []
        var start: Int? = 0
        while let place = start {
            let slice = slice(from: place)
            found += slice.flows
            start = slice.next
        }
        return found.sorted { $0.number < $1.number }
    }
}
