/// `policy-map type inspect skinny NAME` with its rules, and `class-map type inspect skinny NAME`.
enum SkinnyMapCommands {
    static func map(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("policy-map name", limit: 40)
        let (line, isNegated) = (words.line, words.isNegated)
        return { reading throws(Problem) in
            let isThere = reading.draft.skinny.maps[name.value] != nil
            if isNegated {
                if !isThere { reading.warnNothingToRemove("policy-map", at: name.site) }
                reading.draft.skinny.maps[name.value] = nil
                return
            }
            if !isThere {
                try Limit.check(
                    reading.draft.skinny.maps.count, below: Limit.skinnyMaps, "Skinny inspection maps", at: name.site)
                reading.draft.skinny.maps[name.value] = SkinnyMapDraft(name: name)
            }
            reading.enter(.block(Block(kind: .skinnyMap, name: name.value)), at: line)
        }
    }

    static func classMap(_ words: inout Words) throws(Problem) -> Command.Change {
        let combination =
            try words.next.map { $0.text.utf8.count > 6 } ?? false
            ? words.optionalKeyword(["match-all", "match-any"]) : nil
        let name = try words.name("class-map name", limit: 40)
        let (line, isNegated) = (words.line, words.isNegated)
        return { reading throws(Problem) in
            let known = reading.draft.skinny.classMaps[name.value]
            if isNegated {
                if known == nil { reading.warnNothingToRemove("class-map", at: name.site) }
                reading.draft.skinny.classMaps[name.value] = nil
                return
            }
            if known == nil {
                try Limit.check(
                    reading.draft.skinny.classMaps.count, below: Limit.inspectionClassMaps, "class-maps", at: name.site)
            }
            var classMap = known ?? SkinnyInspectionMap.ClassMap(name: name.value)
            if let combination { classMap.matchesAll = combination == "match-all" }
            reading.draft.skinny.classMaps[name.value] = classMap
            reading.enter(.block(Block(kind: .skinnyClassMap, name: name.value)), at: line)
        }
    }

    /// `match [not] message-id …`, under a class-map.
    static func classMatch(_ words: inout Words) throws(Problem) -> Command.Change {
        let match = try words.skinnyMatch()
        let (isNegated, site) = (words.isNegated, words.readSite)
        return { reading throws(Problem) in
            guard case .block(let block) = reading.mode, var classMap = reading.draft.skinny.classMaps[block.name]
            else { return }
            let index = classMap.matches.firstIndex(of: match)
            if isNegated {
                guard let index else { return reading.warnNothingToRemove("match", at: site) }
                classMap.matches.remove(at: index)
            } else if index == nil {
                try Limit.check(classMap.matches.count, below: Limit.matches, "matches", at: site)
                classMap.matches.append(match)
            }
            reading.draft.skinny.classMaps[block.name] = classMap
        }
    }

    // MARK: Rules

    static func parameters(_ words: inout Words) throws(Problem) -> Command.Change {
        let line = words.line
        guard !words.isNegated else {
            return setting {
                $0.value = SkinnyInspectionMap(name: $0.name.value)
            }
        }
        return { reading in
            guard case .block(let block) = reading.mode else { return }
            reading.enter(.block(Block(kind: .skinnyParameters, name: block.name)), at: line)
        }
    }

    /// `match [not] message-id …`, under a map.
    static func match(_ words: inout Words) throws(Problem) -> Command.Change {
        let match = try words.skinnyMatch()
        return rule(.match(match), words)
    }

    /// `class NAME`, under a map.
    static func classEntry(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("class-map name", limit: 40)
        return rule(.classMap(name), words)
    }

    private static func rule(_ condition: SkinnyMapDraft.Rule.Condition, _ words: Words) -> Command.Change {
        let (line, isNegated, site) = (words.line, words.isNegated, words.readSite)
        return { reading throws(Problem) in
            guard case .block(let block) = reading.mode, var draft = reading.draft.skinny.maps[block.name] else {
                return
            }
            var index = draft.rules.firstIndex { $0.condition.isLike(condition) }
            if isNegated {
                guard let index else { return reading.warnNothingToRemove("match", at: site) }
                draft.rules.remove(at: index)
                reading.draft.skinny.maps[block.name] = draft
                return
            }
            if index == nil {
                try Limit.check(draft.rules.count, below: Limit.sipRules, "rules", at: site)
                index = draft.rules.count
                draft.rules.append(SkinnyMapDraft.Rule(condition: condition))
            }
            draft.current = index ?? 0
            reading.draft.skinny.maps[block.name] = draft
            reading.enter(.block(Block(kind: .skinnyActions, name: block.name)), at: line)
        }
    }

    /// Changes the map that the mode is about.
    static func setting(_ change: @escaping (inout SkinnyMapDraft) -> Void) -> Command.Change {
        { reading in
            guard case .block(let block) = reading.mode, var draft = reading.draft.skinny.maps[block.name] else {
                return
            }
            change(&draft)
            reading.draft.skinny.maps[block.name] = draft
        }
    }
}

extension Words {
    /// `[not] message-id {VALUE | range LOW HIGH}`.
    fileprivate mutating func skinnyMatch() throws(Problem) -> SkinnyInspectionMap.Match {
        let isInverted = try skip("not")
        try expect("message-id")
        let isRange = try skip("range")
        let low = try hexadecimal(in: 0...0xffff)
        let high = isRange ? try hexadecimal(in: low...0xffff) : low
        return SkinnyInspectionMap.Match(messages: low...high, isInverted: isInverted)
    }
}
