/// What the engine has counted since it started, or since the counters were cleared.
public struct Counters: Sendable {
    public var read: UInt64 = 0
    public var forwarded: UInt64 = 0
    /// Of those forwarded.
    public var rewritten: UInt64 = 0
    /// Packets of the engine's own making.
    public var injected: UInt64 = 0
    public var dropped: UInt64 = 0
    public var undecodable: UInt64 = 0
    /// Fragments that wait for the rest of their datagram.
    public var held: UInt64 = 0
    /// Per `DropReason.rawValue`, the undecodable ones included.
    var reasons = [UInt64](repeating: 0, count: DropReason.allCases.count)
    /// Packets per `TrafficClass.rawValue`.
    var classes = [UInt64](repeating: 0, count: TrafficClass.allCases.count)
    /// Flows opened.
    public var udpFlows: UInt64 = 0
    public var tcpFlows: UInt64 = 0
    public var otherFlows: UInt64 = 0
    public var pinholesOpened: UInt64 = 0
    public var pinholesUsed: UInt64 = 0
    public var pinholesExpired: UInt64 = 0

    public init() {}

    public func count(of reason: DropReason) -> UInt64 { reasons[Int(reason.rawValue)] }
    public func count(of trafficClass: TrafficClass) -> UInt64 { classes[Int(trafficClass.rawValue)] }

    @inline(__always)
    mutating func count(_ verdict: Verdict) {
        classes[Int(verdict.trafficClass.rawValue)] &+= 1
        switch verdict.action {
        case .forward:
            forwarded &+= 1
            if verdict.isRewritten { rewritten &+= 1 }
        case .hold:
            held &+= 1
        case .drop:
            if let reason = verdict.reason { drop(reason) }
        }
    }

    mutating func drop(_ reason: DropReason, packets: UInt64 = 1) {
        reasons[Int(reason.rawValue)] &+= packets
        if reason.isUndecodable { undecodable &+= packets } else { dropped &+= packets }
    }
}
