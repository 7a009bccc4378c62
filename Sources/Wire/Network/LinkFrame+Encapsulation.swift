/// The headers that can stand between a link's own header and IP.
extension LinkFrame {
    /// More tags than any provider stacks.
    private static let maximumTags = 8
    /// More labels than any path needs.
    private static let maximumLabels = 16
    /// An Ethernet type field up to here is a length, and LLC follows (IEEE 802.3 section 3.2.6).
    private static let maximumLength: UInt16 = 1500

    /// Passes what stands before IP, from an EtherType and the `offset` behind it.
    static func unwrap(_ frame: Span<UInt8>, etherType: UInt16, at offset: Int) throws(WireError) -> LinkFrame {
        var result = LinkFrame(etherType: etherType, payloadOffset: offset)
        try result.passTags(frame)
        switch result.etherType {
        case ...maximumLength: try result.passLLC(frame)
        case 0x8864: try result.passPPPoE(frame)
        case 0x8847, 0x8848: try result.passLabels(frame)
        default: break
        }
        return result
    }

    /// A frame whose LLC header stands at `offset`.
    static func llc(_ frame: Span<UInt8>, at offset: Int) throws(WireError) -> LinkFrame {
        var result = LinkFrame(etherType: 0, payloadOffset: offset)
        try result.passLLC(frame)
        return result
    }

    /// VLAN tags: IEEE 802.1Q, 802.1ad, and the pre-standard 0x9100 that QinQ switches send.
    private mutating func passTags(_ frame: Span<UInt8>) throws(WireError) {
        while etherType == 0x8100 || etherType == 0x88a8 || etherType == 0x9100 {
            guard payloadOffset + 4 <= frame.count else {
                throw WireError(.vlan, .header, .truncated, at: payloadOffset)
            }
            guard tagCount < Self.maximumTags else { throw WireError(.vlan, .header, .tooLong, at: payloadOffset) }
            if tagCount == 0 { outerVLAN = frame.uint16(at: payloadOffset) & 0x0fff }
            tagCount += 1
            etherType = frame.uint16(at: payloadOffset + 2)
            payloadOffset += 4
        }
    }

    /// IEEE 802.2 LLC; with SNAP and one of the two codes that mean Ethernet (RFC 1042, IEEE 802.1H), what follows has
    /// an EtherType. Anything else (spanning tree, CDP) carries no IP.
    private mutating func passLLC(_ frame: Span<UInt8>) throws(WireError) {
        etherType = 0
        let start = payloadOffset
        guard start + 3 <= frame.count else { throw WireError(.llc, .header, .truncated, at: start) }
        guard frame[start] == 0xaa, frame[start + 1] == 0xaa, frame[start + 2] == 3 else { return }
        guard start + 8 <= frame.count else { throw WireError(.llc, .header, .truncated, at: start) }
        let organization = frame.uint32(at: start + 2) & 0xff_ffff
        guard organization == 0 || organization == 0x0000f8 else { return }
        etherType = frame.uint16(at: start + 6)
        payloadOffset = start + 8
        try passTags(frame)
    }

    /// A PPPoE session (RFC 2516 section 6) and the PPP protocol number behind it. Sessions also carry PPP's own
    /// protocols, which are not IP.
    private mutating func passPPPoE(_ frame: Span<UInt8>) throws(WireError) {
        let start = payloadOffset
        guard start + 8 <= frame.count else { throw WireError(.pppoe, .header, .truncated, at: start) }
        guard frame[start] == 0x11 else { throw WireError(.pppoe, .version, .unsupported, at: start) }
        guard frame.uint16(at: start + 4) >= 2 else { throw WireError(.pppoe, .length, .invalid, at: start + 4) }
        switch frame.uint16(at: start + 6) {
        case 0x0021: etherType = Self.ipv4EtherType
        case 0x0057: etherType = Self.ipv6EtherType
        default: return
        }
        payloadOffset = start + 8
    }

    /// An MPLS label stack (RFC 3032). Nothing in it says what follows its last label; IP shows by its version.
    private mutating func passLabels(_ frame: Span<UInt8>) throws(WireError) {
        var offset = payloadOffset
        for _ in 0..<Self.maximumLabels {
            guard offset + 4 <= frame.count else { throw WireError(.mpls, .header, .truncated, at: offset) }
            let isBottom = frame[offset + 2] & 1 != 0
            offset += 4
            guard isBottom else { continue }
            if offset < frame.count, let inner = Self.etherType(ofPacketStarting: frame[offset]) {
                etherType = inner
                payloadOffset = offset
            }
            return
        }
        throw WireError(.mpls, .header, .tooLong, at: offset)
    }
}
