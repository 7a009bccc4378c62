import ConfigLanguage
import Wire

/// A stream as `show tls-proxy session detail` has it.
public struct StreamSnapshot: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        case connecting
        case handshake
        case open
        /// One direction or both have ended.
        case closing
    }

    public struct Leg: Hashable, Sendable {
        public var local: Endpoint
        public var remote: Endpoint
        public var state: State
        /// `nil`: no TLS, or not yet.
        public var version: TLSVersion?
        public var cipher: String?
        /// Bytes that wait to be sent.
        public var unsent: Int
        /// Nothing is read from it at present.
        public var isPaused: Bool
    }

    public var id: StreamID
    public var phone: Leg?
    public var server: Leg?
    public var totals: StreamTotals
    /// Seconds since anything was carried.
    public var idle: Double
}

/// What a terminator has done since it began.
public struct TerminatorStatistics: Hashable, Sendable {
    /// By TLS.
    public var sessions = 0
    public var clearSessions = 0
    public var mostSessions = 0
    public var handshakesInProgress = 0
    public var accepted: UInt64 = 0
    /// Handshakes with phones that ended well, the resumed among them.
    public var handshakes: UInt64 = 0
    public var resumed: UInt64 = 0
    public var failedHandshakes: UInt64 = 0
    public var upstreamConnections: UInt64 = 0
    public var upstreamFailures: UInt64 = 0
    /// Plaintext from phones and from call servers.
    public var bytesFromPhones: UInt64 = 0
    public var bytesFromServers: UInt64 = 0
    public var refused: [StreamLimit: UInt64] = [:]
}
