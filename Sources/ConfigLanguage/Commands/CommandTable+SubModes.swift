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
        case .sipActions: sipActions
        case .sipClassMap: sipClassMap
        case .regexClassMap: regexClassMap
        case .skinnyClassMap: skinnyClassMap
        case .skinnyMap: skinnyMap
        case .skinnyParameters: skinnyParameters
        case .skinnyActions: skinnyActions
        }
    }
}
