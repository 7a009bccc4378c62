/// What stands under `parameters`, and under `match` and `class`, of a Skinny inspection map.
enum SkinnyMapSettingCommands {
    // MARK: Parameters

    static func requiresRegistration(_ words: inout Words) throws(Problem) -> Command.Change {
        let isOn = !words.isNegated
        return SkinnyMapCommands.setting { $0.value.requiresRegistration = isOn }
    }

    static func messageLimit(_ words: inout Words) throws(Problem) -> Command.Change {
        if words.isBareNegation { return SkinnyMapCommands.setting { $0.value.messageLimit = nil } }
        let limit = try words.hexadecimal(in: 0...0xffff)
        let value = words.isNegated ? nil : limit
        return SkinnyMapCommands.setting { $0.value.messageLimit = value }
    }

    static func rtpConformance(_ words: inout Words) throws(Problem) -> Command.Change {
        let enforces = try words.skip("enforce-payloadtype")
        let value = words.isNegated ? nil : SIPInspectionMap.RTPConformance(enforcesPayloadType: enforces)
        return SkinnyMapCommands.setting { $0.value.rtpConformance = value }
    }

    /// A number, or its default after `no`.
    static func number<Value: Sendable>(
        _ field: WritableKeyPath<SkinnyInspectionMap, Value> & Sendable, in range: ClosedRange<Int>,
        _ make: @escaping @Sendable (Int) -> Value
    ) -> Command.Handler {
        { words throws(Problem) in
            let unset = SkinnyInspectionMap(name: "")[keyPath: field]
            if words.isBareNegation { return SkinnyMapCommands.setting { $0.value[keyPath: field] = unset } }
            let read = make(try words.number(in: range))
            let value = words.isNegated ? unset : read
            return SkinnyMapCommands.setting { $0.value[keyPath: field] = value }
        }
    }

    static func timeout(_ field: WritableKeyPath<SkinnyInspectionMap, Int> & Sendable) -> Command.Handler {
        { words throws(Problem) in
            let unset = SkinnyInspectionMap(name: "")[keyPath: field]
            if words.isBareNegation { return SkinnyMapCommands.setting { $0.value[keyPath: field] = unset } }
            let read = try words.duration(in: 1...1193 * 3600)
            let value = words.isNegated ? unset : read
            return SkinnyMapCommands.setting { $0.value[keyPath: field] = value }
        }
    }

    // MARK: Actions

    static func action(_ action: SkinnyInspectionMap.Action) -> Command.Handler {
        { words throws(Problem) in
            let logs = try words.skip("log")
            let value = words.isNegated ? nil : action
            return rule {
                $0.action = value
                if logs { $0.logs = value != nil }
            }
        }
    }

    static func log(_ words: inout Words) throws(Problem) -> Command.Change {
        let isOn = !words.isNegated
        return rule { $0.logs = isOn }
    }

    static func rateLimit(_ words: inout Words) throws(Problem) -> Command.Change {
        if words.isBareNegation { return rule { $0.action = nil } }
        let rate = try words.number(in: 1...4_294_967_295)
        let value = words.isNegated ? nil : SkinnyInspectionMap.Action.rateLimit(rate)
        return rule { $0.action = value }
    }

    private static func rule(_ change: @escaping (inout SkinnyMapDraft.Rule) -> Void) -> Command.Change {
        SkinnyMapCommands.setting { draft in
            guard draft.rules.indices.contains(draft.current) else { return }
            change(&draft.rules[draft.current])
        }
    }
}
