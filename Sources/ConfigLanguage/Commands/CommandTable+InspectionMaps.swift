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
        Command("parameters", SkinnyMapCommands.parameters),
        Command("match", SkinnyMapCommands.match),
        Command("class", SkinnyMapCommands.classEntry),
        Command("description", DescriptionCommand.description),
    ]

    static let skinnyClassMap: [Command] = [
        Command("match", SkinnyMapCommands.classMatch),
        Command("description", DescriptionCommand.description),
    ]

    static let skinnyParameters: [Command] = [
        Command("enforce-registration", SkinnyMapSettingCommands.requiresRegistration),
        Command("message-id max", SkinnyMapSettingCommands.messageLimit),
        Command("protocol-version max", SkinnyMapSettingCommands.number(\.versionLimit, in: 3...22) { $0 }),
        Command("rtp-conformance", SkinnyMapSettingCommands.rtpConformance),
        Command("sccp-prefix-len max", SkinnyMapSettingCommands.number(\.longestLength, in: 0...65536) { $0 }),
        Command("sccp-prefix-len min", SkinnyMapSettingCommands.number(\.shortestLength, in: 0...65536) { $0 }),
        Command("timeout media", SkinnyMapSettingCommands.timeout(\.mediaTimeout)),
        Command("timeout signaling", SkinnyMapSettingCommands.timeout(\.signallingTimeout)),
    ]

    static let skinnyActions: [Command] = [
        Command("drop", SkinnyMapSettingCommands.action(.drop)),
        Command("drop-connection", SkinnyMapSettingCommands.action(.dropConnection)),
        Command("mask", SkinnyMapSettingCommands.action(.mask)),
        Command("reset", SkinnyMapSettingCommands.action(.reset)),
        Command("log", SkinnyMapSettingCommands.log),
        Command("rate-limit", SkinnyMapSettingCommands.rateLimit),
    ]
}
