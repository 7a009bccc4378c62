import Wire

/// One stream of media through the box, between two legs: one `m=` line of a call. Unique in the life of an engine.
public struct MediaSessionID: Hashable, Comparable, Sendable {
    public let rawValue: UInt64

    public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    public static func < (left: MediaSessionID, right: MediaSessionID) -> Bool { left.rawValue < right.rawValue }
}

/// How one direction of a leg is protected.
public struct MediaProtection: Hashable, Sendable {
    public var suite: SRTPSuite
    /// Never shown.
    public var key: SRTPMasterKey

    public init(suite: SRTPSuite, key: SRTPMasterKey) {
        self.suite = suite
        self.key = key
    }

    public static func == (left: MediaProtection, right: MediaProtection) -> Bool {
        left.suite == right.suite && left.key == right.key
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(suite)
        hasher.combine(key.bytes)
    }
}

/// One end of a media session in the box, and the peer that it talks to.
public struct MediaLeg: Hashable, Sendable {
    /// Where the peer is.
    public var interface: InterfaceIndex
    /// The media-termination address and RTP's port, which is even; RTCP's is the next one.
    public var local: Endpoint
    /// Where the peer said that it takes RTP. `nil`: nowhere yet, on hold, or an address that proves nothing, such as a
    /// private one from behind a home router; then nothing is sent before the peer's own packets have shown where it is.
    public var peer: Endpoint?
    /// Where it takes RTCP; `nil`: at the port next to RTP's.
    public var controlPeer: Endpoint?
    /// A plain peer that may be behind NAT: it is learned from its first packet.
    public var learnsPeer = false
    /// What comes from the peer; `nil`: plain RTP. A protected peer is learned from its first packet that
    /// authenticates, and only such a packet moves it.
    public var receives: MediaProtection?
    /// What goes to the peer; `nil`: plain RTP.
    public var sends: MediaProtection?
    /// RTP and RTCP on one port (RFC 5761).
    public var multiplexesControl = false
    /// What the peer may send; empty: anything.
    public var payloadTypes: [UInt8] = []
    /// Ticks of the RTP timestamp a second.
    public var clockRate: UInt32 = 8000
    /// The peer's media goes on to the other leg: its `a=sendrecv` or `a=sendonly`.
    public var peerSends = true
    /// Media goes to the peer: its `a=sendrecv` or `a=recvonly`.
    public var peerReceives = true

    public init(interface: InterfaceIndex, local: Endpoint) {
        self.interface = interface
        self.local = local
    }

    public var isProtected: Bool { receives != nil || sends != nil }
}

/// Two legs between which packets are relayed in both directions.
public struct MediaSession: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        case audio, video
        /// Any other `m=` line that carries RTP.
        case other
    }

    public var id: MediaSessionID
    public var kind: Kind
    /// Toward the phone whose call it is; toward the caller's phone where two phones meet in the box.
    public var phone: MediaLeg
    /// Toward the call server's side; toward the called phone where two phones meet in the box.
    public var far: MediaLeg
    /// Seconds without a packet on either leg after which that is reported, once for each silence
    /// (`timeout sip_media`).
    public var idleLimit: Int

    public init(
        id: MediaSessionID, kind: Kind, phone: MediaLeg, far: MediaLeg, idleLimit: Int
    ) {
        self.id = id
        self.kind = kind
        self.phone = phone
        self.far = far
        self.idleLimit = idleLimit
    }
}
