/// `policy-map type inspect skinny NAME` with its parameters and rules.
enum SkinnyMapCommands {
    static func map(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("policy-map name", limit: 40)
        let (line, isNegated) = (words.line, words.isNegated)
        return { reading throws(Problem) in
            let isThere = reading.draft.skinnyMaps[name.value] != nil
            if isNegated {
                if !isThere { reading.warnNothingToRemove("policy-map", at: name.site) }
                reading.draft.skinnyMaps[name.value] = nil
                return
            }
            if !isThere {
                try Limit.check(
                    reading.draft.skinnyMaps.count, below: Limit.skinnyMaps, "Skinny inspection maps", at: name.site)
                reading.draft.skinnyMaps[name.value] = SkinnyMapDraft(name: name)
            }
            reading.enter(.block(Block(kind: .skinnyMap, name: name.value)), at: line)
        }
    }

    static func parameters(_ words: inout Words) throws(Problem) -> Command.Change {
        let line = words.line
        guard !words.isNegated else {
            return setting {
                let rules = $0.value.rules
                $0.value = SkinnyInspectionMap(name: $0.name.value)
                $0.value.rules = rules
            }
        }
        return { reading in
            guard case .block(let block) = reading.mode else { return }
            reading.enter(.block(Block(kind: .skinnyParameters, name: block.name)), at: line)
        }
    }

    /// `match [not] message-id {VALUE | range LOW HIGH}`.
    static func match(_ words: inout Words) throws(Problem) -> Command.Change {
        let isInverted = try words.skip("not")
        try words.expect("message-id")
        let isRange = try words.skip("range")
        let low = try words.hexadecimal(in: 0...0xffff)
        let high = isRange ? try words.hexadecimal(in: low...0xffff) : low
        let rule = SkinnyInspectionMap.Rule(messages: low...high, isInverted: isInverted)
        let (line, isNegated, site) = (words.line, words.isNegated, words.readSite)
        return { reading throws(Problem) in
            guard case .block(let block) = reading.mode, var draft = reading.draft.skinnyMaps[block.name] else {
                return
            }
            var index = draft.value.rules.firstIndex {
                $0.messages == rule.messages && $0.isInverted == rule.isInverted
            }
            if isNegated {
                guard let index else { return reading.warnNothingToRemove("match", at: site) }
                draft.value.rules.remove(at: index)
                reading.draft.skinnyMaps[block.name] = draft
                return
            }
            if index == nil {
                try Limit.check(draft.value.rules.count, below: Limit.sipRules, "rules", at: site)
                index = draft.value.rules.count
                draft.value.rules.append(rule)
            }
            draft.current = index ?? 0
            reading.draft.skinnyMaps[block.name] = draft
            reading.enter(.block(Block(kind: .skinnyActions, name: block.name)), at: line)
        }
    }

    // MARK: Parameters

    static func requiresRegistration(_ words: inout Words) throws(Problem) -> Command.Change {
        let isOn = !words.isNegated
        return setting { $0.value.requiresRegistration = isOn }
    }

    static func messageLimit(_ words: inout Words) throws(Problem) -> Command.Change {
        if words.isBareNegation { return setting { $0.value.messageLimit = nil } }
        let limit = try words.hexadecimal(in: 0...0xffff)
        let value = words.isNegated ? nil : limit
        return setting { $0.value.messageLimit = value }
    }

    static func rtpConformance(_ words: inout Words) throws(Problem) -> Command.Change {
        let enforces = try words.skip("enforce-payloadtype")
        let value = words.isNegated ? nil : SIPInspectionMap.RTPConformance(enforcesPayloadType: enforces)
        return setting { $0.value.rtpConformance = value }
    }

    /// A number, or its default after `no`.
    static func number<Value: Sendable>(
        _ field: WritableKeyPath<SkinnyInspectionMap, Value> & Sendable, in range: ClosedRange<Int>,
        _ make: @escaping @Sendable (Int) -> Value
    ) -> Command.Handler {
        { words throws(Problem) in
            let unset = SkinnyInspectionMap(name: "")[keyPath: field]
            if words.isBareNegation { return setting { $0.value[keyPath: field] = unset } }
            let read = make(try words.number(in: range))
            let value = words.isNegated ? unset : read
            return setting { $0.value[keyPath: field] = value }
        }
    }

    static func timeout(_ field: WritableKeyPath<SkinnyInspectionMap, Int> & Sendable) -> Command.Handler {
        { words throws(Problem) in
            let unset = SkinnyInspectionMap(name: "")[keyPath: field]
            if words.isBareNegation { return setting { $0.value[keyPath: field] = unset } }
            let read = try words.duration(in: 1...1193 * 3600)
            let value = words.isNegated ? unset : read
            return setting { $0.value[keyPath: field] = value }
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

    private static func rule(_ change: @escaping (inout SkinnyInspectionMap.Rule) -> Void) -> Command.Change {
        setting { draft in
            guard draft.value.rules.indices.contains(draft.current) else { return }
            change(&draft.value.rules[draft.current])
        }
    }

    /// Changes the map that the mode is about.
    private static func setting(_ change: @escaping (inout SkinnyMapDraft) -> Void) -> Command.Change {
        { reading in
            guard case .block(let block) = reading.mode, var draft = reading.draft.skinnyMaps[block.name] else {
                return
            }
            change(&draft)
            reading.draft.skinnyMaps[block.name] = draft
        }
    }
}

/// `policy-map type inspect skinny`.
struct SkinnyMapDraft {
    var name: Located<String>
    var value: SkinnyInspectionMap
    /// The rule whose actions are being read.
    var current = 0

    init(name: Located<String>) {
        self.name = name
        value = SkinnyInspectionMap(name: name.value)
    }
}
