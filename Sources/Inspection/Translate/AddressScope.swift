import Wire

/// Which addresses stand for a host that packets can be routed to and from.
extension IPAddress {
    /// RFC 4291 section 2.5.6, RFC 3927, and the multicast scopes of RFC 4291 section 2.7 and RFC 5771 section 4: never
    /// routed, and the link's own business, such as neighbour discovery.
    var isLinkScope: Bool {
        if isV4 { return v4 >> 16 == 0xa9fe || v4 >> 8 == 0xe0_0000 }
        return high >> 54 == 0x3fa || high >> 56 == 0xff && high >> 48 & 0xf <= 2
    }

    /// RFC 1122 section 3.2.1.3: "this network", which only a host without an address uses.
    var isThisNetwork: Bool { isV4 ? v4 >> 24 == 0 : isUnspecified }
}
