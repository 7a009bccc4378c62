import Wire

/// `access-list`: extended entries and remarks.
enum AccessListCommands {
    private enum Start: String, CaseIterable {
        case line, remark, extended, permit, deny
        // Other kinds of list: known, so that `e` is as ambiguous as on the ASA.
        case standard, webtype, ethertype
    }

    static func accessList(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("access-list name")
        try words.refuse("standard", "webtype", "ethertype")
        var start = try words.keyword(Start.self)
        var position: Int?
        if start == .line {
            position = try words.number(in: 1...Int(Int32.max)) - 1
            start = try words.keyword(Start.self)
        }
        switch start {
        case .remark:
            let text = try words.rest()
            return words.isNegated ? removeRemark(text, from: name) : add(.remark(text), to: name, at: position)
        case .extended:
            guard let action = try words.optionalKeyword(AccessEntry.Action.self) else { throw words.unexpected() }
            return try entry(action, name, position, &words)
        case .permit: return try entry(.permit, name, position, &words)
        case .deny: return try entry(.deny, name, position, &words)
        case .line, .standard, .webtype, .ethertype: throw words.unexpected()
        }
    }

    private static func entry(
        _ action: AccessEntry.Action, _ name: Located<String>, _ position: Int?, _ words: inout Words
    ) throws(Problem) -> Command.Change {
        // `line` is where the entry goes, not a part of it.
        let read = words.spelled.count
        let rule = try words.accessRule(action)
        let logs = try words.skip("log") ? logging(&words) : false
        try words.refuse("time-range", "user", "security-group")
        let isInactive = try words.skip("inactive")
        let text =
            "access-list \(name.value) extended \(action.rawValue) "
            + words.spelled[read...].joined(separator: " ")
        let entry = AccessEntryDraft(rule: rule, logs: logs, isInactive: isInactive, text: text)
        if words.isNegated { return remove(rule, from: name, at: words.readSite) }
        return add(.entry(entry), to: name, at: position, site: words.readSite)
    }

    /// `log [LEVEL] [interval SECONDS]`, `log default`, or `log disable`: whether matches are logged.
    private static func logging(_ words: inout Words) throws(Problem) -> Bool {
        if let keyword = try words.optionalKeyword(["disable", "default"], besides: LoggingLevel.names) {
            return keyword == "default"
        }
        _ = try words.optionalLoggingLevel()
        if try words.skip("interval") { _ = try words.number(in: 1...600) }
        return true
    }

    // MARK: Changes

    private static func add(
        _ item: AccessListDraft.Item, to name: Located<String>, at position: Int?, site: Site? = nil
    ) -> Command.Change {
        { reading throws(Problem) in
            var list = reading.draft.accessLists[name.value] ?? AccessListDraft(name: name)
            // Given back below: the list's items must not be copied for each of them.
            reading.draft.accessLists[name.value] = nil
            defer { reading.draft.accessLists[name.value] = list }
            if case .entry(let entry) = item {
                try Limit.check(
                    reading.draft.accessEntryCount, below: Limit.accessEntries, "access entries", at: name.site)
                guard list.rules.insert(entry.rule).inserted else {
                    return reading.log.report(
                        .warning, at: site ?? name.site, "the same entry stands in '\(name.value)' already")
                }
                reading.draft.accessEntryCount += 1
            }
            list.items.insert(item, at: min(position ?? list.items.count, list.items.count))
        }
    }

    private static func remove(_ rule: AccessRule, from name: Located<String>, at site: Site) -> Command.Change {
        { reading in
            guard reading.draft.accessLists[name.value]?.rules.remove(rule) != nil else {
                return reading.warnNothingToRemove("entry", at: site)
            }
            reading.draft.accessEntryCount -= 1
            reading.removeItem(of: name.value) { item in
                if case .entry(let entry) = item { return entry.rule == rule }
                return false
            }
        }
    }

    private static func removeRemark(_ text: String, from name: Located<String>) -> Command.Change {
        { reading in
            let isRemoved = reading.removeItem(of: name.value) { item in
                if case .remark(let remark) = item { return remark == text }
                return false
            }
            if !isRemoved { reading.warnNothingToRemove("remark", at: name.site) }
        }
    }
}

extension Reading {
    /// Removes the first item that fits; a list without items is no more.
    @discardableResult
    fileprivate mutating func removeItem(of name: String, where fits: (AccessListDraft.Item) -> Bool) -> Bool {
        guard let index = draft.accessLists[name]?.items.firstIndex(where: fits) else { return false }
        draft.accessLists[name]?.items.remove(at: index)
        if draft.accessLists[name]?.items.isEmpty ?? false { draft.accessLists[name] = nil }
        return true
    }
}

/// `access-group`: where an access list applies.
enum AccessGroupCommands {
    static func accessGroup(_ words: inout Words) throws(Problem) -> Command.Change {
        let list = try words.name("access-list name")
        var group = AccessGroupDraft(list: list, direction: .inbound, interface: nil)
        let place = try words.keyword(["in", "out", "global"])
        if place != "global" {
            group.direction = place == "in" ? .inbound : .outbound
            try words.expect("interface")
            group.interface = try words.name("interface name")
        }
        try words.refuse("per-user-override", "control-plane")
        return Self.change(group, isNegated: words.isNegated, at: words.readSite)
    }

    private static func change(_ group: AccessGroupDraft, isNegated: Bool, at site: Site) -> Command.Change {
        { reading throws(Problem) in
            let same = reading.draft.accessGroups.firstIndex(of: group)
            if isNegated {
                guard let same else { return reading.warnNothingToRemove("access-group", at: site) }
                reading.draft.accessGroups.remove(at: same)
                return
            }
            guard same == nil else { return }
            let taken = reading.draft.accessGroups.first {
                $0.direction == group.direction && $0.interface == group.interface
            }
            if let taken {
                throw Problem(
                    site: group.list.site,
                    message: "access list '\(taken.list.value)' is applied there already (line \(taken.list.site.line))"
                )
            }
            try Limit.check(
                reading.draft.accessGroups.count, below: Limit.accessGroups, "access-groups", at: site)
            reading.draft.accessGroups.append(group)
        }
    }
}
