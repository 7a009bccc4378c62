/// SIP inspection maps: the class-maps and expressions that their rules name.
extension Resolver {
    mutating func resolveSIPMaps() {
        configuration.regularExpressions = draft.sip.expressions
        for (name, members) in draft.sip.expressionClasses.sorted(by: { $0.key < $1.key }) {
            for member in members.members where draft.sip.expressions[member.value] == nil {
                reportUnknown("regex", member, among: draft.sip.expressions.keys)
            }
            configuration.regexClasses[name] = members.members.map(\.value).filter { draft.sip.expressions[$0] != nil }
        }
        for (name, classMap) in draft.sip.classMaps.sorted(by: { $0.key < $1.key }) {
            configuration.sipClassMaps[name] = SIPInspectionMap.ClassMap(
                name: name, matches: matches(classMap.matches.map(\.value)), matchesAll: classMap.matchesAll)
        }
        for (name, draft) in draft.sip.maps.sorted(by: { $0.key < $1.key }) {
            var map = draft.value
            for rule in draft.rules {
                if let resolved = self.rule(rule) { map.rules.append(resolved) }
            }
            configuration.sipInspectionMaps[name] = map
        }
    }

    private mutating func rule(_ rule: SIPMapDraft.Rule) -> SIPInspectionMap.Rule? {
        if rule.action == nil, !rule.logs {
            log.report(
                .warning, at: rule.site, "nothing is done with what matches here",
                expected: ["drop", "drop-connection", "log", "mask", "rate-limit", "reset"])
        }
        switch rule.condition {
        case .match(let match):
            guard let found = self.match(match) else { return nil }
            return SIPInspectionMap.Rule(matches: [found], action: rule.action, logs: rule.logs)
        case .classMap(let name):
            guard let classMap = configuration.sipClassMaps[name.value] else {
                reportUnknown("class-map of type inspect sip", name, among: draft.sip.classMaps.keys)
                return nil
            }
            return SIPInspectionMap.Rule(
                classMap: name.value, matches: classMap.matches, matchesAll: classMap.matchesAll, action: rule.action,
                logs: rule.logs)
        }
    }

    private mutating func matches(_ drafts: [SIPMatchDraft]) -> [SIPInspectionMap.Match] {
        var found: [SIPInspectionMap.Match] = []
        for draft in drafts {
            if let match = match(draft) { found.append(match) }
        }
        return found
    }

    private mutating func match(_ draft: SIPMatchDraft) -> SIPInspectionMap.Match? {
        guard let criterion = criterion(draft.criterion) else { return nil }
        return SIPInspectionMap.Match(criterion, isInverted: draft.isInverted)
    }

    private mutating func criterion(_ draft: SIPMatchDraft.Criterion) -> SIPInspectionMap.Criterion? {
        switch draft {
        case .contentLength(let bytes): return .contentLength(over: bytes)
        case .contentTypeSDP: return .contentTypeSDP
        case .requestMethod(let method): return .requestMethod(method)
        case .uriLength(let scheme, let bytes): return .uriLength(scheme, over: bytes)
        case .text(let field, let use):
            guard let pattern = pattern(use) else { return nil }
            switch field {
            case .calledParty: return .calledParty(pattern)
            case .callingParty: return .callingParty(pattern)
            case .contentType: return .contentType(pattern)
            case .instantMessageSubscriber: return .instantMessageSubscriber(pattern)
            case .messagePath: return .messagePath(pattern)
            case .thirdPartyRegistration: return .thirdPartyRegistration(pattern)
            }
        }
    }

    private mutating func pattern(_ use: SIPMatchDraft.PatternUse) -> SIPInspectionMap.TextPattern? {
        let name = use.name
        guard use.isClass else {
            guard let expression = draft.sip.expressions[name.value] else {
                reportUnknown("regex", name, among: draft.sip.expressions.keys)
                return nil
            }
            return SIPInspectionMap.TextPattern(name: name.value, expressions: [expression])
        }
        guard let members = draft.sip.expressionClasses[name.value] else {
            reportUnknown("class-map of type regex", name, among: draft.sip.expressionClasses.keys)
            return nil
        }
        return SIPInspectionMap.TextPattern(
            name: name.value, isClass: true,
            expressions: members.members.compactMap { draft.sip.expressions[$0.value] })
    }
}
