import Wire

/// RTP in recorded traffic, by source: what SIP has announced, and what looks like it long enough.
struct MediaObservation: Sendable {
    private struct Stream: Sendable {
        let key: FlowKey
        let ssrc: UInt32
        let payloadType: UInt8
        var tracker: SequenceTracker
        /// Packets in the order of their numbers.
        var inOrder = 0
        var isSecured = false
        var isSignalled = false
        /// Place of what was said of it, and how much had been said when that was looked up.
        var announcement: Int?
        var learned = -1
    }

    private static let limit = 16_384
    /// So many packets in order make RTP of what nobody announced.
    private static let proof = 4

    /// As they began.
    private var streams: [Stream] = []
    /// Places in ``streams``: most of what is recorded is media, and each packet is looked up.
    private var places = HashIndex()
    private let seed = HashSeed(.random(in: .min ... .max))
    private var announcements: [MediaAnnouncement] = []
    private var announced: [Endpoint: Int] = [:]

    mutating func learn(_ news: [MediaAnnouncement]) {
        for announcement in news {
            guard let endpoint = announcement.endpoint else { continue }
            if let place = announced[endpoint] {
                announcements[place] = announcement
            } else if announcements.count < Self.limit {
                announced[endpoint] = announcements.count
                announcements.append(announcement)
            }
        }
    }

    mutating func take(_ payload: Span<UInt8>, _ key: FlowKey, at now: Timestamp) {
        guard MediaPacketKind.of(payload) == .rtp, let header = try? RTPHeader.decode(payload) else { return }
        let hash = key.hash(seed: seed) ^ header.ssrc
        guard let place = find(key, header.ssrc, hash) ?? begin(header, key, hash) else { return }
        let arrival = streams[place].tracker.record(
            sequenceNumber: header.sequenceNumber, timestamp: header.timestamp, at: now)
        if arrival == .inOrder { streams[place].inOrder += 1 }
        if streams[place].learned < announcements.count {
            streams[place].learned = announcements.count
            streams[place].announcement = announcement(key)
        }
        if let known = streams[place].announcement {
            streams[place].isSignalled = true
            if announcements[known].isSecured { streams[place].isSecured = true }
        }
    }

    private func find(_ key: FlowKey, _ ssrc: UInt32, _ hash: UInt32) -> Int? {
        var probe = places.probe(hash)
        let all = streams.span
        while let entry = places.next(&probe) {
            let place = Int(entry)
            if all[place].ssrc == ssrc, all[place].key.matches(key) { return place }
        }
        return nil
    }

    /// The place of what was said of where this goes, or else of where it comes from.
    private func announcement(_ key: FlowKey) -> Int? {
        announced[key.destinationEndpoint] ?? announced[key.sourceEndpoint]
    }

    private mutating func begin(_ header: RTPHeader, _ key: FlowKey, _ hash: UInt32) -> Int? {
        guard streams.count < Self.limit else { return nil }
        let signalled = announcement(key).map { announcements[$0] }
        // Static types, and the dynamic ones (RFC 3551 section 6): others nobody uses without having said so.
        let isUsual = header.payloadType < 35 || header.payloadType >= 96
        guard signalled != nil || isUsual && key.sourcePort >= 1024 && key.destinationPort >= 1024 else { return nil }
        let rate = signalled?.clockRates[header.payloadType] ?? Self.clockRate(header.payloadType)
        places.insert(UInt32(streams.count), hash: hash)
        streams.append(
            Stream(
                key: key, ssrc: header.ssrc, payloadType: header.payloadType,
                tracker: SequenceTracker(clockRate: Int(rate))))
        return streams.count - 1
    }

    /// Of the static payload types (RFC 3551 table 4 and 5).
    private static func clockRate(_ type: UInt8) -> UInt32 {
        switch type {
        case 6: 16_000
        case 10, 11: 44_100
        case 14, 25...34: 90_000
        case 16: 11_025
        case 17: 22_050
        default: 8000
        }
    }

    var summaries: [RTPStreamSummary] {
        var all: [RTPStreamSummary] = []
        all.reserveCapacity(streams.count)
        for place in streams.indices where streams[place].isSignalled || streams[place].inOrder >= Self.proof {
            all.append(summary(streams[place]))
        }
        return all
    }

    private func summary(_ stream: Stream) -> RTPStreamSummary {
        RTPStreamSummary(
            ssrc: stream.ssrc, source: stream.key.sourceEndpoint, destination: stream.key.destinationEndpoint,
            payloadType: stream.payloadType, packets: stream.tracker.received, lost: stream.tracker.lost,
            outOfOrder: stream.tracker.outOfOrder, duplicates: stream.tracker.duplicates,
            jitterSeconds: stream.tracker.jitterSeconds, isSecured: stream.isSecured, isSignalled: stream.isSignalled)
    }
}

/// One RTP stream as `replay` tells it.
public struct RTPStreamSummary: Hashable, Sendable {
    public var ssrc: UInt32
    public var source: Endpoint
    public var destination: Endpoint
    /// Of its first packet.
    public var payloadType: UInt8
    public var packets: UInt64
    public var lost: UInt64
    public var outOfOrder: UInt64
    public var duplicates: UInt64
    public var jitterSeconds: Double
    public var isSecured: Bool
    public var isSignalled: Bool
}
