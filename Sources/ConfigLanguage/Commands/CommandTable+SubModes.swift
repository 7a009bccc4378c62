/// The commands of the sub-modes.
extension CommandTable {
    static let interface: [Command] = [
        Command("nameif", InterfaceCommands.nameif),
        Command("security-level", InterfaceCommands.securityLevel),
        Command("ip address", InterfaceCommands.address),
        Command("ipv6 address", InterfaceCommands.addressV6),
        Command("shutdown", InterfaceCommands.shutdown),
        Command("inspection", InterfaceCommands.inspection),
        Command("description", DescriptionCommand.description),
        .harmless("speed", "is Linux's business (ethtool)"),
        .harmless("duplex", "is Linux's business (ethtool)"),
        .harmless("management-only", "has no effect on this box"),
        .harmless("ipv6 enable", "has no effect on this box"),
    ]

    static let networkObject: [Command] = [
        Command("host", ObjectCommands.host),
        Command("subnet", ObjectCommands.subnet),
        Command("range", ObjectCommands.range),
        Command("nat", TranslationCommands.objectNAT),
        Command("description", DescriptionCommand.description),
        .unsupported("fqdn"),
    ]

    static let classMap: [Command] = [
        Command("match", ClassMapCommands.match),
        Command("description", DescriptionCommand.description),
    ]

    static let policyMap: [Command] = [
        Command("class", PolicyMapCommands.classEntry),
        Command("description", DescriptionCommand.description),
    ]

    static let policyClass: [Command] = [
        Command("inspect", InspectCommands.inspect),
        .later(
            "police",
            [
                .choice(["input", "output"]), .number(8000...2_000_000_000), .optional([.number(1000...512_000_000)]),
                .optional(["conform-action", .choice(["drop", "transmit"])]),
                .optional(["exceed-action", .choice(["drop", "transmit"])]),
            ]),
        .unsupported("set"),
        .unsupported("priority"),
        .unsupported("shape"),
        .unsupported("ips"),
        .unsupported("csc"),
    ]

    // MARK: Blocks

    static func commands(of block: Block.Kind) -> [Command] {
        switch block {
        case .trustpoint: trustpoint
        case .certificateChain: certificateChain
        case .ctlFile: ctlFile
        case .tlsProxy: tlsProxy
        case .mediaTermination: mediaTermination
        case .phoneProxy: phoneProxy
        case .dnsServerGroup: dnsServerGroup
        case .sipMap: sipMap
        case .sipParameters: sipParameters
        case .skinnyMap: skinnyMap
        case .skinnyParameters: skinnyParameters
        case .inspectionActions: inspectionActions
        }
    }

    private static let trustpoint: [Command] = [
        .later("enrollment self"),
        .later("enrollment terminal"),
        .later("enrollment url", [.text("URL")]),
        .later("enrollment retry", [.choice(["count", "period"]), .number(0...100)], atMost: 2),
        .later("keypair", [.word("key pair")]),
        .later("fqdn", [.word("fully qualified domain name")]),
        .later("subject-name", [.text("X.500 name")]),
        .later("serial-number"),
        .later("ip-address", [.address]),
        .later("email", [.word("address")]),
        .later("proxy-ldc-issuer", alias: "proxy_ldc_issuer"),
        .later("password", [.word("challenge")]),
        .later("revocation-check", [.choices(["crl", "none", "ocsp"], upTo: 3)]),
        .later("crl configure"),
        .later("crl required"),
        .later("crl optional"),
        .later("crl nocheck"),
        .later("id-usage", [.choices(["ssl-ipsec", "code-signer"], upTo: 2)]),
        .later("client-types", [.choices(["ipsec", "ssl"], upTo: 2)]),
        .later("accept-subordinates"),
        .later("id-cert-issuer"),
        .later("no-validation-usage"),
    ]

    private static let certificateChain: [Command] = [
        .later(
            "certificate",
            [.optional([.choice(["ca", "ra-sign", "ra-encrypt", "ra-general"])]), .word("serial number")],
            atMost: many, paste: .always)
    ]

    private static let recordEntry: [Form] = [
        "trustpoint", .use(.trustpoint), "address", .address, .optional(["domain-name", .word("domain name")]),
    ]

    private static let ctlFile: [Command] = [
        .later("record-entry capf", recordEntry, atMost: 1),
        .later("record-entry cucm", recordEntry, atMost: many),
        .later("record-entry cucm-tftp", recordEntry, atMost: many),
        .later("record-entry tftp", recordEntry, atMost: many),
        .later("cluster-ctl-file", [.word("file")]),
        .later("sast", [.number(1...5)]),
        .later("shutdown"),
    ]

    private static let clientCiphers = ["3des-sha1", "aes128-sha1", "aes256-sha1", "des-sha1", "null-sha1"]

    private static let tlsProxy: [Command] = [
        .later("server trust-point", [.use(.trustpoint)]),
        .later("server authenticate-client"),
        .later("client ldc issuer", [.use(.trustpoint)]),
        .later("client ldc key-pair", alias: "keypair", [.word("key pair")]),
        .later("client cipher-suite", [.choices(clientCiphers, upTo: clientCiphers.count)]),
        .later("client trust-point", [.use(.trustpoint)]),
    ]

    private static let rtpPorts: [Form] = [
        .number(1024...16384), .keywordAlso("rtp-max-port", "rtp-maxport"), .number(32767...65535),
    ]

    private static let terminationAddress: [Form] = [.address, .optional(["interface", .use(.interface)])]

    private static let mediaTermination: [Command] = [
        .later("address", terminationAddress, atMost: many),
        .later("rtp-min-port", rtpPorts),
    ]

    private static let phoneProxy: [Command] = [
        .later("media-termination", [.use(.mediaTermination)]),
        // ASA 8.0 had the media termination here.
        .later("media-termination address", terminationAddress, atMost: many),
        .later("rtp-min-port", rtpPorts),
        .later(
            "tftp-server address", [.address, .optional([.port]), "interface", .use(.interface)], atMost: 5),
        .later("tls-proxy", [.use(.tlsProxy)]),
        .later("ctl-file", [.use(.ctlFile)]),
        .later("cluster-mode", [.choice(["mixed", "nonsecure"])]),
        .later(
            "proxy-server",
            [.either([["address", .address], [.address]]), .optional([.port]), "interface", .use(.interface)]),
        .later("cipc security-mode authenticated"),
        .later("disable service-settings"),
        .later("timeout secure-phones", [.duration(1...1193 * 3600)]),
    ]

    private static let dnsServerGroup: [Command] = [
        .later("name-server", [.several(.address, upTo: 6)], atMost: 6),
        .later("domain-name", [.word("domain name")]),
        .later("timeout", [.number(1...30)]),
        .later("retries", [.number(0...10)]),
    ]
}
