import Wire

extension Resolver {
    mutating func resolveAccessLists() {
        for (name, list) in draft.accessLists.sorted(by: { $0.key < $1.key }) {
            var resolved = AccessList(name: name)
            for case .entry(let entry) in list.items {
                if let entry = accessEntry(entry) { resolved.entries.append(entry) }
            }
            configuration.accessLists[name] = resolved
        }
    }

    private mutating func accessEntry(_ entry: AccessEntryDraft) -> AccessEntry? {
        let rule = entry.rule
        // Both are looked at before either is missed, so that both are reported.
        let addresses = (match(rule.source), match(rule.destination))
        guard case (let source?, let destination?) = addresses else { return nil }
        return AccessEntry(
            action: rule.action, transport: rule.transport, source: source, sourcePorts: rule.sourcePorts,
            destination: destination, destinationPorts: rule.destinationPorts, icmpType: rule.icmpType,
            logs: entry.logs, isInactive: entry.isInactive, text: entry.text)
    }

    private mutating func match(_ address: AccessRule.Address) -> AddressMatch? {
        switch address {
        case .match(let match): return match
        case .object(let name): return object(name).map(AddressMatch.range)
        case .interface(let name):
            guard let interface = interface(name) else { return nil }
            guard let own = interface.address ?? interface.address6 else {
                log.report(.error, at: name.site, "interface '\(name.value.printable)' has no address")
                return nil
            }
            return .range(AddressRange(host: own))
        }
    }

    mutating func resolveAccessGroups() {
        for group in draft.accessGroups {
            let isList = hasAccessList(group.list)
            let isInterface = group.interface.map { interface($0) != nil } ?? true
            guard isList, isInterface else { continue }
            configuration.accessGroups.append(
                AccessGroup(
                    list: group.list.value, direction: group.direction, interface: group.interface?.value))
        }
    }

    mutating func resolveCaptures() {
        for capture in draft.captures {
            var definition = capture.definition
            for name in capture.interfaces where interface(name) != nil { definition.interfaces.append(name.value) }
            if let list = capture.accessList, hasAccessList(list) { definition.accessList = list.value }
            if let reason = capture.reason, let dropReasons, !dropReasons.contains(reason.value) {
                reportUnknown("drop reason", reason, among: dropReasons)
            }
            if definition.includesKeys, definition.kind != .tlsProxy {
                log.report(
                    .warning, at: capture.name.site, "'include keys' means nothing to other captures than these",
                    expected: ["type tls-proxy"])
            }
            configuration.captures.append(definition)
        }
    }
}
