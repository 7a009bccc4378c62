import Wire

/// `class-map NAME` and its `match` lines.
enum ClassMapCommands {
    static func classMap(_ words: inout Words) throws(Problem) -> Command.Change {
        try words.refuse("type")
        let combination =
            try words.next.map { $0.text.utf8.count > 6 } ?? false
            ? words.optionalKeyword(["match-all", "match-any"]) : nil
        let name = try words.name("class-map name", limit: 40)
        guard name.value != PolicyMapCommands.classDefault else {
            throw Problem(site: name.site, message: "class-default is built in")
        }
        let (line, isNegated) = (words.line, words.isNegated)
        return { reading throws(Problem) in
            if isNegated { return try remove(name, &reading) }
            if reading.draft.policies.classMaps[name.value] == nil {
                try Limit.check(
                    reading.draft.policies.classMaps.count, below: Limit.classMaps, "class-maps", at: name.site)
            }
            var matches = reading.draft.policies.classMaps[name.value] ?? PolicyDraft.Matches(name: name)
            if let combination { matches.matchesAll = combination == "match-all" }
            reading.draft.policies.classMaps[name.value] = matches
            reading.enter(.classMap(name.value), at: line)
        }
    }

    private static func remove(_ name: Located<String>, _ reading: inout Reading) throws(Problem) {
        guard reading.draft.policies.classMaps[name.value] != nil else {
            return reading.warnNothingToRemove("class-map", at: name.site)
        }
        let users = reading.draft.policies.policyMaps.values.filter { policy in
            policy.classes.contains { $0.classMap == name }
        }
        if let user = users.min(by: { $0.name.value < $1.name.value }) {
            throw Problem(
                site: name.site, message: "class-map '\(name.value)' is used by policy-map '\(user.name.value)'")
        }
        reading.draft.policies.classMaps[name.value] = nil
    }

    static func match(_ words: inout Words) throws(Problem) -> Command.Change {
        let first = words.site
        let match = try readMatch(&words)
        let located = Located(match, at: words.site(from: first))
        let isNegated = words.isNegated
        return { reading throws(Problem) in
            guard case .classMap(let name) = reading.mode,
                let matches = reading.draft.policies.classMaps[name]?.matches
            else { return }
            let index = matches.firstIndex(of: located)
            if isNegated {
                guard let index else { return reading.warnNothingToRemove("match", at: located.site) }
                reading.draft.policies.classMaps[name]?.matches.remove(at: index)
            } else if index == nil {
                try Limit.check(matches.count, below: Limit.matches, "matches", at: located.site)
                reading.draft.policies.classMaps[name]?.matches.append(located)
            }
        }
    }

    private static func readMatch(_ words: inout Words) throws(Problem) -> ClassMap.Match {
        switch try words.keyword(["any", "port", "access-list", "default-inspection-traffic"]) {
        case "any": return .any
        case "access-list": return .accessList(try words.name("access-list name").value)
        case "port":
            let transport: IPProtocol = try words.keyword(["tcp", "udp"]) == "tcp" ? .tcp : .udp
            return .port(transport, try ports(transport, &words))
        default: return .defaultInspectionTraffic
        }
    }

    private static func ports(_ transport: IPProtocol, _ words: inout Words) throws(Problem) -> PortMatch {
        let relation = try words.optionalKeyword(["eq", "range"])
        let first = words.site
        let low = try words.port(of: transport, in: 1...65535)
        // Cisco's listings also write `match port tcp 2443`.
        guard relation == "range" else { return PortMatch(low, low) }
        let high = try words.port(of: transport, in: 1...65535)
        guard low <= high else {
            throw Problem(
                site: words.site(from: first), message: "the range ends before it begins: \(low) is after \(high)")
        }
        return PortMatch(low, high)
    }
}
