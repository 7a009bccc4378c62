import Wire

/// The names that the ASA knows for IP protocols.
enum ProtocolNames {
    /// Where two names share a number, the one that `show access-list` prints comes first.
    private static let numbers: [(name: String, number: UInt8)] = [
        ("ah", 51), ("ahp", 51), ("eigrp", 88), ("esp", 50), ("ipsec", 50), ("gre", 47), ("pptp", 47), ("icmp", 1),
        ("icmp6", 58), ("igmp", 2), ("igrp", 9), ("ipinip", 4), ("nos", 94), ("ospf", 89), ("pcp", 108), ("pim", 103),
        ("sctp", 132), ("snp", 109), ("tcp", 6), ("udp", 17),
    ]

    static let names = numbers.map(\.name)

    static func number(_ name: String) -> IPProtocol? {
        numbers.first { $0.name == name }.map { IPProtocol(rawValue: $0.number) }
    }

    static func name(of transport: IPProtocol) -> String {
        numbers.first { $0.number == transport.rawValue }?.name ?? String(transport.rawValue)
    }
}

/// The names that the ASA knows for ICMP types, in both families.
enum ICMPTypeNames {
    private static let v4: [(name: String, type: UInt8)] = [
        ("echo-reply", 0), ("unreachable", 3), ("source-quench", 4), ("redirect", 5), ("alternate-address", 6),
        ("echo", 8), ("router-advertisement", 9), ("router-solicitation", 10), ("time-exceeded", 11),
        ("parameter-problem", 12), ("timestamp-request", 13), ("timestamp-reply", 14), ("information-request", 15),
        ("information-reply", 16), ("mask-request", 17), ("mask-reply", 18), ("traceroute", 30),
        ("conversion-error", 31), ("mobile-redirect", 32),
    ]
    private static let v6: [(name: String, type: UInt8)] = [
        ("unreachable", 1), ("packet-too-big", 2), ("time-exceeded", 3), ("parameter-problem", 4), ("echo", 128),
        ("echo-reply", 129), ("membership-query", 130), ("membership-report", 131), ("membership-reduction", 132),
        ("router-solicitation", 133), ("router-advertisement", 134), ("neighbor-solicitation", 135),
        ("neighbor-advertisement", 136), ("neighbor-redirect", 137), ("router-renumbering", 138),
    ]

    private static func table(_ transport: IPProtocol) -> [(name: String, type: UInt8)] {
        transport == .icmpV6 ? v6 : v4
    }

    static func names(_ transport: IPProtocol) -> [String] { table(transport).map(\.name) }

    static func type(_ name: String, _ transport: IPProtocol) -> UInt8? {
        table(transport).first { $0.name == name }?.type
    }

    static func name(of type: UInt8, _ transport: IPProtocol) -> String? {
        table(transport).first { $0.type == type }?.name
    }
}

extension Words {
    /// The name or number of an IP protocol; `nil` for `ip`, also written 0, which is every protocol.
    mutating func transport() throws(Problem) -> IPProtocol? {
        if let keyword = try optionalKeyword(["ip"] + ProtocolNames.names) {
            return keyword == "ip" ? nil : ProtocolNames.number(keyword)
        }
        ask("<0-255>")
        guard let token = next, Self.decimal(token.text) != nil else { throw unexpected() }
        guard let number = Self.decimal(token.text).flatMap({ UInt8(exactly: $0) }) else {
            throw wrong("protocol \(token.quoted) is more than 255")
        }
        let transport = IPProtocol(rawValue: number)
        advance(spelling: number == 0 ? "ip" : ProtocolNames.name(of: transport))
        return number == 0 ? nil : transport
    }

    /// The name or number of an ICMP type, when one stands here.
    mutating func optionalICMPType(of transport: IPProtocol, besides others: [String]) throws(Problem) -> UInt8? {
        if let name = try optionalKeyword(ICMPTypeNames.names(transport), besides: others) {
            return ICMPTypeNames.type(name, transport)
        }
        guard let type = try optionalNumber(in: 0...255) else { return nil }
        return UInt8(type)
    }
}
