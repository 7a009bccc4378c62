import Wire

/// What one worker does, without a socket, a thread or a clock: packets go in, packets come out in the lanes.
final class RelayCore {
    let addresses: [MediaAddress]
    /// One for each device; ``laneOf`` says which address has which.
    let lanes: [EgressLane]
    let laneOf: [Int]
    let settings: MediaRelaySettings
    let hops = NextHopTable()
    let legs: LegTable
    var ports: [PortTable]
    /// Sessions by place; a place of a closed one is used again.
    var sessions: [MediaSession?] = []
    var freePlaces: [Int] = []
    var places: [UInt64: Int] = [:]
    /// Where the next slice of ``tend(at:)`` starts, and since when the last one is over.
    var cursor = 0
    var lastTend: UInt64 = 0
    /// Reports of this turn.
    var reports: [MediaReport] = []
    var received = MediaTraffic()
    var sent = MediaTraffic()
    /// Of packets that belong to no session, or whose session is over.
    var drops = MediaDrops()
    var closedDrops = MediaDrops()
    var missed: MissedPackets?
    var missedReported: UInt64 = 0
    private var identification: UInt16 = 0
    /// Takes the orders that have come since the turn began; whether there were any. A session is ordered before its parties
    /// hear of it: a packet that finds none may only be quicker than the order.
    var takeLateOrders: (_ now: UInt64) -> Bool = { _ in false }

    init(_ addresses: [MediaAddress], lanes: [EgressLane], settings: MediaRelaySettings) {
        self.addresses = addresses
        self.lanes = lanes
        self.settings = settings
        laneOf = addresses.map { address in lanes.firstIndex { $0.device == address.device } ?? 0 }
        legs = LegTable(capacity: 2 * settings.sessionLimit)
        ports = addresses.map { _ in PortTable() }
    }

    /// Relays the packet for the media termination address with the number `address`; `now` in monotonic nanoseconds.
    func receive(_ packet: Span<UInt8>, _ ring: RingPacket, at address: Int, now: UInt64) {
        do throws(MediaDropReason) {
            let datagram = try Datagram(packet, isTruncated: ring.isTruncated)
            let port = datagram.destination.port
            var found = ports[address][port]
            if found == nil, takeLateOrders(now) { found = ports[address][port] }
            guard let number = found else { return miss(datagram, address) }
            let payload = packet.extracting(datagram.payload)
            guard let channel = legs[number].channel(of: payload, isOddPort: port & 1 != 0) else {
                return miss(datagram, address)
            }
            let packetFacts = PacketFacts(
                datagram: datagram, channel: channel, arrival: ring.arrival, now: now,
                isVerified: ring.checksum == .trusted)
            do throws(MediaDropReason) {
                try legs.withPair(number, legs[number].other) { (leg, out) throws(MediaDropReason) in
                    try relay(packet, packetFacts, from: &leg, to: &out)
                }
            } catch {
                legs[number].drop(error, from: datagram.source)
            }
        } catch {
            drops[error] &+= 1
        }
    }

    /// What is fetched for a packet that is yet to come, one after the other, as each says where the next is.
    enum Expectation {
        case leg, otherLeg, otherTransform
    }

    /// Fetches what relaying `packet` will need while others are relayed; a guess, which changes nothing.
    @inline(__always)
    func expect(_ packet: Span<UInt8>, at address: Int, _ expectation: Expectation) {
        let offset = addresses[address].address.isV4 ? IPv4Field.minimumLength + 2 : IPv6Field.length + 2
        guard packet.count >= offset + 2, let leg = ports[address][packet.uint16(at: offset)] else { return }
        switch expectation {
        case .leg:
            legs.expect(leg)
            legs[leg].expectSources()
        case .otherLeg:
            legs.expect(legs[leg].other)
            legs[leg].transforms.expectToOpen()
        case .otherTransform:
            legs[legs[leg].other].transforms.expectToSeal()
        }
    }

    private func miss(_ datagram: Datagram, _ address: Int) {
        drops[.srtpNoMediaSession] &+= 1
        missed = MissedPackets(
            address: address, port: datagram.destination.port, source: datagram.source,
            count: (missed?.count ?? 0) &+ 1)
    }

    // MARK: In

    private func relay(
        _ packet: Span<UInt8>, _ facts: PacketFacts, from leg: inout MediaLeg, to out: inout MediaLeg
    ) throws(MediaDropReason) {
        let payload = packet.extracting(facts.datagram.payload)
        let view = try PacketView(payload, leg, facts.channel)
        let (isProtected, learns) = (leg.transforms.isProtected, leg.hot.learnsPeer)
        let admission = try leg.withChannel(facts.channel) { channel throws(MediaDropReason) in
            try channel.admit(facts.datagram.source, ssrc: view.ssrc, isProtected: isProtected, learns: learns)
        }
        if !facts.isVerified { try facts.datagram.verify(packet) }
        let batch = lanes[out.lane].batch
        guard payload.count <= FrameBatch.payloadCapacity - SRTPSession.maximumOverhead else { throw .packetTooBig }
        batch.copyToNextPayload(payload)
        let length = try open(batch, payload, facts.channel, &leg)
        if facts.channel == .rtcp { try Self.checkRTCP(batch, length) }
        accept(view, facts, admission, &leg)
        leg.take(payload.count, facts.channel, at: facts.now)
        received.add(payload.count)
        // Here, for the leg would be copied, all of it, were it handed on to be read.
        guard leg.hot.receives || facts.channel == .rtcp else { throw .srtpNoOutputFlow }
        try forward(length, facts, to: &out)
    }

    @inline(__always)
    private func open(
        _ batch: FrameBatch, _ payload: Span<UInt8>, _ channel: MediaChannel, _ leg: inout MediaLeg
    ) throws(MediaDropReason) -> Int {
        guard leg.transforms.isProtected else { return payload.count }
        let wasSecured = leg.transforms.isSecured
        let length = try leg.transforms.open(batch, payload.count, channel, copyOf: payload)
        if !wasSecured, leg.transforms.isSecured { report(leg, .secured(leg.side)) }
        return length
    }

    /// A packet has passed all checks of its leg.
    @inline(__always)
    private func accept(
        _ view: PacketView, _ facts: PacketFacts, _ admission: LegChannel.Admission, _ leg: inout MediaLeg
    ) {
        var isNewest = true
        if let header = view.rtp {
            switch leg.record(header, at: facts.arrival) {
            case .outOfOrder, .duplicate, .implausible: isNewest = false
            case .first, .inOrder, .afterGap, .restarted: break
            }
        }
        leg.withChannel(facts.channel) { $0.accepted(ssrc: view.ssrc) }
        // A straggler from where the party was does not bring it back.
        if admission == .candidate, isNewest { pin(facts, &leg) }
    }

    @inline(never)
    private func pin(_ facts: PacketFacts, _ leg: inout MediaLeg) {
        let source = facts.datagram.source
        let former = leg.withChannel(facts.channel) { $0.pinned }
        guard leg.withChannel(facts.channel, { $0.pin(source, at: facts.now) }) else { return }
        resolve(&leg)
        let channel = facts.channel
        report(
            leg,
            former.map { .peerMoved(leg.side, channel, from: $0, to: source) }
                ?? .peerLearned(leg.side, channel, source))
    }

    /// Every packet of a compound is whole (RFC 3550 appendix A.2).
    private static func checkRTCP(_ batch: FrameBatch, _ length: Int) throws(MediaDropReason) {
        let isWhole = batch.withNextPayload { bytes -> Bool in
            let datagram = bytes.span.extracting(0..<length)
            var packets = RTCPPackets()
            do throws(WireError) {
                while try packets.next(datagram) != nil {}
                return true
            } catch {
                return false
            }
        }
        if !isWhole { throw .rtcpInvalidLength }
    }

    // MARK: Out

    /// Sends the payload of `length` bytes that the next slot holds in the clear.
    @inline(__always)
    private func forward(
        _ length: Int, _ facts: PacketFacts, to out: inout MediaLeg
    ) throws(MediaDropReason) {
        let channel = facts.channel
        guard out.hot.sends || channel == .rtcp else { throw .srtpNoOutputFlow }
        guard case (let destination?, let hop?) = out.target(channel) else { throw .srtpClientPortNotPresent }
        let lane = lanes[out.lane]
        var length = length
        if out.transforms.isProtected { length = try out.transforms.seal(lane.batch, length, channel) }
        guard UDPPacket.headerLength(isV4: destination.address.isV4) + length <= lane.mtu else { throw .packetTooBig }
        identification &+= 1
        let end = FrameBatch.payloadOffset + length
        let start = lane.batch.withNextSlot { slot in
            UDPPacket.writeHeaders(
                &slot, before: FrameBatch.payloadOffset..<end, from: out.localEndpoint(channel), to: destination,
                trafficClass: facts.datagram.trafficClass, identification: identification)
        }
        lane.send(start..<end, by: hop, of: hops)
        out.countSent(length, channel)
        sent.add(length)
    }

    func report(_ leg: borrowing MediaLeg, _ fact: MediaReport.Fact) { reports.append(MediaReport(leg.session, fact)) }

    /// Sends what the lanes still hold.
    func flush() {
        for lane in lanes { lane.flush() }
    }
}

/// A packet on its way through.
struct PacketFacts {
    let datagram: Datagram
    let channel: MediaChannel
    /// By the wall clock, for jitter.
    let arrival: Timestamp
    /// Monotonic nanoseconds.
    let now: UInt64
    /// Its checksums need no look.
    let isVerified: Bool
}

/// Packets for ports without a session, and the last of them.
struct MissedPackets {
    var address: Int
    var port: UInt16
    var source: Endpoint
    var count: UInt64
}
