import Wire

/// One leg of an open session, in a ``LegTable``.
struct MediaLeg: ~Copyable {
    // What every packet needs stands in front and together: thousands of legs do not fit the processor's caches.
    /// The leg that its packets leave by; its own session's other one.
    var other = -1
    /// Of the plan, for every packet.
    private(set) var hot: HotPlan
    var rtp = LegChannel()
    /// When the last packet was taken; monotonic nanoseconds.
    private(set) var lastTaken: UInt64 = 0
    private(set) var received = MediaTraffic()
    private(set) var sent = MediaTraffic()
    var transforms = LegTransforms()
    private(set) var sources: LegSources

    let session: UInt64
    let side: MediaSide
    /// Which of the relay's addresses the leg has.
    let address: Int
    private(set) var plan: MediaLegPlan
    var rtcp = LegChannel()
    private(set) var receivedRTCP = MediaTraffic()
    private(set) var sentRTCP = MediaTraffic()
    private(set) var drops = MediaDrops()
    /// Failures that were not reported yet.
    private(set) var failure: LegFailure?

    struct HotPlan {
        var content: MediaContent
        /// By which lane the leg sends.
        let lane: Int
        var local: Endpoint
        var multiplexesRTCP: Bool
        var learnsPeer: Bool
        var receives: Bool
        var sends: Bool
        var payloadTypes: PayloadTypes?

        init(_ plan: MediaLegPlan, _ content: MediaContent, lane: Int) {
            self.content = content
            self.lane = lane
            local = plan.local
            multiplexesRTCP = plan.multiplexesRTCP
            learnsPeer = plan.learnsPeer
            receives = plan.receives
            sends = plan.sends
            payloadTypes = plan.payloadTypes
        }
    }

    var content: MediaContent { hot.content }
    var lane: Int { hot.lane }

    init(_ plan: MediaLegPlan, of session: MediaSessionPlan, side: MediaSide, address: Int, lane: Int) {
        self.plan = plan
        self.session = session.id
        self.side = side
        self.address = address
        hot = HotPlan(plan, session.content, lane: lane)
        sources = LegSources(clockRate: plan.clockRate)
    }

    /// Takes over a new plan, but for its transforms. Addresses that changed are forgotten, where they were not proven.
    mutating func adopt(_ plan: MediaLegPlan, _ content: MediaContent) {
        let isProtected = plan.protection != .plain
        if rtp.signalled != plan.peer, !isProtected { rtp.unpin() }
        if rtcp.signalled != plan.rtcpDestination, !isProtected { rtcp.unpin() }
        self.plan = plan
        hot = HotPlan(plan, content, lane: lane)
        rtp.signalled = plan.peer
        rtcp.signalled = plan.rtcpDestination
    }

    // MARK: Packets

    /// What a packet to the leg's even or odd port is; `nil` for a port that is closed.
    @inline(__always)
    func channel(of payload: Span<UInt8>, isOddPort: Bool) -> MediaChannel? {
        if content == .datagrams { return isOddPort ? nil : .rtp }
        if isOddPort { return hot.multiplexesRTCP ? nil : .rtcp }
        return hot.multiplexesRTCP && MediaPacketKind.of(payload) == .rtcp ? .rtcp : .rtp
    }

    /// Multiplexed RTCP goes where RTP goes.
    @inline(__always)
    mutating func withChannel<Result, Failure: Error>(
        _ channel: MediaChannel, _ body: (inout LegChannel) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if channel == .rtcp, !hot.multiplexesRTCP { return try body(&rtcp) }
        return try body(&rtp)
    }

    /// Where packets go to, and the hop's number.
    @inline(__always)
    func target(_ channel: MediaChannel) -> (Endpoint?, hop: Int?) {
        let isOwn = channel == .rtcp && !hot.multiplexesRTCP
        return isOwn ? (rtcp.destination, rtcp.hop) : (rtp.destination, rtp.hop)
    }

    /// The port that it sends from.
    @inline(__always)
    func localEndpoint(_ channel: MediaChannel) -> Endpoint {
        let local = hot.local
        let isOdd = channel == .rtcp && !hot.multiplexesRTCP
        return isOdd ? Endpoint(local.address, local.port | 1) : local
    }

    /// Cache lines of what stands before the transforms, and of the sources.
    static let hotLines = 4
    private static let sourceLines = 3

    /// Fetches what counting a packet from the party needs; changes nothing.
    @inline(__always)
    mutating func expectSources() {
        unsafe withUnsafePointer(to: &sources) { unsafe Prefetch.memory($0, lines: Self.sourceLines) }
    }

    @inline(__always)
    mutating func take(_ bytes: Int, _ channel: MediaChannel, at now: UInt64) {
        if channel == .rtp { received.add(bytes) } else { receivedRTCP.add(bytes) }
        lastTaken = now
    }

    @inline(__always)
    mutating func record(_ header: RTPHeader, at moment: Timestamp) -> SequenceTracker.Arrival {
        sources.record(header, at: moment)
    }

    @inline(__always)
    mutating func countSent(_ bytes: Int, _ channel: MediaChannel) {
        if channel == .rtp { sent.add(bytes) } else { sentRTCP.add(bytes) }
    }

    mutating func drop(_ reason: MediaDropReason, from source: Endpoint) {
        drops[reason] &+= 1
        guard reason.isFailure else { return }
        failure = LegFailure(reason: reason, source: source, count: (failure?.count ?? 0) &+ 1)
    }

    /// The failures since the last call.
    mutating func takeFailure() -> LegFailure? {
        defer { failure = nil }
        return failure
    }

    var statistics: MediaLegStatistics {
        var statistics = MediaLegStatistics()
        statistics.received = received
        statistics.receivedRTCP = receivedRTCP
        statistics.sent = sent
        statistics.sentRTCP = sentRTCP
        let counts = sources.counts
        statistics.lost = counts.lost
        statistics.outOfOrder = counts.outOfOrder
        statistics.duplicates = counts.duplicates
        statistics.jitterMilliseconds = sources.jitterMilliseconds
        statistics.drops = drops
        statistics.peer = rtp.destination
        statistics.peerRTCP = plan.multiplexesRTCP ? rtp.destination : rtcp.destination
        statistics.isSecured = transforms.isSecured
        return statistics
    }
}

/// What failed on a leg since the last report, and the last of it.
struct LegFailure {
    var reason: MediaDropReason
    var source: Endpoint
    var count: UInt64
}

extension MediaDropReason {
    /// Whether the ASA has a log message for it (337001 to 337004).
    var isFailure: Bool {
        switch self {
        case .srtpValidateAuthTagFailed, .srtpDecryptFailed, .srtpEncryptFailed, .srtpGenerateAuthTagFailed: true
        default: false
        }
    }
}

extension MediaLegPlan {
    /// Where RTCP goes as far as the plan says.
    var rtcpDestination: Endpoint? {
        if let peerRTCP { return peerRTCP }
        guard let peer, peer.port < .max else { return nil }
        return Endpoint(peer.address, peer.port + 1)
    }
}
