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
        Command("policy-map type inspect sip", SIPMapCommands.map),
        Command("class-map type inspect sip", SIPMapCommands.classMap),
        Command("class-map type regex", RegexCommands.classMap),
        Command("regex", RegexCommands.regex),
        Command("policy-map type inspect skinny", SkinnyMapCommands.map),
        Command("class-map type inspect skinny", SkinnyMapCommands.classMap),
        Command("service-policy", PolicyMapCommands.servicePolicy),
    ]

    private static let management: [Command] = [
        Command("ssl encryption", SSLCommands.encryption),
        Command("ssl server-version", SSLCommands.version(\.serverVersion)),
        Command("ssl client-version", SSLCommands.version(\.clientVersion)),
        .missing("ssl trust-point", [.use(.trustpoint), .optional([.use(.interface)])], atMost: many),
        Command("dns domain-lookup", DNSCommands.domainLookup),
        Command("dns name-server", DNSCommands.nameServers),
        Command("dns server-group", DNSCommands.serverGroup),
        Command("icmp permit", ICMPCommands.rule(.permit)),
        Command("icmp deny", ICMPCommands.rule(.deny)),
    ]
}
