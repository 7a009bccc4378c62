import Wire

extension Resolver {
    mutating func resolvePolicies() {
        for (name, draft) in draft.policies.classMaps.sorted(by: { $0.key < $1.key }) {
            resolveClassMap(name, draft)
        }
        for (name, draft) in draft.policies.policyMaps.sorted(by: { $0.key < $1.key }) {
            configuration.policyMaps[name] = policyMap(name, draft)
        }
        for service in draft.policies.services {
            let isPolicy = draft.policies.policyMaps[service.policyMap.value] != nil
            if !isPolicy {
                reportUnknown("policy-map", service.policyMap, among: draft.policies.policyMaps.keys)
            }
            let isInterface = service.interface.map { interface($0) != nil } ?? true
            guard isPolicy, isInterface else { continue }
            configuration.servicePolicies.append(
                ServicePolicy(policyMap: service.policyMap.value, interface: service.interface?.value))
        }
    }

    private mutating func resolveClassMap(_ name: String, _ draft: PolicyDraft.Matches) {
        for match in draft.matches {
            guard case .accessList(let list) = match.value else { continue }
            // The name is the last word of `match access-list NAME`.
            let end = match.site.range.upperBound
            let site = Site(line: match.site.line, range: max(0, end - list.utf8.count)..<end)
            _ = hasAccessList(Located(list, at: site))
        }
        reportMatchesTogether(draft)
        configuration.classMaps[name] = ClassMap(
            name: name, matches: draft.matches.map(\.value), matchesAll: draft.matchesAll)
    }

    /// As on the ASA: one match, or default-inspection-traffic with one more.
    private mutating func reportMatchesTogether(_ draft: PolicyDraft.Matches) {
        guard draft.matchesAll else { return }
        let others = draft.matches.filter { $0.value != .defaultInspectionTraffic }
        for match in others.dropFirst() {
            log.report(
                .error, at: match.site,
                "class-map '\(draft.name.value.printable)' has a match already (line \(others[0].site.line)); "
                    + "only default-inspection-traffic goes with another", expected: ["match-any"])
        }
    }

    private mutating func policyMap(_ name: String, _ draft: PolicyDraft.Policy) -> PolicyMap {
        var policy = PolicyMap(name: name)
        for entry in draft.classes {
            let map = entry.classMap
            if map.value != PolicyMapCommands.classDefault, self.draft.policies.classMaps[map.value] == nil {
                reportUnknown("class-map", map, among: self.draft.policies.classMaps.keys)
                continue
            }
            for inspection in entry.inspections { check(inspection) }
            policy.classes.append(
                PolicyMap.Class(classMap: map.value, inspections: entry.inspections.map(\.value)))
        }
        return policy
    }

    private mutating func check(_ inspection: PolicyDraft.Inspection) {
        for use in inspection.uses { check(use) }
        // What is built in is in force as far as it goes; a file that asks for more is told.
        guard inspection.site != .builtIn, inspection.value.engine != .tftp else { return }
        let command = "inspect \(inspection.value.engine.rawValue)"
        guard inspection.value.phoneProxy != nil else {
            return log.report(.notInForce, at: inspection.site, command)
        }
        reportMissing("\(command) phone-proxy: secure phones find nobody on its ports", at: inspection.site)
    }
}
