import Wire

/// Packets, and the bytes of their UDP payloads.
public struct MediaTraffic: Sendable, Equatable {
    public var packets: UInt64 = 0
    public var bytes: UInt64 = 0

    public init(packets: UInt64 = 0, bytes: UInt64 = 0) {
        self.packets = packets
        self.bytes = bytes
    }

    mutating func add(_ count: Int) {
        packets &+= 1
        bytes &+= UInt64(truncatingIfNeeded: count)
    }
}

/// What one leg has seen.
public struct MediaLegStatistics: Sendable, Equatable {
    /// Taken from the party: what passed every check on this leg, also when the other leg could not send it on.
    public var received = MediaTraffic()
    public var receivedRTCP = MediaTraffic()
    /// Sent to the party.
    public var sent = MediaTraffic()
    public var sentRTCP = MediaTraffic()
    /// What the party sent and the box never got, by its sequence numbers (RFC 3550 section 6.4.1).
    public var lost: UInt64 = 0
    public var outOfOrder: UInt64 = 0
    public var duplicates: UInt64 = 0
    /// RFC 3550 section 6.4.1's interarrival jitter.
    public var jitterMilliseconds = 0.0
    /// Packets from the party's side that were dropped, here or for want of a way out.
    public var drops = MediaDrops()
    /// Where the party is: learned, or else as the plan says.
    public var peer: Endpoint?
    public var peerRTCP: Endpoint?
    /// A packet of the party has authenticated.
    public var isSecured = false

    public init() {}
}

/// What one session has seen.
public struct MediaSessionStatistics: Sendable, Equatable {
    public var id: UInt64
    public var a: MediaLegStatistics
    public var b: MediaLegStatistics
    /// Seconds since the last packet that was taken on either leg, or since the session opened.
    public var idleSeconds: Double

    public init(id: UInt64, a: MediaLegStatistics, b: MediaLegStatistics, idleSeconds: Double) {
        self.id = id
        self.a = a
        self.b = b
        self.idleSeconds = idleSeconds
    }
}

/// What a relay has done since it started, over all sessions.
public struct MediaRelayCounters: Sendable, Equatable {
    public var sessions = 0
    /// UDP payloads of RTP and RTCP together.
    public var received = MediaTraffic()
    public var sent = MediaTraffic()
    /// Packets sent by the kernel's own way, since the next hop's link address was not known or had to be confirmed.
    public var sentByKernel: UInt64 = 0
    public var drops = MediaDrops()
    /// Packets that came while a ring was full: the kernel threw them away.
    public var ringOverruns: UInt64 = 0
    /// Reports that nobody took in time.
    public var reportsLost: UInt64 = 0

    public init() {}

    static func += (left: inout MediaRelayCounters, right: MediaRelayCounters) {
        left.sessions += right.sessions
        left.received.packets &+= right.received.packets
        left.received.bytes &+= right.received.bytes
        left.sent.packets &+= right.sent.packets
        left.sent.bytes &+= right.sent.bytes
        left.sentByKernel &+= right.sentByKernel
        left.drops += right.drops
        left.ringOverruns &+= right.ringOverruns
        left.reportsLost &+= right.reportsLost
    }
}
