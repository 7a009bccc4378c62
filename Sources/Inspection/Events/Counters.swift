/// What the engine has counted since it started, or since the counters were cleared.
public struct Counters: Sendable {
    public var read: UInt64 = 0
    /// Those that went on, and those that were for the box itself and reached it: what was read was forwarded, dropped,
    /// undecodable, or is held.
    public var forwarded: UInt64 = 0
    /// Of those forwarded.
    public var rewritten: UInt64 = 0
    /// Of those forwarded: taken by the box itself, so that nothing of them left it.
    public var consumed: UInt64 = 0
    /// Packets of the engine's own making.
    public var injected: UInt64 = 0
    /// Packets of the engine's own making that nobody took in time. The other end asks again, as for any lost packet.
    public var notInjected: UInt64 = 0
    public var dropped: UInt64 = 0
    public var undecodable: UInt64 = 0
    /// Fragments that wait for the rest of their datagram.
    public var held: UInt64 = 0
    /// Per `DropReason.rawValue`, the undecodable ones included.
    var reasons = [UInt64](repeating: 0, count: DropReason.allCases.count)
    /// Packets per `TrafficClass.rawValue`; what could not be read has no class.
    var classes = [UInt64](repeating: 0, count: TrafficClass.allCases.count)
    /// Flows opened.
    public var udpFlows: UInt64 = 0
    public var tcpFlows: UInt64 = 0
    public var otherFlows: UInt64 = 0
    /// Pinholes by what became of them. One whose request was answered otherwise, from the port that was asked or with
    /// an error, is neither used nor expired.
    public var pinholesOpened: UInt64 = 0
    public var pinholesUsed: UInt64 = 0
    public var pinholesExpired: UInt64 = 0
    public var phoneProxy = PhoneProxyCounters()
    public var streams = StreamCounters()
    public var sip = SIPCounters()
    public var skinny = SkinnyCounters()
    public var media = MediaCounters()

    public init() {}

    public func count(of reason: DropReason) -> UInt64 { reasons[Int(reason.rawValue)] }
    public func count(of trafficClass: TrafficClass) -> UInt64 { classes[Int(trafficClass.rawValue)] }

    @inline(__always)
    mutating func count(_ verdict: Verdict) {
        switch verdict.action {
        case .forward:
            forwarded &+= 1
            if verdict.isRewritten { rewritten &+= 1 }
            classes[Int(verdict.trafficClass.rawValue)] &+= 1
        case .consume:
            forwarded &+= 1
            consumed &+= 1
            classes[Int(verdict.trafficClass.rawValue)] &+= 1
        case .hold:
            held &+= 1
        case .drop:
            guard let reason = verdict.reason else { return }
            drop(reason)
            if !reason.isUndecodable { classes[Int(verdict.trafficClass.rawValue)] &+= 1 }
        }
    }

    mutating func drop(_ reason: DropReason, packets: UInt64 = 1) {
        reasons[Int(reason.rawValue)] &+= packets
        if reason.isUndecodable { undecodable &+= packets } else { dropped &+= packets }
    }
}
