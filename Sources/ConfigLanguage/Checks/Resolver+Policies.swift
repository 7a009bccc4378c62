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
            var inspections: [PolicyMap.Inspection] = []
            for inspection in entry.inspections { inspections.append(resolved(inspection)) }
            policy.classes.append(PolicyMap.Class(classMap: map.value, inspections: inspections))
        }
        return policy
    }

    /// With the names that are meant.
    private mutating func resolved(_ inspection: PolicyDraft.Inspection) -> PolicyMap.Inspection {
        var value = inspection.value
        for use in inspection.uses {
            let name = resolved(use)
            switch use.kind {
            case .phoneProxy: value.phoneProxy = name ?? value.phoneProxy
            case .tlsProxy: value.tlsProxy = name ?? value.tlsProxy
            default: value.policy = name ?? value.policy
            }
        }
        reportNotInForce(inspection)
        return value
    }

    private mutating func reportNotInForce(_ inspection: PolicyDraft.Inspection) {
        // What is built in is in force as far as it goes; a file that asks for more is told.
        guard inspection.site != .builtIn else { return }
        let isForPhones = inspection.value.phoneProxy != nil
        switch inspection.value.engine {
        case .skinny where inspection.value.tlsProxy != nil && !isForPhones:
            reportMissing("inspect skinny tls-proxy without a phone-proxy: nobody answers by TLS", at: inspection.site)
        case .sip where inspection.value.tlsProxy != nil && !isForPhones:
            reportMissing("inspect sip tls-proxy without a phone-proxy: nobody answers by TLS", at: inspection.site)
        case .sip, .skinny, .tftp: break
        }
    }
}
