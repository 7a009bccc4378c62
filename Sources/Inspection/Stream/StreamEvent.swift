import Wire

/// One phone's signalling connection through the box: TLS from the phone, which ends here, or TCP in the clear where there
/// is no phone proxy, and a connection of its own from here to the call server.
///
/// Whoever accepts the connection draws the number; it is never used again while the engine lives.
public struct StreamID: Hashable, Comparable, Sendable {
    public let rawValue: UInt64

    public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    public static func < (left: StreamID, right: StreamID) -> Bool { left.rawValue < right.rawValue }
}

/// The two connections that make a stream.
public enum StreamSide: UInt8, Hashable, Sendable, CaseIterable {
    case phone, server

    public var other: StreamSide { self == .phone ? .server : .phone }
}

/// What the phone's TLS handshake has proved about it: the facts of a certificate that was checked against the trusted
/// authorities.
public struct PeerIdentity: Hashable, Sendable {
    /// The subject's common name, such as `CP-7962G-SEP001E7AC4DA9C`, `SEP001E7AC4DA9C` or any other.
    public var commonName: String
    /// The whole subject, for log lines.
    public var subject: String
    /// The trustpoint whose authority signed it.
    public var trustpoint: String?

    public init(commonName: String, subject: String, trustpoint: String? = nil) {
        self.commonName = commonName
        self.subject = subject
        self.trustpoint = trustpoint
    }
}

/// What a TLS handshake agreed on, for `show tls-proxy sessions detail`.
public struct StreamCipher: Hashable, Sendable {
    /// `TLSv1.2`.
    public var version: String
    /// As OpenSSL calls it: `AES128-SHA`.
    public var name: String

    public init(version: String, name: String) {
        self.version = version
        self.name = name
    }
}

/// What becomes of a stream in the hand that carries it.
///
/// The life of a stream: ``accepted(_:phone:destination:interface:)``, then ``secured(_:identity:cipher:)`` once the
/// handshake with the phone is over; one that comes in the clear has none. The engine answers with ``StreamOrder/connect(_:from:to:interface:isSecure:)``, or
/// with ``StreamOrder/close(_:reason:)``. Then ``connected(_:local:cipher:)`` or ``connectFailed(_:reason:)``, bytes by
/// ``Engine/receive(_:from:of:at:)`` in both directions, and at last ``closed(_:_:how:)`` for each side.
///
/// Bytes from the phone may be given as soon as the stream is secured, or accepted in the clear: the engine keeps what came before the server's
/// side stands, at most ``Engine/heldStreamBytes`` of it.
public enum StreamEvent: Sendable {
    public enum End: Hashable, Sendable {
        /// The peer has closed in order: by FIN, or TLS close_notify.
        case finished
        case reset
        /// The hand gave up: a handshake or idle deadline, or an error, in words for a log line.
        case failed(String)
    }

    /// A phone has connected to `destination`, the address and port that it asked for, coming in by `interface`.
    case accepted(StreamID, phone: Endpoint, destination: Endpoint, interface: InterfaceIndex)
    /// The TLS handshake with the phone is complete. `identity` is `nil` where no certificate was asked for
    /// (`no server authenticate-client`).
    case secured(StreamID, identity: PeerIdentity?, cipher: StreamCipher?)
    /// The connection to the server stands; `local` is the end of it on this side, as the server sees it. `cipher` where
    /// it is one by TLS.
    case connected(StreamID, local: Endpoint, cipher: StreamCipher?)
    /// There is no connection to the server, in words for a log line.
    case connectFailed(StreamID, reason: String)
    /// One side is over. The other goes on until it is closed, too, or ordered closed: what was received before is
    /// still to be delivered (half-close).
    case closed(StreamID, StreamSide, how: End)

    public var stream: StreamID {
        switch self {
        case .accepted(let id, _, _, _), .secured(let id, _, _), .connected(let id, _, _), .connectFailed(let id, _),
            .closed(let id, _, _):
            id
        }
    }
}

/// Why the engine ends a stream, or does not let it begin.
public enum StreamRefusal: String, Hashable, Sendable, CaseIterable {
    /// The address that the phone asked for is no secure service of the phone proxy, nor one that is inspected in the clear.
    case noService = "no such service"
    /// ASA 446001: `tls-proxy maximum-session`.
    case sessionLimit = "maximum TLS proxy sessions reached"
    /// More from one address than one home has phones.
    case sourceLimit = "too many sessions from this address"
    /// The configuration demands that the phone asks for its files first, and it has not.
    case noSecurePhone = "no secure-phone entry"
    /// The secure-phone database has no room.
    case phoneLimit = "secure-phone database full"
    case connectFailed = "call server not reached"
    /// What came is no message, and its end can not be found.
    case malformed = "malformed message"
    /// `drop-connection` or `reset` of an inspection map.
    case policy = "inspection policy"
    /// More bytes wait than may.
    case overflow = "too much waits for the call server"
    case cleared = "cleared"
    case idle = "idle"
    /// The other side has closed, and all that it sent is delivered.
    case finished = "closed by peer"
}
