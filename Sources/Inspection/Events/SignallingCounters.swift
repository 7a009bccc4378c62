/// What has become of phones' signalling connections.
public struct StreamCounters: Hashable, Sendable {
    /// SYNs to secure services, and of connections that are inspected as streams.
    public var redirected: UInt64 = 0
    public var accepted: UInt64 = 0
    public var closed: UInt64 = 0
    public var connectFailures: UInt64 = 0
    /// Per ``StreamRefusal``, those that were not let in or were ended by the engine.
    public private(set) var refusals: [StreamRefusal: UInt64] = [:]

    public init() {}

    mutating func count(_ reason: StreamRefusal) { refusals[reason, default: 0] &+= 1 }

    public func count(of reason: StreamRefusal) -> UInt64 { refusals[reason] ?? 0 }
}

/// What has become of SIP messages.
public struct SIPCounters: Hashable, Sendable {
    public var messages: UInt64 = 0
    public var keepAlives: UInt64 = 0
    public var malformed: UInt64 = 0
    /// Not passed on, for whatever reason.
    public var dropped: UInt64 = 0
    /// Answered by the box itself.
    public var answered: UInt64 = 0
    /// Dropped since the device that the message names is not the one that the certificate names (607004).
    public var mismatches: UInt64 = 0
    public var registrations: UInt64 = 0
    public var callsBegun: UInt64 = 0
    public var callsAnswered: UInt64 = 0
    public var callsOverLimit: UInt64 = 0
    public var pinholesOverLimit: UInt64 = 0
    /// Messages over TCP that did not end in the segment in which they began: they pass as they are.
    public var inPieces: UInt64 = 0
    /// Segments that would have been of another length, and went on as they were.
    public var notTranslated: UInt64 = 0

    public init() {}
}

/// What has become of Skinny messages.
public struct SkinnyCounters: Hashable, Sendable {
    public var messages: UInt64 = 0
    public var keepAlives: UInt64 = 0
    /// Connections on which the framing was lost.
    public var malformed: UInt64 = 0
    /// Not passed on, for whatever reason.
    public var dropped: UInt64 = 0
    /// Answered by the box itself.
    public var answered: UInt64 = 0
    /// Registrations of another device than the certificate names.
    public var mismatches: UInt64 = 0
    public var registrations: UInt64 = 0
    public var callsBegun: UInt64 = 0
    public var callsAnswered: UInt64 = 0
    public var callsOverLimit: UInt64 = 0
    /// Keys of the box's own making.
    public var keysMade: UInt64 = 0
    /// Channels of phones whose protocol has no keys.
    public var unprotectable: UInt64 = 0
    public var pinholesOverLimit: UInt64 = 0

    public init() {}
}

/// What has become of media.
public struct MediaCounters: Hashable, Sendable {
    public var sessionsOpened: UInt64 = 0
    public var sessionsClosed: UInt64 = 0
    public var sessionsFailed: UInt64 = 0
    public var linesRefused: UInt64 = 0
    /// 337008.
    public var portsExhausted: UInt64 = 0

    public init() {}
}
