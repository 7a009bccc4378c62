import Wire

/// Where a leg's party is, for RTP or for RTCP.
struct LegChannel {
    /// What a packet's source says before the packet is authenticated.
    enum Admission {
        /// It is from where the party is.
        case fromParty
        /// It is from elsewhere, or the first: should it prove right, the party is there.
        case candidate
    }

    /// Packets from elsewhere than the party, under a synchronization source that is not the party's, that are worth
    /// authenticating each second: a forger who does not see the stream can not guess its 32 bits.
    static let strangersPerSecond = 100
    /// The least time between two moves, so that packets from two places do not make the party fly to and fro.
    static let moveInterval: UInt64 = 250_000_000

    /// As the plan says.
    var signalled: Endpoint?
    /// Where the party has shown itself to be; for a plain leg that does not learn, where the plan says it is.
    private(set) var pinned: Endpoint?
    /// Of ``destination`` in the worker's ``NextHopTable``; `nil` without a destination.
    var hop: Int?
    private var ssrc: UInt32?
    private var movedAt: UInt64 = 0
    private var strangers = 0

    /// Where the box sends to.
    var destination: Endpoint? { pinned ?? signalled }

    /// Every second.
    mutating func allowStrangers() { strangers = 0 }

    @inline(__always)
    mutating func admit(
        _ source: Endpoint, ssrc: UInt32, isProtected: Bool, learns: Bool
    ) throws(MediaDropReason) -> Admission {
        if let pinned {
            if pinned == source { return .fromParty }
            guard isProtected else { throw .srtpNoRemotePhoneProxyIP }
            return try admitStranger(ssrc)
        }
        if isProtected || learns { return .candidate }
        guard signalled == source else { throw .srtpNoRemotePhoneProxyIP }
        return .fromParty
    }

    private mutating func admitStranger(_ ssrc: UInt32) throws(MediaDropReason) -> Admission {
        if self.ssrc == ssrc { return .candidate }
        strangers += 1
        guard strangers <= Self.strangersPerSecond else { throw .rtpSSRCMismatch }
        return .candidate
    }

    /// A packet was accepted.
    @inline(__always)
    mutating func accepted(ssrc: UInt32) { self.ssrc = ssrc }

    /// The party is at `source`. `false`, and nothing changes, when it moved only just now.
    mutating func pin(_ source: Endpoint, at now: UInt64) -> Bool {
        guard pinned == nil || now &- movedAt >= Self.moveInterval else { return false }
        pinned = source
        movedAt = now
        return true
    }

    mutating func unpin() { pinned = nil }
}
