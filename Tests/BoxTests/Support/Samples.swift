import ConfigLanguage
import Inspection
import TestSupport
import Testing
import Wire

@testable import Box
@testable import Inspection
@testable import Netfilter

/// The box of the first example, as an engineer would write it.
let exampleText =
    "hostname edge\n" + BoxText.network + """
        access-list pp extended permit udp any host 10.10.0.26 eq 69
        access-group pp in interface outside

        """ + BoxText.inspection + """
        logging enable
        logging buffered informational

        """

/// A configuration that must be right.
func configuration(_ text: String = exampleText) throws -> Configuration {
    let read = Configuration.read(text, file: "test.cfg")
    try #require(read.diagnostics.filter { $0.severity != .warning }.isEmpty, "\(read.diagnostics)")
    return read.configuration
}

let outside = InterfaceIndex(0)
let inside = InterfaceIndex(1)

/// 2026-11-22 18:45:00 UTC.
let evening = Timestamp(seconds: 1_795_373_100)

/// A flow from a phone outside to the server inside, which is translated.
func flow(
    _ number: UInt64 = 1, _ transport: IPProtocol = .udp, tcpState: TCPState? = nil, fromInitiator: UInt64 = 20,
    fromResponder: UInt64 = 104
) throws -> FlowSummary {
    let (phone, mapped, real) = (
        try endpoint("98.208.49.30:49152"), try address("10.10.0.26"), try address("192.0.2.101")
    )
    let port: UInt16 = transport == .tcp ? 5060 : 69
    return FlowSummary(
        number: number,
        initiator: FlowKey(
            source: phone.address, destination: mapped, sourcePort: phone.port, destinationPort: port,
            transport: transport, interface: outside),
        responder: FlowKey(
            source: real, destination: phone.address, sourcePort: port, destinationPort: phone.port,
            transport: transport, interface: inside),
        trafficClass: .inspectTFTP, isAnswered: true, isTranslated: true, started: evening,
        lastSeen: evening.adding(seconds: 57), bytesFromInitiator: fromInitiator, bytesFromResponder: fromResponder,
        packets: 3, tcpState: tcpState, idleLimit: 120)
}

extension BoxTables {
    /// A box that has run for a minute: one flow, some drops, a capture.
    static func sample(_ configuration: Configuration) throws -> BoxTables {
        var counters = Counters()
        counters.drop(.aclDrop, packets: 3)
        counters.drop(.tcpNotSYN)
        counters.classes[Int(TrafficClass.inspectTFTP.rawValue)] = 12
        var statistics = QueueStatistics()
        statistics.packets = 7
        statistics.batches = 5
        var capture = CaptureDefinition(name: "in")
        capture.interfaces = ["inside"]
        return BoxTables(
            now: evening.adding(seconds: 60), started: evening, counters: counters, lostEvents: 0,
            flows: [try flow()], flowsInUse: 1, flowsMostUsed: 4,
            accessLists: [configuration.accessLists["pp"] ?? AccessList(name: "pp")], accessHits: [[2, 3]],
            translationHits: [1],
            captures: [CaptureStatus(definition: capture, packets: 2, bytes: 124, missed: 0, isFull: false)],
            queues: [QueueTraffic(number: 5060, interface: outside, statistics: statistics)],
            traffic: [
                InterfaceTraffic(packetsIn: 7, bytesIn: 400, packetsOut: 5, bytesOut: 1000, dropped: 3),
                InterfaceTraffic(packetsIn: 5, bytesIn: 1000, packetsOut: 4, bytesOut: 200, dropped: 0),
            ],
            injector: InjectorStatistics(sent: 0, failures: [:]))
    }
}

extension KernelFacts {
    /// What the kernel counted on the same box.
    static var sample: KernelFacts {
        KernelFacts(
            rules: [
                RuleCounter(name: RuleCounter.name(list: "pp", entry: 1), packets: 40, bytes: 4000),
                RuleCounter(name: "acl-drop", packets: 4, bytes: 400),
                RuleCounter(name: "ct-invalid", packets: 2, bytes: 80),
                RuleCounter(name: "sp-security-failed", packets: 6, bytes: 240),
            ],
            queues: [
                KernelQueueCounters.Queue(number: 5060, waiting: 1, queueDropped: 2, userDropped: 3, sequence: 9)
            ],
            lostInQueues: 5)
    }
}
