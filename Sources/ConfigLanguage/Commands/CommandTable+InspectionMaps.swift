/// `policy-map type inspect sip` and `… skinny`: parameters, matches and their actions.
extension CommandTable {
    private static let check: [Form] = [
        "action", .choice(["drop", "drop-connection", "log", "reset"]), .optional(["log"]),
    ]
    private static let mask: [Form] = ["action", .choice(["log", "mask"]), .optional(["log"])]

    static let sipMap: [Command] = [
        .later("parameters", opens: .sipParameters),
        .later("match", [.optional(["not"]), .either(sipMatches)], opens: .inspectionActions, atMost: many),
        .later("class", [.word("class-map")], opens: .inspectionActions, atMost: many),
        Command("description", DescriptionCommand.description),
    ]

    private static let sipMethods = [
        "ack", "bye", "cancel", "info", "invite", "message", "notify", "options", "prack", "refer", "register",
        "subscribe", "unknown", "update",
    ]

    private static let expression: [Form] = ["regex", .optional(["class"]), .word("regular expression")]

    private static let sipMatches: [[Form]] = [
        ["called-party"] + expression,
        ["calling-party"] + expression,
        [
            "content",
            .either([["length", "gt", .number(0...65536)], ["type", .either([["sdp"], expression])]]),
        ],
        ["im-subscriber"] + expression,
        ["message-path"] + expression,
        ["request-method", .choice(sipMethods)],
        ["third-party-registration"] + expression,
        ["uri", .choice(["sip", "tel"]), "length", "gt", .number(0...65536)],
    ]

    static let sipParameters: [Command] = [
        .later("im"),
        .later("ip-address-privacy"),
        .later("max-forwards-validation", check),
        .later("rtp-conformance", [.optional(["enforce-payloadtype"])]),
        .later("software-version", mask),
        .later("state-checking", check),
        .later("strict-header-validation", check),
        .later("traffic-non-sip"),
        .later("uri-non-sip", mask),
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
