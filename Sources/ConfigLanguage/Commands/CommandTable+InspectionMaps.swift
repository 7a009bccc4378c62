/// `policy-map type inspect sip` and `… skinny`: parameters, matches and their actions.
extension CommandTable {
    static let sipMap: [Command] = [
        Command("parameters", SIPMapCommands.parameters),
        Command("match", SIPMapCommands.match),
        Command("class", SIPMapCommands.classEntry),
        Command("description", DescriptionCommand.description),
    ]

    static let sipClassMap: [Command] = [
        Command("match", SIPMapCommands.classMatch),
        Command("description", DescriptionCommand.description),
    ]

    static let regexClassMap: [Command] = [
        Command("match regex", RegexCommands.match),
        Command("description", DescriptionCommand.description),
    ]

    static let sipParameters: [Command] = [
        Command("im", SIPMapSettingCommands.flag(\.permitsInstantMessages)),
        Command("ip-address-privacy", SIPMapSettingCommands.flag(\.hidesAddresses)),
        Command(
            "max-forwards-validation",
            SIPMapSettingCommands.reaction(\.maxForwardsValidation, SIPMapSettingCommands.checks)),
        Command("rtp-conformance", SIPMapSettingCommands.rtpConformance),
        Command("software-version", SIPMapSettingCommands.reaction(\.softwareVersion, SIPMapSettingCommands.masks)),
        Command("state-checking", SIPMapSettingCommands.reaction(\.stateChecking, SIPMapSettingCommands.checks)),
        Command(
            "strict-header-validation",
            SIPMapSettingCommands.reaction(\.strictHeaderValidation, SIPMapSettingCommands.checks)),
        Command("traffic-non-sip", SIPMapSettingCommands.flag(\.permitsNonSIP)),
        Command("uri-non-sip", SIPMapSettingCommands.reaction(\.nonSIPURIs, SIPMapSettingCommands.masks)),
    ]

    static let sipActions: [Command] = [
        Command("drop", SIPMapSettingCommands.drop),
        Command("drop-connection", SIPMapSettingCommands.dropConnection),
        Command("mask", SIPMapSettingCommands.mask),
        Command("reset", SIPMapSettingCommands.reset),
        Command("log", SIPMapSettingCommands.log),
        Command("rate-limit", SIPMapSettingCommands.rateLimit),
    ]

    static let skinnyMap: [Command] = [
        .later("parameters", opens: .skinnyParameters),
        .later(
            "match",
            [
                .optional(["not"]), "message-id",
                .either([["range", .hexadecimal(0...0xffff), .hexadecimal(0...0xffff)], [.hexadecimal(0...0xffff)]]),
            ], opens: .inspectionActions, atMost: many),
        .later("class", [.word("class-map")], opens: .inspectionActions, atMost: many),
        Command("description", DescriptionCommand.description),
    ]

    static let skinnyParameters: [Command] = [
        .later("enforce-registration"),
        .later("message-id max", [.hexadecimal(0...0xffff)]),
        .later("rtp-conformance", [.optional(["enforce-payloadtype"])]),
        .later("sccp-prefix-len max", [.number(0...65536)]),
        .later("sccp-prefix-len min", [.number(0...65536)]),
        .later("timeout media", [.duration(1...1193 * 3600)]),
        .later("timeout signaling", [.duration(1...1193 * 3600)]),
    ]

    static let inspectionActions: [Command] = [
        .later("drop", [.optional(["send-protocol-error"]), .optional(["log"])]),
        .later("drop-connection", [.optional(["send-protocol-error"]), .optional(["log"])]),
        .later("mask", [.optional(["log"])]),
        .later("reset", [.optional(["log"])]),
        .later("log"),
        .later("rate-limit", [.number(1...4_294_967_295)]),
    ]
}
