import Wire

/// What the media hand is to do, in this order. Taken by ``Engine/takeMediaOrders()`` after every call that gives the
/// engine something.
///
/// The RTP ports of both legs of a session, halved, are the same modulo 64 (``MediaPorts/classes``): whichever worker owns a
/// port by that rule owns both legs.
public enum MediaOrder: Hashable, Sendable {
    /// Starts to relay. Both local ports are free until now: a port is used again only after the session that had it
    /// was closed.
    case open(MediaSession)
    /// The same session with the same local ports, changed in what else is said of the legs. A direction whose protection
    /// is unchanged goes on without a break (its rollover counter, its replay window); one that is new starts anew. A leg
    /// whose ``MediaLeg/peer`` is unchanged keeps the address that it learned.
    case update(MediaSession)
    /// Ends it and frees the ports. The hand reports the final figures: ``MediaReport/statistics(_:_:)``.
    case close(MediaSessionID)
}

/// What the packets of one leg came to.
public struct MediaLegStatistics: Hashable, Sendable {
    public var packetsReceived: UInt64 = 0
    public var packetsSent: UInt64 = 0
    public var bytesReceived: UInt64 = 0
    public var bytesSent: UInt64 = 0
    /// Packets that did not go on, all reasons together.
    public var dropped: UInt64 = 0
    /// Where packets of the peer come from, once one has come that authenticates.
    public var learned: Endpoint?

    public init() {}
}

/// What the media hand has to tell the engine: ``Engine/take(_:at:)``.
public enum MediaReport: Sendable {
    /// Packets of a leg's peer come from here. Told when it changes.
    case peerLearned(MediaSessionID, isPhone: Bool, Endpoint)
    /// No packet has come on either leg for the session's idle limit. Told once for each silence.
    case idle(MediaSessionID)
    /// The figures of a session: from time to time, and after its close. `idle`: seconds since the last packet.
    case statistics(MediaSessionID, phone: MediaLegStatistics, far: MediaLegStatistics, idle: Double)
    /// The session can not be carried, in words for a log line: no port, no memory, a key that can not be set up.
    case failed(MediaSessionID, reason: String)
}
