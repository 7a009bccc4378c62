/// A link-layer header type, with the numbers of the LINKTYPE registry (tcpdump.org/linktypes.html).
public struct LinkType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let null = LinkType(rawValue: 0)
    public static let ethernet = LinkType(rawValue: 1)
    public static let tokenRing = LinkType(rawValue: 6)
    public static let raw = LinkType(rawValue: 101)
    public static let loop = LinkType(rawValue: 108)
    public static let linuxCooked = LinkType(rawValue: 113)
    public static let ipv4 = LinkType(rawValue: 228)
    public static let ipv6 = LinkType(rawValue: 229)
    public static let nflog = LinkType(rawValue: 239)
    public static let netlink = LinkType(rawValue: 253)
    public static let linuxCooked2 = LinkType(rawValue: 276)
    /// What BSDs wrote for raw IP into files before the registry gave it 101.
    public static let rawBSD = LinkType(rawValue: 12)
    public static let rawOpenBSD = LinkType(rawValue: 14)
}

extension LinkType: CustomStringConvertible {
    public var description: String {
        switch self {
        case .null: "BSD loopback"
        case .ethernet: "Ethernet"
        case .tokenRing: "Token Ring"
        case .raw, .rawBSD, .rawOpenBSD: "raw IP"
        case .loop: "OpenBSD loopback"
        case .linuxCooked: "Linux cooked v1"
        case .ipv4: "raw IPv4"
        case .ipv6: "raw IPv6"
        case .nflog: "NFLOG"
        case .netlink: "Linux netlink"
        case .linuxCooked2: "Linux cooked v2"
        default: "link type \(rawValue)"
        }
    }
}
