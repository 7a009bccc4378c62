import Wire

/// Idle times in seconds; the defaults are the ASA's (`show timeout`).
public struct Timeouts: Hashable, Sendable {
    public var connection = 3600
    public var halfClosed = 600
    /// From the first SYN to the end of the handshake.
    public var embryonic = 30
    public var udp = 120
    public var icmp = 2
    public var translation = 10800
    /// Of a SIP signalling connection.
    public var sip = 1800
    /// Of a SIP media connection without packets.
    public var sipMedia = 120
    /// From a provisional response to the final one, before its pinholes close.
    public var sipInvite = 180
    /// From a CANCEL or BYE that is not answered to the end of its session.
    public var sipDisconnect = 120
    /// Of media that a provisional response announced.
    public var sipProvisionalMedia = 120

    public init() {}
}

/// `fragment size|chain|timeout`, with the ASA's defaults.
public struct FragmentLimits: Hashable, Sendable {
    /// Datagrams and pieces that may wait, in all.
    public var size = 200
    /// Pieces of one datagram.
    public var chain = 24
    /// Seconds that a datagram may wait for its last piece.
    public var timeout = 5

    public init() {}
}

/// `capture NAME …` (cisco-facts 3.9).
public struct CaptureDefinition: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case rawData
        /// All drops, or those of one reason.
        case aspDrop(reason: String?)
        case tlsProxy
    }

    public var name: String
    public var kind: Kind
    public var interfaces: [String]
    public var accessList: String?
    /// The `match` clauses, as access entries that all permit.
    public var matches: [AccessEntry]
    /// Bytes.
    public var buffer: Int
    public var isCircular: Bool
    /// Bytes of each packet.
    public var packetLength: Int
    public var headersOnly: Bool
    /// Of type tls-proxy: the keys of media stay in what is kept.
    public var includesKeys: Bool

    public init(name: String, kind: Kind = .rawData) {
        self.name = name
        self.kind = kind
        interfaces = []
        matches = []
        buffer = 524_288
        isCircular = false
        packetLength = 1518
        headersOnly = false
        includesKeys = false
    }
}

/// `logging …`; levels are 0 (emergencies) to 7 (debugging), `nil` is off.
public struct Logging: Hashable, Sendable {
    public var isEnabled = false
    public var timestamps = false
    public var buffered: Int?
    public var console: Int?
    /// Bytes.
    public var bufferSize = 4096

    public init() {}
}
