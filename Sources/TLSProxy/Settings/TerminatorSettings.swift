import Wire

/// What a ``TLSTerminator`` is made of: one `tls-proxy`, or connections that come in the clear, or both.
public struct TerminatorSettings: Sendable {
    /// Where the kernel hands connections over that come by TLS: a loopback address of each family, port 0 for any.
    public var listen: [Endpoint]
    /// The same for connections in the clear.
    public var listenInClear: [Endpoint] = []
    /// With IP_TRANSPARENT, which needs CAP_NET_ADMIN: the connections are to other hosts' addresses (TPROXY). Without it,
    /// connections are to ``listen``, and so is their `destination`.
    public var isTransparent = true
    /// Threads, 1 to 64. Each has its own listening socket and its own streams.
    public var loops = 1
    /// `nil`: nobody comes by TLS.
    public var server: TLSServerSettings?
    public var limits = StreamLimits()
    public var deadlines = StreamDeadlines()

    public init(listen: [Endpoint], server: TLSServerSettings?) {
        self.listen = listen
        self.server = server
    }
}

/// How much there may be of everything; bytes where nothing else is said.
public struct StreamLimits: Hashable, Sendable {
    /// `tls-proxy maximum-session`.
    public var sessions = 12_000
    public var sessionsPerSource = 12_000
    /// Connections in the clear, which are not among the sessions.
    public var clearSessions = 16_384
    /// Handshakes with phones at a time.
    public var handshakes = 1_000
    /// Read from a connection at once; each thread has one such buffer.
    public var receiveBuffer = 16_384
    /// What the kernel may hold to be sent. By itself it takes megabytes for a peer that does not read.
    public var sendBuffer = 131_072
    /// Unsent bytes, beside those, at which the other side is no longer read, and at which it is again.
    public var unsentHigh = 65_536
    public var unsentLow = 16_384
    /// Unsent bytes at which the connection is given up.
    public var unsentMaximum = 1 << 20
    /// TLS sessions that phones may resume.
    public var resumableSessions = 20_000
    /// Seconds for which a phone may resume one; never beyond its certificate's validity.
    public var resumableSeconds = 7_200

    public init() {}
}

/// Seconds. Looked at four times within the shortest of them, and at least once a second.
public struct StreamDeadlines: Hashable, Sendable {
    /// From the first packet to the end of the handshake, with phones and with call servers.
    public var handshake = 10.0
    /// Without a byte in either direction of the stream.
    public var idle = 3_600.0
    /// For TCP to the call server.
    public var connect = 10.0
    /// For the end of a connection that is closing, and for orders about a stream that has lost one of its two.
    public var linger = 5.0

    public init() {}
}
