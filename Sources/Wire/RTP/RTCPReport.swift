/// What a sender says about its own stream (RFC 3550 section 6.4.1).
public struct RTCPSenderInfo: Sendable, Hashable {
    static let length = 20

    /// Seconds since 1900 in the high half, fractions of a second in the low half.
    public var ntpTimestamp: UInt64
    public var rtpTimestamp: UInt32
    public var packetCount: UInt32
    /// Payload only.
    public var octetCount: UInt32
}

/// What a receiver says about one source (RFC 3550 section 6.4.1).
public struct RTCPReportBlock: Sendable, Hashable {
    static let length = 24

    public var ssrc: UInt32
    /// Of 256, since the last report.
    public var fractionLost: UInt8
    /// Negative when duplicates outweigh losses; 24 bits.
    public var cumulativeLost: Int32
    /// Cycles in the high half.
    public var highestSequenceNumber: UInt32
    /// In units of the payload format's clock.
    public var jitter: UInt32
    /// The middle of the last sender report's NTP timestamp.
    public var lastSenderReport: UInt32
    /// Since then, in 1/65,536 seconds.
    public var delaySinceLastSenderReport: UInt32
}

/// A sender or receiver report, as places in the datagram.
public struct RTCPReport: Sendable {
    /// `nil` in a receiver report.
    public let sender: RTCPSenderInfo?
    public let blockCount: Int
    private let firstBlock: Int

    /// - Parameter header: of a packet in `datagram`. `nil` for one that is no report.
    public init?(_ datagram: Span<UInt8>, _ header: RTCPHeader) throws(WireError) {
        guard header.type == .senderReport || header.type == .receiverReport else { return nil }
        let body = try header.body(in: datagram)
        // Behind the SSRC of who reports.
        var offset = body.lowerBound + 4
        let senderLength = header.type == .senderReport ? RTCPSenderInfo.length : 0
        guard body.upperBound - offset >= senderLength + header.count * RTCPReportBlock.length else {
            throw WireError(.rtcp, .reports, .truncated, at: header.packet.lowerBound)
        }
        if header.type == .senderReport {
            sender = RTCPSenderInfo(
                ntpTimestamp: datagram.uint64(at: offset), rtpTimestamp: datagram.uint32(at: offset + 8),
                packetCount: datagram.uint32(at: offset + 12), octetCount: datagram.uint32(at: offset + 16))
            offset += RTCPSenderInfo.length
        } else {
            sender = nil
        }
        blockCount = header.count
        firstBlock = offset
    }

    /// - Parameter index: below ``blockCount``; `datagram` is the one that the report was read from.
    public func block(_ datagram: Span<UInt8>, _ index: Int) -> RTCPReportBlock {
        precondition(index >= 0 && index < blockCount)
        let offset = firstBlock + index * RTCPReportBlock.length
        let lost = datagram.uint32(at: offset + 4)
        return RTCPReportBlock(
            ssrc: datagram.uint32(at: offset),
            fractionLost: UInt8(truncatingIfNeeded: lost >> 24),
            // The sign stands in bit 23.
            cumulativeLost: Int32(truncatingIfNeeded: lost << 8) >> 8,
            highestSequenceNumber: datagram.uint32(at: offset + 8),
            jitter: datagram.uint32(at: offset + 12),
            lastSenderReport: datagram.uint32(at: offset + 16),
            delaySinceLastSenderReport: datagram.uint32(at: offset + 20))
    }
}
