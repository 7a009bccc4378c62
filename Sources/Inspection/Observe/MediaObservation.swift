import Wire

/// RTP in recorded traffic, by source: what SIP has announced, and what looks like it long enough.
struct MediaObservation: Sendable {
    private struct Key: Hashable {
        var source: Endpoint
        var destination: Endpoint
        var ssrc: UInt32
    }

    private struct Stream: Sendable {
        var payloadType: UInt8
        var tracker: SequenceTracker
        /// Packets in the order of their numbers.
        var inOrder = 0
        var isSecured = false
        var isSignalled = false
        var number: Int
    }

    private static let limit = 16_384
    /// So many packets in order make RTP of what nobody announced.
    private static let proof = 4

    private var streams: [Key: Stream] = [:]
    private var announced: [Endpoint: MediaAnnouncement] = [:]

    mutating func learn(_ announcements: [MediaAnnouncement]) {
        for announcement in announcements {
            guard let endpoint = announcement.endpoint, announced.count < Self.limit else { continue }
            announced[endpoint] = announcement
        }
    }

    mutating func take(_ payload: Span<UInt8>, _ key: FlowKey, at now: Timestamp) {
        guard MediaPacketKind.of(payload) == .rtp, let header = try? RTPHeader.decode(payload) else { return }
        let place = Key(source: key.sourceEndpoint, destination: key.destinationEndpoint, ssrc: header.ssrc)
        let signalled = announced[place.destination] ?? announced[place.source]
        guard var stream = streams[place] ?? begin(header, signalled, key) else { return }
        let arrival = stream.tracker.record(
            sequenceNumber: header.sequenceNumber, timestamp: header.timestamp, at: now)
        if arrival == .inOrder { stream.inOrder += 1 }
        if let signalled {
            stream.isSignalled = true
            stream.isSecured = stream.isSecured || signalled.isSecured
        }
        streams[place] = stream
    }

    private func begin(_ header: RTPHeader, _ signalled: MediaAnnouncement?, _ key: FlowKey) -> Stream? {
        guard streams.count < Self.limit else { return nil }
        // Static types, and the dynamic ones (RFC 3551 section 6): others nobody uses without having said so.
        let isUsual = header.payloadType < 35 || header.payloadType >= 96
        guard signalled != nil || isUsual && key.sourcePort >= 1024 && key.destinationPort >= 1024 else { return nil }
        let rate = signalled?.clockRates[header.payloadType] ?? Self.clockRate(header.payloadType)
        return Stream(
            payloadType: header.payloadType, tracker: SequenceTracker(clockRate: Int(rate)), number: streams.count)
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
        streams.filter { $0.value.isSignalled || $0.value.inOrder >= Self.proof }
            .sorted { $0.value.number < $1.value.number }
            .map { key, stream in
                RTPStreamSummary(
                    ssrc: key.ssrc, source: key.source, destination: key.destination, payloadType: stream.payloadType,
                    packets: stream.tracker.received, lost: stream.tracker.lost,
                    outOfOrder: stream.tracker.outOfOrder, duplicates: stream.tracker.duplicates,
                    jitterSeconds: stream.tracker.jitterSeconds, isSecured: stream.isSecured,
                    isSignalled: stream.isSignalled)
            }
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
