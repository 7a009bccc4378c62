/// `policy-map type inspect sip NAME` with its rules, and `class-map type inspect sip NAME`.
enum SIPMapCommands {
    static func map(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("policy-map name", limit: 40)
        let (line, isNegated) = (words.line, words.isNegated)
        return { reading throws(Problem) in
            let isThere = reading.draft.sip.maps[name.value] != nil
            if isNegated {
                if !isThere { reading.warnNothingToRemove("policy-map", at: name.site) }
                reading.draft.sip.maps[name.value] = nil
                return
            }
            if !isThere {
                try Limit.check(
                    reading.draft.sip.maps.count, below: Limit.sipMaps, "SIP inspection maps", at: name.site)
                reading.draft.sip.maps[name.value] = SIPMapDraft(name: name)
            }
            reading.enter(.block(Block(kind: .sipMap, name: name.value)), at: line)
        }
    }

    static func classMap(_ words: inout Words) throws(Problem) -> Command.Change {
        let combination =
            try words.next.map { $0.text.utf8.count > 6 } ?? false
            ? words.optionalKeyword(["match-all", "match-any"]) : nil
        let name = try words.name("class-map name", limit: 40)
        let (line, isNegated) = (words.line, words.isNegated)
        return { reading throws(Problem) in
            let known = reading.draft.sip.classMaps[name.value]
            if isNegated {
                if known == nil { reading.warnNothingToRemove("class-map", at: name.site) }
                reading.draft.sip.classMaps[name.value] = nil
                return
            }
            if known == nil {
                try Limit.check(
                    reading.draft.sip.classMaps.count, below: Limit.inspectionClassMaps, "class-maps", at: name.site)
            }
            var draft = known ?? SIPClassMapDraft(name: name)
            if let combination { draft.matchesAll = combination == "match-all" }
            reading.draft.sip.classMaps[name.value] = draft
            reading.enter(.block(Block(kind: .sipClassMap, name: name.value)), at: line)
        }
    }

    /// `match [not] …`, under a class-map.
    static func classMatch(_ words: inout Words) throws(Problem) -> Command.Change {
        let first = words.site
        let match = try words.sipMatch()
        let located = Located(match, at: words.site(from: first))
        let isNegated = words.isNegated
        return { reading throws(Problem) in
            guard case .block(let block) = reading.mode, var draft = reading.draft.sip.classMaps[block.name] else {
                return
            }
            let index = draft.matches.firstIndex(of: located)
            if isNegated {
                guard let index else { return reading.warnNothingToRemove("match", at: located.site) }
                draft.matches.remove(at: index)
            } else if index == nil {
                try Limit.check(draft.matches.count, below: Limit.matches, "matches", at: located.site)
                draft.matches.append(located)
            }
            reading.draft.sip.classMaps[block.name] = draft
        }
    }

    // MARK: Rules

    static func parameters(_ words: inout Words) throws(Problem) -> Command.Change {
        let line = words.line
        guard !words.isNegated else {
            return setting { $0.value = SIPInspectionMap(name: $0.name.value) }
        }
        return { reading in
            guard case .block(let block) = reading.mode else { return }
            reading.enter(.block(Block(kind: .sipParameters, name: block.name)), at: line)
        }
    }

    /// `match [not] …`, under a map.
    static func match(_ words: inout Words) throws(Problem) -> Command.Change {
        let match = try words.sipMatch()
        return rule(.match(match), words)
    }

    /// `class NAME`, under a map.
    static func classEntry(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("class-map name", limit: 40)
        return rule(.classMap(name), words)
    }

    private static func rule(_ condition: SIPMapDraft.Rule.Condition, _ words: Words) -> Command.Change {
        let (line, isNegated, site) = (words.line, words.isNegated, words.readSite)
        return { reading throws(Problem) in
            guard case .block(let block) = reading.mode, var draft = reading.draft.sip.maps[block.name] else { return }
            var index = draft.rules.firstIndex { $0.condition == condition }
            if isNegated {
                guard let index else { return reading.warnNothingToRemove("match", at: site) }
                draft.rules.remove(at: index)
                reading.draft.sip.maps[block.name] = draft
                return
            }
            if index == nil {
                try Limit.check(draft.rules.count, below: Limit.sipRules, "rules", at: site)
                index = draft.rules.count
                draft.rules.append(SIPMapDraft.Rule(condition: condition, site: site))
            }
            draft.current = index ?? 0
            reading.draft.sip.maps[block.name] = draft
            reading.enter(.block(Block(kind: .sipActions, name: block.name)), at: line)
        }
    }

    /// Changes the map that the mode is about.
    static func setting(_ change: @escaping (inout SIPMapDraft) -> Void) -> Command.Change {
        { reading in
            guard case .block(let block) = reading.mode, var draft = reading.draft.sip.maps[block.name] else { return }
            change(&draft)
            reading.draft.sip.maps[block.name] = draft
        }
    }
}

extension Words {
    /// `[not]` and what a message is looked at for.
    fileprivate mutating func sipMatch() throws(Problem) -> SIPMatchDraft {
        let isInverted = try skip("not")
        let fields = SIPMatchDraft.Field.allCases.map(\.rawValue).filter { !$0.contains(" ") }
        let keyword = try keyword((fields + ["content", "request-method", "uri"]).sorted())
        if let field = SIPMatchDraft.Field(rawValue: keyword) {
            return SIPMatchDraft(isInverted: isInverted, criterion: .text(field, try pattern()))
        }
        let criterion: SIPMatchDraft.Criterion
        switch keyword {
        case "content": criterion = try contentCriterion()
        case "uri":
            let scheme = try self.keyword(SIPInspectionMap.Scheme.self)
            try expect("length")
            criterion = .uriLength(scheme, try length())
        default: criterion = .requestMethod(try self.keyword(SIPInspectionMap.Method.self))
        }
        return SIPMatchDraft(isInverted: isInverted, criterion: criterion)
    }

    private mutating func contentCriterion() throws(Problem) -> SIPMatchDraft.Criterion {
        if try keyword(["length", "type"]) == "length" { return .contentLength(try length()) }
        if try skip("sdp") { return .contentTypeSDP }
        return .text(.contentType, try pattern())
    }

    private mutating func length() throws(Problem) -> Int {
        try expect("gt")
        return try number(in: 0...65536)
    }

    /// `regex NAME`, or `regex class NAME`.
    private mutating func pattern() throws(Problem) -> SIPMatchDraft.PatternUse {
        try expect("regex")
        // A class may be called anything but `class`.
        let isClass = next?.text == "class" ? try skip("class") : false
        return SIPMatchDraft.PatternUse(name: try name("regex name", limit: 40), isClass: isClass)
    }
}
