/// All commands, mode by mode: here those of the global configuration mode. A new command is a new row.
///
/// A row with a function acts on the configuration; `.later` is checked and not yet acted upon; `.harmless` only warns.
enum CommandTable {
    /// Several of one kind may stand side by side.
    static let many = 1000

    static let global: [Command] = basics + inspection + phoneProxy + trust + management + harmless + unsupported

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
        .later(
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

    private static let phoneProxy: [Command] = [
        .later("ctl-file", [.define(.ctlFile), .optional(["noconfirm"])], opens: .ctlFile, atMost: many),
        .later("tls-proxy", [.define(.tlsProxy), .optional(["noconfirm"])], opens: .tlsProxy, atMost: many),
        .later("tls-proxy maximum-session", alias: "maximum-sessions", [.number(1...15000)]),
        .later("media-termination", [.define(.mediaTermination)], opens: .mediaTermination, atMost: 1),
        .later("phone-proxy", [.define(.phoneProxy)], opens: .phoneProxy, atMost: 1),
    ]

    private static let generateRSA: [Form] = [
        .options([
            ["usage-keys"], ["general-keys"], ["label", .word("label")],
            ["modulus", .oneOfNumbers([512, 768, 1024, 2048, 4096])], ["noconfirm"],
        ])
    ]

    private static let trust: [Command] = [
        .later("crypto key generate rsa", generateRSA, atMost: many),
        // As Cisco's listings also have it.
        .later("crypto ca generate rsa", generateRSA, atMost: many),
        .later("crypto ca trustpoint", [.define(.trustpoint)], opens: .trustpoint, atMost: many),
        .later("crypto ca enroll", [.use(.trustpoint), .optional(["noconfirm"])], atMost: many),
        .later(
            "crypto ca authenticate",
            [.use(.trustpoint), .options([["fingerprint", .word("fingerprint")], ["nointeractive"]])],
            atMost: many, paste: .optional),
        .later(
            "crypto ca export",
            [.use(.trustpoint), .either([["identity-certificate"], ["pkcs12", .word("passphrase")]])], atMost: many),
        .later(
            "crypto ca import",
            [
                .use(.trustpoint),
                .either([
                    ["certificate", .optional(["nointeractive"])],
                    ["pkcs12", .word("passphrase"), .optional(["nointeractive"])],
                ]),
            ], atMost: many, paste: .optional),
        .later("crypto ca certificate chain", [.use(.trustpoint)], opens: .certificateChain, atMost: many),
    ]

    private static let ciphers = [
        "3des-sha1", "aes128-sha1", "aes256-sha1", "des-sha1", "null-sha1", "rc4-md5", "rc4-sha1",
    ]
    private static let versions = ["any", "sslv3", "sslv3-only", "tlsv1", "tlsv1-only", "tlsv1.1", "tlsv1.2"]

    private static let management: [Command] = [
        .later("ssl encryption", [.choices(ciphers, upTo: ciphers.count)]),
        .later("ssl server-version", [.choice(versions)]),
        .later("ssl client-version", [.choice(versions)]),
        .later("ssl trust-point", [.use(.trustpoint), .optional([.use(.interface)])], atMost: many),
        .later("dns domain-lookup", [.use(.interface)], atMost: many),
        .later("dns name-server", [.several(.address, upTo: 6)], atMost: 6),
        .later("dns server-group", [.word("name")], opens: .dnsServerGroup, atMost: many),
        .later("icmp permit", icmpRule, atMost: many),
        .later("icmp deny", icmpRule, atMost: many),
    ]

    private static let icmpRule: [Form] = [.network, .optional([.icmpType]), .use(.interface)]
}
