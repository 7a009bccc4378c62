/// What a link-layer frame carries, and where.
public struct LinkFrame: Sendable {
    /// The EtherType of what the frame carries, whatever the link type calls it (IEEE 802 numbers).
    public var etherType: UInt16
    /// Where that starts in the frame.
    public var payloadOffset: Int
    /// How many 802.1Q/802.1ad tags were passed, and the VLAN of the outermost (0 without a tag).
    public var tagCount: Int
    public var outerVLAN: UInt16

    public static let ipv4EtherType: UInt16 = 0x0800
    public static let ipv6EtherType: UInt16 = 0x86dd

    /// Whether an IP packet stands at ``payloadOffset``.
    @inlinable
    public var carriesIP: Bool { etherType == Self.ipv4EtherType || etherType == Self.ipv6EtherType }

    /// Reads the link-layer header of `frame`.
    public static func decode(_ frame: Span<UInt8>, _ linkType: LinkType) throws(WireError) -> LinkFrame {
        switch linkType {
        case .ethernet: try ethernet(frame)
        case .linuxCooked: try linuxCooked(frame)
        case .linuxCooked2: try linuxCooked2(frame)
        case .raw, .rawBSD, .rawOpenBSD, .ipv4, .ipv6: try rawIP(frame)
        case .null, .loop: try loopback(frame)
        case .tokenRing: try tokenRing(frame)
        default: throw WireError(.link, .linkType, .unsupported, at: 0)
        }
    }

    init(etherType: UInt16, payloadOffset: Int, tagCount: Int = 0, outerVLAN: UInt16 = 0) {
        self.etherType = etherType
        self.payloadOffset = payloadOffset
        self.tagCount = tagCount
        self.outerVLAN = outerVLAN
    }
}

// MARK: Ethernet and its tags

extension LinkFrame {
    /// More tags than any provider stacks.
    private static let maximumTags = 8

    private static func ethernet(_ frame: Span<UInt8>) throws(WireError) -> LinkFrame {
        guard frame.count >= 14 else { throw WireError(.ethernet, .header, .truncated, at: 0) }
        return try tagged(frame, etherTypeAt: 12)
    }

    /// Passes the tags (IEEE 802.1Q, 802.1ad, and the pre-standard 0x9100 that QinQ switches send).
    private static func tagged(_ frame: Span<UInt8>, etherTypeAt start: Int) throws(WireError) -> LinkFrame {
        var result = LinkFrame(etherType: frame.uint16(at: start), payloadOffset: start + 2)
        while result.etherType == 0x8100 || result.etherType == 0x88a8 || result.etherType == 0x9100 {
            guard result.payloadOffset + 4 <= frame.count else {
                throw WireError(.vlan, .header, .truncated, at: result.payloadOffset)
            }
            guard result.tagCount < maximumTags else {
                throw WireError(.vlan, .header, .tooLong, at: result.payloadOffset)
            }
            if result.tagCount == 0 { result.outerVLAN = frame.uint16(at: result.payloadOffset) & 0x0fff }
            result.tagCount += 1
            result.etherType = frame.uint16(at: result.payloadOffset + 2)
            result.payloadOffset += 4
        }
        return result
    }
}

// MARK: Other link types

extension LinkFrame {
    /// `DLT_LINUX_SLL`: 16 bytes, the protocol last.
    private static func linuxCooked(_ frame: Span<UInt8>) throws(WireError) -> LinkFrame {
        guard frame.count >= 16 else { throw WireError(.linuxCooked, .header, .truncated, at: 0) }
        return try tagged(frame, etherTypeAt: 14)
    }

    /// `DLT_LINUX_SLL2`: 20 bytes, the protocol first.
    private static func linuxCooked2(_ frame: Span<UInt8>) throws(WireError) -> LinkFrame {
        guard frame.count >= 20 else { throw WireError(.linuxCooked, .header, .truncated, at: 0) }
        return LinkFrame(etherType: frame.uint16(at: 0), payloadOffset: 20)
    }

    private static func rawIP(_ frame: Span<UInt8>) throws(WireError) -> LinkFrame {
        guard frame.count >= 1 else { throw WireError(.link, .version, .truncated, at: 0) }
        switch frame[0] >> 4 {
        case 4: return LinkFrame(etherType: ipv4EtherType, payloadOffset: 0)
        case 6: return LinkFrame(etherType: ipv6EtherType, payloadOffset: 0)
        default: throw WireError(.link, .version, .unsupported, at: 0)
        }
    }

    /// `DLT_NULL` and `DLT_LOOP`: an address family in the byte order of the machine that wrote it.
    private static func loopback(_ frame: Span<UInt8>) throws(WireError) -> LinkFrame {
        guard frame.count >= 4 else { throw WireError(.loopback, .header, .truncated, at: 0) }
        let family = frame.uint32(at: 0)
        switch family > 0xffff ? family.byteSwapped : family {
        case 2: return LinkFrame(etherType: ipv4EtherType, payloadOffset: 4)
        // IPv6 is 24, 28 or 30 on the BSDs and Darwin, 10 on Linux.
        case 10, 24, 28, 30: return LinkFrame(etherType: ipv6EtherType, payloadOffset: 4)
        default: throw WireError(.loopback, .family, .unsupported, at: 0)
        }
    }

    /// IEEE 802.5 with an optional routing information field, LLC and SNAP (RFC 1042).
    private static func tokenRing(_ frame: Span<UInt8>) throws(WireError) -> LinkFrame {
        guard frame.count >= 14 else { throw WireError(.tokenRing, .header, .truncated, at: 0) }
        var offset = 14
        // The top bit of the source address says that a routing field follows; its low five bits are its length.
        if frame[8] & 0x80 != 0 {
            guard frame.count > offset else { throw WireError(.tokenRing, .header, .truncated, at: offset) }
            offset += Int(frame[offset] & 0x1f)
        }
        guard frame.count >= offset + 8 else { throw WireError(.tokenRing, .header, .truncated, at: offset) }
        guard frame[offset] == 0xaa, frame[offset + 1] == 0xaa, frame[offset + 2] == 3 else {
            throw WireError(.tokenRing, .etherType, .unsupported, at: offset)
        }
        return LinkFrame(etherType: frame.uint16(at: offset + 6), payloadOffset: offset + 8)
    }
}
