import Wire

/// The names that the ASA knows for ports, protocols and ICMP types.
enum PortNames {
    /// Where two names share a port, the one that `show access-list` prints comes first.
    private static let tcp: [(name: String, port: UInt16)] = [
        ("aol", 5190), ("bgp", 179), ("chargen", 19), ("cifs", 3020), ("citrix-ica", 1494), ("cmd", 514),
        ("ctiqbe", 2748), ("daytime", 13), ("discard", 9), ("domain", 53), ("echo", 7), ("exec", 512), ("finger", 79),
        ("ftp", 21), ("ftp-data", 20), ("gopher", 70), ("h323", 1720), ("hostname", 101), ("https", 443),
        ("ident", 113), ("imap4", 143), ("irc", 194), ("kerberos", 750), ("klogin", 543), ("kshell", 544),
        ("ldap", 389), ("ldaps", 636), ("login", 513), ("lotusnotes", 1352), ("lpd", 515), ("netbios-ssn", 139),
        ("nfs", 2049), ("nntp", 119), ("pcanywhere-data", 5631), ("pim-auto-rp", 496), ("pop2", 109), ("pop3", 110),
        ("pptp", 1723), ("rsh", 514), ("rtsp", 554), ("sip", 5060), ("smtp", 25), ("sqlnet", 1521), ("ssh", 22),
        ("sunrpc", 111), ("tacacs", 49), ("talk", 517), ("telnet", 23), ("uucp", 540), ("whois", 43), ("www", 80),
        ("http", 80),
    ]
    private static let udp: [(name: String, port: UInt16)] = [
        ("biff", 512), ("bootpc", 68), ("bootps", 67), ("cifs", 3020), ("discard", 9), ("dnsix", 195),
        ("domain", 53), ("echo", 7), ("isakmp", 500), ("kerberos", 750), ("mobile-ip", 434), ("nameserver", 42),
        ("netbios-dgm", 138), ("netbios-ns", 137), ("nfs", 2049), ("ntp", 123), ("pcanywhere-status", 5632),
        ("pim-auto-rp", 496), ("radius", 1645), ("radius-acct", 1646), ("rip", 520), ("rtsp", 554),
        ("secureid-udp", 5510), ("sip", 5060), ("snmp", 161), ("snmptrap", 162), ("sunrpc", 111), ("syslog", 514),
        ("tacacs", 49), ("talk", 517), ("tftp", 69), ("time", 37), ("vxlan", 4789), ("who", 513), ("www", 80),
        ("http", 80), ("xdmcp", 177),
    ]

    private struct Table: Sendable {
        let names: [String]
        let ports: [String: UInt16]
        let shown: [UInt16: String]

        init(_ rows: [(name: String, port: UInt16)]) {
            names = rows.map(\.name)
            ports = Dictionary(rows.map { ($0.name, $0.port) }) { first, _ in first }
            shown = Dictionary(rows.map { ($0.port, $0.name) }) { first, _ in first }
        }
    }

    private static let tcpTable = Table(tcp)
    private static let udpTable = Table(udp)

    private static func table(_ transport: IPProtocol) -> Table { transport == .udp ? udpTable : tcpTable }

    static func names(_ transport: IPProtocol) -> [String] { table(transport).names }

    static func match(_ word: String, _ transport: IPProtocol) -> Keyword.Match {
        Keyword.match(word, among: names(transport))
    }

    static func port(_ name: String, _ transport: IPProtocol) -> UInt16? { table(transport).ports[name] }

    static func name(of port: UInt16, _ transport: IPProtocol) -> String? { table(transport).shown[port] }
}
