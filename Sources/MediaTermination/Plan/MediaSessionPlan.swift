import Wire

/// One media stream (an `m=` line) between two parties that both send to the box: what comes in on one leg leaves by the
/// other, decrypted and encrypted on the way as the legs say.
///
/// A plan is the whole of what a session should be; ``MediaRelay/update(_:)`` takes the next whole plan.
public struct MediaSessionPlan: Sendable, Equatable {
    /// The brain's own number for the session.
    public var id: UInt64
    public var a: MediaLegPlan
    public var b: MediaLegPlan
    public var content: MediaContent
    /// Seconds without a packet on either leg after which ``MediaReport/Fact/timedOut(seconds:)`` is reported, once for
    /// each silence; 0 for never. The session stays open: ending it is the brain's to decide.
    public var timeout: UInt32

    public init(
        id: UInt64, a: MediaLegPlan, b: MediaLegPlan, content: MediaContent = .rtp, timeout: UInt32 = 0
    ) {
        self.id = id
        self.a = a
        self.b = b
        self.content = content
        self.timeout = timeout
    }
}

/// What a session carries.
public enum MediaContent: Sendable, Equatable {
    /// RTP and RTCP: their headers are checked, and either leg may be protected.
    case rtp
    /// Datagrams of something else (T.38 over UDPTL): relayed as they are between two plain legs, on the RTP ports alone.
    case datagrams
}

/// Which leg of a session.
public enum MediaSide: UInt8, Sendable, Hashable, CaseIterable {
    case a, b

    public var other: MediaSide { self == .a ? .b : .a }
}

/// RTP or RTCP: each has its own ports and its own peer, unless they are multiplexed.
public enum MediaChannel: UInt8, Sendable, Hashable, CaseIterable {
    case rtp, rtcp
}
