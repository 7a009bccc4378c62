/// What stands under `parameters`, and under `match` and `class`, of a SIP inspection map.
enum SIPMapSettingCommands {
    typealias Reaction = SIPInspectionMap.Reaction

    // MARK: Parameters

    static func flag(_ field: WritableKeyPath<SIPInspectionMap, Bool> & Sendable) -> Command.Handler {
        { words throws(Problem) in
            let isOn = !words.isNegated
            return SIPMapCommands.setting { $0.value[keyPath: field] = isOn }
        }
    }

    /// `… action {drop|drop-connection|reset|log} [log]`, or `… action {mask|log} [log]`.
    static func reaction(
        _ field: WritableKeyPath<SIPInspectionMap, Reaction?> & Sendable, _ actions: [Reaction.Action]
    ) -> Command.Handler {
        { words throws(Problem) in
            if words.isNegated {
                words.skipRest()
                return SIPMapCommands.setting { $0.value[keyPath: field] = nil }
            }
            try words.expect("action")
            let name = try words.keyword(actions.map(\.rawValue))
            let logs = try words.skip("log")
            let reaction = Reaction.Action(rawValue: name).map { Reaction($0, logs: logs) }
            return SIPMapCommands.setting { $0.value[keyPath: field] = reaction }
        }
    }

    static let checks: [Reaction.Action] = [.drop, .dropConnection, .log, .reset]
    static let masks: [Reaction.Action] = [.log, .mask]

    /// `rtp-conformance [enforce-payloadtype]`.
    static func rtpConformance(_ words: inout Words) throws(Problem) -> Command.Change {
        let enforces = try words.skip("enforce-payloadtype")
        let value = words.isNegated ? nil : SIPInspectionMap.RTPConformance(enforcesPayloadType: enforces)
        return SIPMapCommands.setting { $0.value.rtpConformance = value }
    }

    // MARK: Actions

    static func drop(_ words: inout Words) throws(Problem) -> Command.Change {
        let sendsError = try words.skip("send-protocol-error")
        return try action(.drop(sendsError: sendsError), &words)
    }

    static func dropConnection(_ words: inout Words) throws(Problem) -> Command.Change {
        let sendsError = try words.skip("send-protocol-error")
        return try action(.dropConnection(sendsError: sendsError), &words)
    }

    static func mask(_ words: inout Words) throws(Problem) -> Command.Change { try action(.mask, &words) }

    static func reset(_ words: inout Words) throws(Problem) -> Command.Change { try action(.reset, &words) }

    static func rateLimit(_ words: inout Words) throws(Problem) -> Command.Change {
        if words.isBareNegation { return setting { $0.action = nil } }
        let rate = try words.number(in: 1...4_294_967_295)
        let value = words.isNegated ? nil : SIPInspectionMap.RuleAction.rateLimit(rate)
        return setting { $0.action = value }
    }

    static func log(_ words: inout Words) throws(Problem) -> Command.Change {
        let isOn = !words.isNegated
        return setting { $0.logs = isOn }
    }

    private static func action(
        _ action: SIPInspectionMap.RuleAction, _ words: inout Words
    ) throws(Problem) -> Command.Change {
        let logs = try words.skip("log")
        guard !words.isNegated else {
            return setting {
                $0.action = nil
                if logs { $0.logs = false }
            }
        }
        return setting {
            $0.action = action
            if logs { $0.logs = true }
        }
    }

    private static func setting(_ change: @escaping (inout SIPMapDraft.Rule) -> Void) -> Command.Change {
        SIPMapCommands.setting { draft in
            guard draft.rules.indices.contains(draft.current) else { return }
            change(&draft.rules[draft.current])
        }
    }
}
