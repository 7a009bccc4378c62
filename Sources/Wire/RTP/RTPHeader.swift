/// An RTP header (RFC 3550 section 5.1) with its CSRC list and header extension measured, not read.
public struct RTPHeader: Sendable {
    /// The fixed part.
    public static let length = 12

    public var hasPadding: Bool
    public var hasExtension: Bool
    public var contributorCount: Int
    public var marker: Bool
    public var payloadType: UInt8
    public var sequenceNumber: UInt16
    /// In units of the payload format's clock.
    public var timestamp: UInt32
    public var ssrc: UInt32
    /// Where the payload starts: behind CSRC list and extension.
    public var payloadOffset: Int

    /// Reads the header of the packet that `packet` holds from its first byte to its last.
    ///
    /// Padding stays unlooked at, since in SRTP it is encrypted: ``payload(in:)`` takes it off.
    @inlinable @inline(__always)
    public static func decode(_ packet: Span<UInt8>) throws(WireError) -> RTPHeader {
        guard packet.count >= length else { throw WireError(.rtp, .header, .truncated, at: 0) }
        let header = packet.extracting(0..<length)
        let first = header[0]
        guard first >> 6 == 2 else { throw WireError(.rtp, .version, .invalid, at: 0) }
        let count = Int(first & 0x0f)
        var offset = length + 4 * count
        guard offset <= packet.count else { throw WireError(.rtp, .contributors, .truncated, at: length) }
        let hasExtension = first & 0x10 != 0
        if hasExtension {
            guard packet.count - offset >= 4 else {
                throw WireError(.rtp, .extensionHeader, .truncated, at: offset)
            }
            let size = 4 + 4 * Int(packet.uint16(at: offset + 2))
            guard packet.count - offset >= size else {
                throw WireError(.rtp, .extensionHeader, .truncated, at: offset + 2)
            }
            offset += size
        }
        return RTPHeader(
            hasPadding: first & 0x20 != 0, hasExtension: hasExtension, contributorCount: count,
            marker: header[1] & 0x80 != 0, payloadType: header[1] & 0x7f, sequenceNumber: header.uint16(at: 2),
            timestamp: header.uint32(at: 4), ssrc: header.uint32(at: 8), payloadOffset: offset)
    }

    /// The payload of a packet in the clear, without its padding.
    @inlinable
    public func payload(in packet: Span<UInt8>) throws(WireError) -> Range<Int> {
        guard hasPadding else { return payloadOffset..<packet.count }
        let last = packet.count - 1
        guard last >= payloadOffset else { throw WireError(.rtp, .padding, .truncated, at: payloadOffset) }
        let padding = Int(packet[last])
        guard padding > 0, padding <= packet.count - payloadOffset else {
            throw WireError(.rtp, .padding, .invalid, at: last)
        }
        return payloadOffset..<packet.count - padding
    }

    @inlinable
    public init(
        hasPadding: Bool, hasExtension: Bool, contributorCount: Int, marker: Bool, payloadType: UInt8,
        sequenceNumber: UInt16, timestamp: UInt32, ssrc: UInt32, payloadOffset: Int
    ) {
        self.hasPadding = hasPadding
        self.hasExtension = hasExtension
        self.contributorCount = contributorCount
        self.marker = marker
        self.payloadType = payloadType
        self.sequenceNumber = sequenceNumber
        self.timestamp = timestamp
        self.ssrc = ssrc
        self.payloadOffset = payloadOffset
    }
}
