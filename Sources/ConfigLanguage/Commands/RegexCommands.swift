/// `regex NAME PATTERN`, and `class-map type regex match-any NAME`.
enum RegexCommands {
    static func regex(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("regex name", limit: 40)
        if words.isNegated {
            words.skipRest()
            return { reading in
                guard reading.draft.sip.expressions[name.value] != nil else {
                    return reading.warnNothingToRemove("regex", at: name.site)
                }
                reading.draft.sip.expressions[name.value] = nil
            }
        }
        let site = words.site
        let pattern = try words.rest("regular expression")
        let expression: RegularExpression
        do throws(RegularExpression.Fault) {
            expression = try RegularExpression(pattern)
        } catch {
            let start = site.range.lowerBound + min(error.offset, pattern.utf8.count)
            throw Problem(
                site: Site(line: site.line, range: start..<max(start, site.range.lowerBound + pattern.utf8.count)),
                message: error.message)
        }
        return { reading throws(Problem) in
            if reading.draft.sip.expressions[name.value] == nil {
                try Limit.check(
                    reading.draft.sip.expressions.count, below: Limit.regularExpressions, "regular expressions",
                    at: name.site)
            }
            reading.draft.sip.expressions[name.value] = expression
        }
    }

    static func classMap(_ words: inout Words) throws(Problem) -> Command.Change {
        // `match-any` is all there is, and may be left out.
        if words.next.map({ $0.text.utf8.count > 6 }) ?? false { _ = try words.skip("match-any") }
        let name = try words.name("class-map name", limit: 40)
        let (line, isNegated) = (words.line, words.isNegated)
        return { reading throws(Problem) in
            let isThere = reading.draft.sip.expressionClasses[name.value] != nil
            if isNegated {
                if !isThere { reading.warnNothingToRemove("class-map", at: name.site) }
                reading.draft.sip.expressionClasses[name.value] = nil
                return
            }
            if !isThere {
                try Limit.check(
                    reading.draft.sip.expressionClasses.count, below: Limit.inspectionClassMaps, "class-maps",
                    at: name.site)
                reading.draft.sip.expressionClasses[name.value] = RegexClassDraft(name: name)
            }
            reading.enter(.block(Block(kind: .regexClassMap, name: name.value)), at: line)
        }
    }

    /// `match regex NAME`.
    static func match(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("regex name", limit: 40)
        let isNegated = words.isNegated
        return { reading throws(Problem) in
            guard case .block(let block) = reading.mode, var draft = reading.draft.sip.expressionClasses[block.name]
            else { return }
            let index = draft.members.firstIndex(of: name)
            if isNegated {
                guard let index else { return reading.warnNothingToRemove("match", at: name.site) }
                draft.members.remove(at: index)
            } else if index == nil {
                try Limit.check(draft.members.count, below: Limit.matches, "matches", at: name.site)
                draft.members.append(name)
            }
            reading.draft.sip.expressionClasses[block.name] = draft
        }
    }
}
