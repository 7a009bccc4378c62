/// What a link-layer frame carries, and where.
public struct LinkFrame: Sendable {
    /// The EtherType of what the frame carries, whatever the link type calls it (IEEE 802 numbers); 0 when the frame
    /// names none, as 802.2 frames without SNAP do not.
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

    /// Reads the link-layer header of `frame`, and the headers between it and IP: VLAN tags, LLC and SNAP, PPPoE, MPLS.
    ///
    /// A frame that is whole but carries something other than IP is no error; see ``carriesIP``.
    public static func decode(_ frame: Span<UInt8>, _ linkType: LinkType) throws(WireError) -> LinkFrame {
        switch linkType {
        case .ethernet: try ethernet(frame)
        case .linuxCooked: try linuxCooked(frame)
        case .linuxCooked2: try linuxCooked2(frame)
        case .raw, .rawBSD, .rawOpenBSD, .ipv4, .ipv6: try rawIP(frame)
        case .null, .loop: try loopback(frame)
        case .tokenRing: try tokenRing(frame)
        case .nflog: try nflog(frame)
        default: throw WireError(.link, .linkType, .unsupported, at: 0)
        }
    }

    init(etherType: UInt16, payloadOffset: Int, tagCount: Int = 0, outerVLAN: UInt16 = 0) {
        self.etherType = etherType
        self.payloadOffset = payloadOffset
        self.tagCount = tagCount
        self.outerVLAN = outerVLAN
    }

    /// The EtherType of a packet that starts with `byte`, from its version; `nil` when that is neither 4 nor 6.
    static func etherType(ofPacketStarting byte: UInt8) -> UInt16? {
        switch byte >> 4 {
        case 4: ipv4EtherType
        case 6: ipv6EtherType
        default: nil
        }
    }
}

// MARK: Link types

extension LinkFrame {
    private static func ethernet(_ frame: Span<UInt8>) throws(WireError) -> LinkFrame {
        guard frame.count >= 14 else { throw WireError(.ethernet, .header, .truncated, at: 0) }
        return try unwrap(frame, etherType: frame.uint16(at: 12), at: 14)
    }

    /// `LINKTYPE_LINUX_SLL`: 16 bytes, the protocol last.
    private static func linuxCooked(_ frame: Span<UInt8>) throws(WireError) -> LinkFrame {
        guard frame.count >= 16 else { throw WireError(.linuxCooked, .header, .truncated, at: 0) }
        return try cooked(frame, protocol: frame.uint16(at: 14), at: 16)
    }

    /// `LINKTYPE_LINUX_SLL2`: 20 bytes, the protocol first.
    private static func linuxCooked2(_ frame: Span<UInt8>) throws(WireError) -> LinkFrame {
        guard frame.count >= 20 else { throw WireError(.linuxCooked, .header, .truncated, at: 0) }
        return try cooked(frame, protocol: frame.uint16(at: 0), at: 20)
    }

    /// A cooked header's protocol is an EtherType, or one of Linux's own small numbers, of which 4 is 802.2.
    private static func cooked(
        _ frame: Span<UInt8>, protocol number: UInt16, at offset: Int
    ) throws(WireError) -> LinkFrame {
        switch number {
        case 4: try llc(frame, at: offset)
        case ..<0x0600: LinkFrame(etherType: 0, payloadOffset: offset)
        default: try unwrap(frame, etherType: number, at: offset)
        }
    }

    private static func rawIP(_ frame: Span<UInt8>) throws(WireError) -> LinkFrame {
        guard frame.count >= 1 else { throw WireError(.link, .version, .truncated, at: 0) }
        guard let etherType = etherType(ofPacketStarting: frame[0]) else {
            throw WireError(.link, .version, .unsupported, at: 0)
        }
        return LinkFrame(etherType: etherType, payloadOffset: 0)
    }

    /// `LINKTYPE_NULL` and `LINKTYPE_LOOP`: an address family in the byte order of the machine that wrote it.
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

    /// IEEE 802.5 with an optional routing information field, then LLC.
    private static func tokenRing(_ frame: Span<UInt8>) throws(WireError) -> LinkFrame {
        guard frame.count >= 14 else { throw WireError(.tokenRing, .header, .truncated, at: 0) }
        // The top bit of the source address says that a routing field follows; its low five bits are its length.
        guard frame[8] & 0x80 != 0 else { return try llc(frame, at: 14) }
        guard frame.count > 14 else { throw WireError(.tokenRing, .header, .truncated, at: 14) }
        let routingLength = Int(frame[14] & 0x1f)
        guard routingLength >= 2 else { throw WireError(.tokenRing, .headerLength, .invalid, at: 14) }
        guard 14 + routingLength <= frame.count else { throw WireError(.tokenRing, .headerLength, .truncated, at: 14) }
        return try llc(frame, at: 14 + routingLength)
    }
}
