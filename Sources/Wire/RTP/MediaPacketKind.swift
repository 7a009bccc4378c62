/// What arrives on a media port, told apart by its first bytes (RFC 7983 section 7, RFC 5761 section 4).
public enum MediaPacketKind: UInt8, Sendable {
    case rtp
    case rtcp
    case stun
    case dtls
    /// ZRTP and TURN channels too, which nothing here speaks.
    case unknown

    /// Looks at the first two bytes only; whether the rest makes sense is the decoders' business.
    @inlinable @inline(__always)
    public static func of(_ packet: Span<UInt8>) -> MediaPacketKind {
        guard packet.count >= 2 else { return .unknown }
        switch packet[0] {
        case 128...191:
            // RTCP's packet types 192 to 223 read as payload types 64 to 95 with the marker bit set. RTP does not use
            // these payload types where both share a port, with the marker or without it.
            return 64...95 ~= packet[1] & 0x7f ? .rtcp : .rtp
        case 0...3: return .stun
        case 20...63: return .dtls
        default: return .unknown
        }
    }
}
