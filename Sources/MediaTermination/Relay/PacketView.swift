import Wire

/// What is in the clear of a packet, protected or not, and is checked before anything is spent on it.
struct PacketView {
    /// `nil` for RTCP, and for what is neither.
    var rtp: RTPHeader?
    /// Who sends; 0 for what names nobody.
    var ssrc: UInt32

    @inline(__always)
    init(_ payload: Span<UInt8>, _ leg: borrowing MediaLeg, _ channel: MediaChannel) throws(MediaDropReason) {
        guard leg.content == .rtp else {
            (rtp, ssrc) = (nil, 0)
            return
        }
        if channel == .rtp {
            let header = try Self.rtpHeader(payload, leg.hot.payloadTypes)
            (rtp, ssrc) = (header, header.ssrc)
        } else {
            (rtp, ssrc) = (nil, try Self.rtcpSSRC(payload))
        }
    }

    @inline(__always)
    private static func rtpHeader(
        _ payload: Span<UInt8>, _ permitted: PayloadTypes?
    ) throws(MediaDropReason) -> RTPHeader {
        let header: RTPHeader
        do throws(WireError) {
            header = try RTPHeader.decode(payload)
        } catch {
            throw error.field == .version ? .rtpInvalidVersion : .rtpInvalidLength
        }
        // RTCP's reports, on RTP's port without having agreed on it (RFC 3551 section 6, RFC 5761 section 4).
        guard !(72...76 ~= header.payloadType) else { throw .rtpInvalidPayloadType }
        if let permitted, !permitted.contains(header.payloadType) { throw .rtpInvalidPayloadType }
        return header
    }

    /// The clear part of an RTCP packet: the first header and who sends (RFC 3711 section 3.4).
    private static func rtcpSSRC(_ payload: Span<UInt8>) throws(MediaDropReason) -> UInt32 {
        guard payload.count >= RTCPHeader.clearLength else { throw .rtcpInvalidLength }
        guard payload[0] >> 6 == 2 else { throw .rtcpInvalidVersion }
        guard 192...223 ~= payload[1] else { throw .rtcpInvalidPayloadType }
        return payload.uint32(at: 4)
    }
}
