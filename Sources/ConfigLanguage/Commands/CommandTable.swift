/// All commands, mode by mode: here those of the global configuration mode. A new command is a new row.
///
/// A row with a function acts on the configuration; `.later` and `.missing` are checked and not yet acted upon, which the
/// box refuses to run with, or only warns of; `.harmless` only warns.
enum CommandTable {
    /// Several of one kind may stand side by side.
    static let many = 1000

    static let global: [Command] = basics + inspection + phoneProxies + trust + management + harmless + unsupported

    private static let basics: [Command] = [
        Command("hostname", RoutingCommands.hostname),
        Command("interface", InterfaceCommands.interface),
        Command("name", RoutingCommands.name),
        Command("object network", ObjectCommands.object),
        Command("static", TranslationCommands.manualStatic),
        .later(
            "nat",
            [
                .parenthesized(.interface), .number(0...65535),
                .either([["access-list", .use(.accessList)], [.network]]),
                .options([["outside"], ["dns"], ["norandomseq"]]),
            ], atMost: many),
        .later(
            "global",
            [
                .parenthesized(.interface), .number(1...65535),
                .either([["interface"], [.addressRange, .optional(["netmask", .mask])]]),
            ], atMost: many),
        Command("access-list", AccessListCommands.accessList),
        Command("access-group", AccessGroupCommands.accessGroup),
        Command("route", RoutingCommands.route),
        Command("ipv6 route", RoutingCommands.routeV6),
        Command("timeout", TimerCommands.timeout),
        Command("fragment", TimerCommands.fragment),
        Command("same-security-traffic", RoutingCommands.sameSecurityTraffic),
        Command("capture", CaptureCommands.capture),
        Command("logging enable", LoggingCommands.enable),
        Command("logging timestamp", LoggingCommands.timestamp),
        Command("logging buffered", LoggingCommands.buffered),
        Command("logging console", LoggingCommands.console),
        Command("logging buffer-size", LoggingCommands.bufferSize),
        .missing(
            "logging host",
            [
                .use(.interface), .address, .options([["format", "emblem"], ["secure"]]),
                .optional([.word("tcp/<1025-65535> or udp/<1025-65535>")]),
            ], atMost: 16),
    ]

    private static let inspection: [Command] = [
        Command("class-map", ClassMapCommands.classMap),
        Command("policy-map", PolicyMapCommands.policyMap),
        .later("policy-map type inspect sip", [.define(.inspectionMap)], opens: .sipMap, atMost: many),
        .later("policy-map type inspect skinny", [.define(.inspectionMap)], opens: .skinnyMap, atMost: many),
        Command("service-policy", PolicyMapCommands.servicePolicy),
    ]

    private static let ciphers = [
        "3des-sha1", "aes128-sha1", "aes256-sha1", "des-sha1", "null-sha1", "rc4-md5", "rc4-sha1",
    ]
    private static let versions = ["any", "sslv3", "sslv3-only", "tlsv1", "tlsv1-only", "tlsv1.1", "tlsv1.2"]

    private static let management: [Command] = [
        .missing("ssl encryption", [.choices(ciphers, upTo: ciphers.count)]),
        .missing("ssl server-version", [.choice(versions)]),
        .missing("ssl client-version", [.choice(versions)]),
        .missing("ssl trust-point", [.use(.trustpoint), .optional([.use(.interface)])], atMost: many),
        Command("dns domain-lookup", DNSCommands.domainLookup),
        Command("dns name-server", DNSCommands.nameServers),
        Command("dns server-group", DNSCommands.serverGroup),
        .missing("icmp permit", icmpRule, atMost: many),
        .missing("icmp deny", icmpRule, atMost: many),
    ]

    private static let icmpRule: [Form] = [.network, .optional([.icmpType]), .use(.interface)]
}
