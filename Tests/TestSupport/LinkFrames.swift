import Wire

/// Wraps packets in link-layer headers.
public enum LinkFrames {
    static let destination: [UInt8] = [0x02, 0, 0, 0, 0, 0x01]
    static let source: [UInt8] = [0x02, 0, 0, 0, 0, 0x02]

    /// The EtherType of an IP packet, from its version.
    public static func etherType(of packet: [UInt8]) -> UInt16 {
        (packet.first ?? 0) >> 4 == 6 ? LinkFrame.ipv6EtherType : LinkFrame.ipv4EtherType
    }

    /// Ethernet II; each tag is (TPID, VLAN), outermost first.
    public static func ethernet(
        _ packet: [UInt8], tags: [(tpid: UInt16, vlan: UInt16)] = [], etherType: UInt16? = nil
    ) -> [UInt8] {
        let tagBytes = tags.flatMap { bigEndian($0.tpid) + bigEndian($0.vlan) }
        return destination + source + tagBytes + bigEndian(etherType ?? Self.etherType(of: packet)) + packet
    }

    /// IEEE 802.3 with LLC and SNAP (RFC 1042).
    public static func snap(_ packet: [UInt8]) -> [UInt8] {
        let body = llcSNAP(packet)
        return destination + source + bigEndian(UInt16(body.count)) + body
    }

    static func llcSNAP(_ packet: [UInt8]) -> [UInt8] {
        [0xaa, 0xaa, 0x03, 0, 0, 0] + bigEndian(etherType(of: packet)) + packet
    }

    /// A PPPoE session frame (RFC 2516); `ppp` overrides the PPP protocol number.
    public static func pppoe(_ packet: [UInt8], session: UInt16 = 1, ppp: UInt16? = nil) -> [UInt8] {
        let number = ppp ?? (etherType(of: packet) == LinkFrame.ipv6EtherType ? 0x0057 : 0x0021)
        let header = [0x11, 0x00] + bigEndian(session) + bigEndian(UInt16(packet.count + 2))
        return ethernet(header + bigEndian(number) + packet, etherType: 0x8864)
    }

    /// An MPLS label stack, the last label marked as its bottom (RFC 3032).
    public static func mpls(_ packet: [UInt8], labels: [UInt32]) -> [UInt8] {
        let stack = labels.enumerated().flatMap { index, label in
            bigEndian(label << 12 | (index == labels.count - 1 ? 0x100 : 0) | 64)
        }
        return ethernet(stack + packet, etherType: 0x8847)
    }

    /// `LINKTYPE_LINUX_SLL`.
    public static func linuxCooked(_ packet: [UInt8]) -> [UInt8] {
        [0, 0, 0, 1, 0, 6] + source + [0, 0] + bigEndian(etherType(of: packet)) + packet
    }

    /// `LINKTYPE_LINUX_SLL2`.
    public static func linuxCooked2(_ packet: [UInt8]) -> [UInt8] {
        bigEndian(etherType(of: packet)) + [0, 0, 0, 0, 0, 2, 0, 1, 0, 6] + source + [0, 0] + packet
    }

    /// `LINKTYPE_NULL`; `littleEndian` is the machine that wrote it, `family6` its number for IPv6.
    public static func null(_ packet: [UInt8], littleEndian: Bool = true, family6: UInt32 = 24) -> [UInt8] {
        let family = etherType(of: packet) == LinkFrame.ipv6EtherType ? family6 : 2
        let bytes = bigEndian(family)
        return (littleEndian ? bytes.reversed() : bytes) + packet
    }

    /// IEEE 802.5; `routing` is the routing information field, its control bytes included.
    public static func tokenRing(_ packet: [UInt8], routing: [UInt8] = []) -> [UInt8] {
        var from = source
        if !routing.isEmpty { from[0] |= 0x80 }
        return [0x10, 0x40] + destination + from + routing + llcSNAP(packet)
    }

    /// `LINKTYPE_NFLOG`: a packet header attribute, a prefix that needs padding, then the payload.
    public static func nflog(_ packet: [UInt8], littleEndian: Bool = true) -> [UInt8] {
        let family: UInt8 = etherType(of: packet) == LinkFrame.ipv6EtherType ? 10 : 2
        let hook = nflogAttribute(1, bigEndian(etherType(of: packet)) + [1, 0], littleEndian)
        let prefix = nflogAttribute(10, Array("in:".utf8) + [0, 0], littleEndian)
        return [family, 0, 0, 5] + hook + prefix + nflogAttribute(9, packet, littleEndian)
    }

    static func nflogAttribute(_ type: UInt16, _ value: [UInt8], _ littleEndian: Bool) -> [UInt8] {
        let head = [UInt16(value.count + 4), type].flatMap { littleEndian ? bigEndian($0).reversed() : bigEndian($0) }
        return head + value + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
    }
}
