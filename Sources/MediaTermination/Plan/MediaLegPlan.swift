import Wire

/// One party's end of a session: where the box receives from it, and how it speaks.
public struct MediaLegPlan: Sendable, Equatable {
    /// The Linux device on which the party is, as in ``MediaAddress``. What goes to it leaves by this device alone.
    public var device: String
    /// The media termination address and the RTP port, which is even; RTCP has the odd one above it.
    ///
    /// Both legs' ports must have the same ``MediaRelay/portClass(_:)``.
    public var local: Endpoint
    /// Where the party said that it receives RTP (its SDP), if that is of use to reach it.
    ///
    /// A plain leg takes packets from exactly here, and sends here. A protected leg sends here until the first packet
    /// that authenticates says where the party really is: leave it `nil` where an unproven address must get nothing, as
    /// for a phone behind address translation.
    public var peer: Endpoint?
    /// The same for RTCP (`a=rtcp`); `nil`: the port above ``peer``'s.
    public var peerRTCP: Endpoint?
    /// A plain party behind address translation: its first well-formed packet says where it is, and from then on only
    /// packets from there count. A protected leg always learns, and from authenticated packets only.
    public var learnsPeer: Bool
    public var protection: MediaProtection
    /// RTP and RTCP share the even port (RFC 5761); the odd one is closed.
    public var multiplexesRTCP: Bool
    /// What the party may send; `nil`: anything.
    public var payloadTypes: PayloadTypes?
    /// Ticks a second of the RTP timestamp: what jitter is counted in.
    public var clockRate: UInt32
    /// Whether media from the party goes on to the other leg, and media of the other leg to the party: its `sendrecv`,
    /// `sendonly`, `recvonly` or `inactive`, seen from the box. RTCP passes regardless (RFC 3264 section 5.1).
    public var receives: Bool
    public var sends: Bool

    public init(
        device: String, local: Endpoint, peer: Endpoint? = nil, peerRTCP: Endpoint? = nil, learnsPeer: Bool = false,
        protection: MediaProtection = .plain, multiplexesRTCP: Bool = false, payloadTypes: PayloadTypes? = nil,
        clockRate: UInt32 = 8000, receives: Bool = true, sends: Bool = true
    ) {
        self.device = device
        self.local = local
        self.peer = peer
        self.peerRTCP = peerRTCP
        self.learnsPeer = learnsPeer
        self.protection = protection
        self.multiplexesRTCP = multiplexesRTCP
        self.payloadTypes = payloadTypes
        self.clockRate = clockRate
        self.receives = receives
        self.sends = sends
    }
}

/// How a leg's packets are protected.
public enum MediaProtection: Sendable, Equatable {
    /// RTP/AVP.
    case plain
    /// RTP/SAVP. A key that is not known yet is `nil`: what would need it is dropped
    /// (``MediaDropReason/srtpOnePartNoKey``).
    case srtp(receive: MediaKey?, send: MediaKey?)
}

/// A crypto suite and its key, for one direction.
public struct MediaKey: Sendable, Equatable {
    public var suite: SRTPSuite
    public var key: SRTPMasterKey

    public init(_ suite: SRTPSuite, _ key: SRTPMasterKey) {
        self.suite = suite
        self.key = key
    }
}

/// A set of RTP payload types, 0 to 127.
public struct PayloadTypes: Sendable, Equatable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// Numbers above 127 are no payload types, and are left out.
    public init(_ types: some Sequence<UInt8>) {
        for type in types {
            if type < 64 { low |= 1 << UInt64(type) } else if type < 128 { high |= 1 << UInt64(type - 64) }
        }
    }

    public func contains(_ type: UInt8) -> Bool {
        type < 64 ? low >> UInt64(type) & 1 != 0 : type < 128 && high >> UInt64(type - 64) & 1 != 0
    }
}
