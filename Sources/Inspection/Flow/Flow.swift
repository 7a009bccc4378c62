import Wire

/// A flow's place in the table, and which of the flows that had that place it is.
public struct FlowID: Hashable, Sendable {
    let index: UInt32
    let generation: UInt32
}

/// One flow through the box: what the ASA calls a connection.
///
/// Both directions are stored as their packets come in; what is translated follows from the two keys, since a packet
/// leaves with the addresses that its answer comes back to.
struct Flow {
    /// Packets of the initiator, as they come in.
    var forward: FlowKey
    /// Packets of the responder, as they come in.
    var reverse: FlowKey
    var lastSeen: Timestamp
    var started: Timestamp
    var bytesForward: UInt64 = 0
    var bytesReverse: UInt64 = 0
    var packets: UInt32 = 0
    var generation: UInt32 = 0
    /// Seconds without a packet after which the flow is forgotten.
    var idleLimit: Int32
    /// Which record the inspector keeps for this flow, if one does.
    var session: UInt32 = Flow.noSession
    var trafficClass: TrafficClass
    var translatesSource: Bool
    var translatesDestination: Bool
    /// The responder has answered.
    var isAnswered = false
    var tcp: TCPTracker?
    /// The flow was let in by a pinhole, not by an access list.
    var isSecondary = false
    /// Which inspection map its SIP is held against, as a place in ``Classifier/sipPolicies``; 0: it is not looked into.
    var sipPolicy: UInt8 = 0
    /// Media that Skinny has let in, not SIP.
    var isSkinny = false
    /// What the flow was for is over, and it only waits for packets under way.
    var isDone = false

    static let noSession = UInt32.max

    var isTranslated: Bool { translatesSource || translatesDestination }

    /// What inspection asks about a flow with every packet.
    struct Role {
        var isSecondary: Bool
        var session: UInt32
    }

    var role: Role {
        @inline(__always) get { Role(isSecondary: isSecondary, session: session) }
    }
}

extension Flow {
    /// - Parameter idleLimit: seconds.
    init(forward: FlowKey, reverse: FlowKey, at now: Timestamp, idleLimit: Int, trafficClass: TrafficClass) {
        self.init(
            forward: forward, reverse: reverse, lastSeen: now, started: now,
            idleLimit: Int32(clamping: idleLimit), trafficClass: trafficClass,
            translatesSource: reverse.destinationEndpoint != forward.sourceEndpoint,
            translatesDestination: reverse.sourceEndpoint != forward.destinationEndpoint)
    }

    /// Takes a packet with so many bytes of payload into account.
    @inline(__always)
    mutating func note(_ length: UInt64, fromInitiator: Bool, at now: Timestamp) {
        lastSeen = now
        packets &+= 1
        if fromInitiator {
            bytesForward &+= length
        } else {
            bytesReverse &+= length
            isAnswered = true
        }
    }
}

/// One flow as events and `show conn` tell it.
public struct FlowSummary: Hashable, Sendable {
    /// Counts from 1 in the order in which flows were opened.
    public var number: UInt64
    public var initiator: FlowKey
    public var responder: FlowKey
    public var trafficClass: TrafficClass
    public var isAnswered: Bool
    public var isTranslated: Bool
    public var started: Timestamp
    public var lastSeen: Timestamp
    public var bytesFromInitiator: UInt64
    public var bytesFromResponder: UInt64
    public var packets: UInt32
    public var tcpState: TCPState?
    public var idleLimit: Int
    /// The flow was let in by a pinhole, not by an access list.
    public var isSecondary = false
    /// Media that Skinny has let in, not SIP.
    public var isSkinny = false

    public var bytes: UInt64 { bytesFromInitiator + bytesFromResponder }
}

/// Part of the flow table.
public struct FlowSlice: Sendable {
    /// In the order of their places, which is not that in which they were opened.
    public var flows: [FlowSummary]
    /// Where the next slice starts; `nil` at the end of the table.
    public var next: Int?

    public init(flows: [FlowSummary], next: Int?) {
        self.flows = flows
        self.next = next
    }

    /// Places of the table in one slice: so few that packets do not wait long meanwhile.
    public static let places = 1024
}

/// Why a flow was forgotten, in the words of the ASA's teardown messages (302014, 302016).
public enum FlowEnd: String, Sendable {
    case idle = "Conn-timeout"
    case embryonic = "SYN Timeout"
    case finished = "TCP FINs"
    case reset = "TCP Reset"
    case transferFinished = "TFTP transfer finished"
    case closed = "Clear"
    /// The call that it belonged to is over, or an inspection map wants it ended.
    case inspection = "Flow closed by inspection"
}
