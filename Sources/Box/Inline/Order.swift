import ConfigLanguage
import Inspection
import Netfilter
import Wire

/// What the thread that drives the engine can be asked, between two packets. Answers are plain values: whatever takes
/// time with them is done elsewhere.
enum Order: Sendable {
    case tables
    /// The flows of one slice of the table, from this place on.
    case flows(from: Int)
    case clearFlows
    case clearDrops
    case clearAccessHits
    case startCapture(CaptureDefinition)
    case stopCapture(String)
    case clearCapture(String?)
    case capturedPackets(String)
    case captureFile(String)
    case log
    case clearLog
    /// What came of an errand of the engine's.
    case errandDone(UInt64, Errand.Outcome)
    case securePhones
    case debug(Debugging.Change)
    case debugging
    /// Streams, registrations, calls and media, as far as they are asked for.
    case calls(CallTables.Parts)
    /// What the media hand has counted.
    case mediaFigures([BrainMediaReport])
    /// `clear sip`: one call by its number, or all.
    case clearCalls(UInt64?)
    /// `clear tls-proxy session`: one stream, or all.
    case clearStreams(BrainStreamID?)
    case stop
}

enum Answer: Sendable {
    case done
    case cleared(Int)
    case tables(BoxTables)
    case flows(FlowSlice)
    case packets([CapturedPacket])
    case file([UInt8])
    case log(LogBuffer)
    case securePhones(SecurePhones)
    case debugging(Debugging)
    case calls(CallTables)
    case failed(String)
}

/// Everything that `show` prints from, as it stood at one moment.
struct BoxTables: Sendable {
    var now: Timestamp
    var started: Timestamp
    var counters: Counters
    var lostEvents: UInt64
    /// In the order in which they were opened; empty unless asked for.
    var flows: [FlowSummary] = []
    var flowsInUse: Int
    var flowsMostUsed: Int
    var accessLists: [AccessList]
    var accessHits: [[UInt64]]
    var translationHits: [UInt64]
    var captures: [CaptureStatus]
    var queues: [QueueTraffic]
    var traffic: [InterfaceTraffic]
    var injector: InjectorStatistics
}

/// The secure-phone database, as it stood at one moment.
struct SecurePhones: Sendable {
    var phones: [SecurePhone]
    var mostUsed: Int
    var now: Timestamp
}

/// One of our queues, and what was read from it.
struct QueueTraffic: Sendable {
    var number: UInt16
    var interface: InterfaceIndex
    var statistics: QueueStatistics
}

/// What the engine saw on one interface.
struct InterfaceTraffic: Sendable {
    var packetsIn: UInt64 = 0
    var bytesIn: UInt64 = 0
    var packetsOut: UInt64 = 0
    var bytesOut: UInt64 = 0
    var dropped: UInt64 = 0
}

/// Packets that the box sent by itself.
struct InjectorStatistics: Sendable {
    var sent: UInt64
    /// By errno.
    var failures: [Int32: UInt64]
}

extension InjectorStatistics {
    /// - Parameter inPlace: how many were answers that went back by the queues, or failed to.
    init(_ injector: Injector, inPlace: UInt64, _ queues: [PacketQueue]) {
        self.init(sent: injector.sent &+ inPlace, failures: injector.failures)
        for (number, count) in queues.flatMap(\.answerFailures) {
            sent &-= count
            failures[number, default: 0] &+= count
        }
    }
}
