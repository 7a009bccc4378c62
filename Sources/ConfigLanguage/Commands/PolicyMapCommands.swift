/// `policy-map NAME` with its classes, and `service-policy`.
enum PolicyMapCommands {
    static let classDefault = "class-default"

    static func policyMap(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("policy-map name", limit: 40)
        let (line, isNegated) = (words.line, words.isNegated)
        return { reading throws(Problem) in
            if isNegated { return try remove(name, &reading) }
            if reading.draft.policies.policyMaps[name.value] == nil {
                try Limit.check(
                    reading.draft.policies.policyMaps.count, below: Limit.policyMaps, "policy-maps", at: name.site)
                reading.draft.policies.policyMaps[name.value] = PolicyDraft.Policy(name: name, classes: [])
            }
            reading.enter(.policyMap(name.value), at: line)
        }
    }

    private static func remove(_ name: Located<String>, _ reading: inout Reading) throws(Problem) {
        guard reading.draft.policies.policyMaps[name.value] != nil else {
            return reading.warnNothingToRemove("policy-map", at: name.site)
        }
        guard !reading.draft.policies.services.contains(where: { $0.policyMap == name }) else {
            throw Problem(site: name.site, message: "policy-map '\(name.value)' is used by a service-policy")
        }
        reading.draft.policies.policyMaps[name.value] = nil
    }

    /// `class NAME`, under a policy-map.
    static func classEntry(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("class-map name", limit: 40)
        let (line, isNegated) = (words.line, words.isNegated)
        return { reading throws(Problem) in
            guard case .policyMap(let map) = reading.mode, var policy = reading.draft.policies.policyMaps[map] else {
                return
            }
            var index = policy.classes.firstIndex { $0.classMap == name }
            if isNegated {
                guard let index else { return reading.warnNothingToRemove("class", at: name.site) }
                policy.classes.remove(at: index)
                reading.draft.policies.policyMaps[map] = policy
                return
            }
            if index == nil {
                try Limit.check(policy.classes.count, below: Limit.classes, "classes", at: name.site)
                policy.insert(PolicyDraft.Class(classMap: name, inspections: []))
                index = policy.classes.firstIndex { $0.classMap == name }
            }
            reading.draft.policies.policyMaps[map] = policy
            reading.enter(.policyClass(policyMap: map, index: index ?? 0), at: line)
        }
    }

    // MARK: service-policy

    /// `service-policy NAME {global | interface IFC} [fail-close]`.
    static func servicePolicy(_ words: inout Words) throws(Problem) -> Command.Change {
        var service = PolicyDraft.Service(policyMap: try words.name("policy-map name", limit: 40))
        if try words.keyword(["global", "interface"]) == "interface" {
            service.interface = try words.name("interface name")
        }
        let option = words.site
        if try words.skip("fail-close") { words.warn("'fail-close' has no effect on this box", at: option) }
        let (read, isNegated, site) = (service, words.isNegated, words.readSite)
        return { reading throws(Problem) in
            let same = reading.draft.policies.services.firstIndex { $0.interface == read.interface }
            if isNegated {
                guard let same, reading.draft.policies.services[same].policyMap == read.policyMap else {
                    return reading.warnNothingToRemove("service-policy", at: site)
                }
                reading.draft.policies.services.remove(at: same)
                return
            }
            try add(read, over: same, &reading)
        }
    }

    /// One policy is global, and one is on each interface; only the built-in one gives way.
    private static func add(
        _ service: PolicyDraft.Service, over index: Int?, _ reading: inout Reading
    ) throws(Problem) {
        guard let index else {
            try Limit.check(
                reading.draft.policies.services.count, below: Limit.servicePolicies, "service-policies",
                at: service.policyMap.site)
            reading.draft.policies.services.append(service)
            return
        }
        let taken = reading.draft.policies.services[index]
        guard taken.isBuiltIn || taken.policyMap == service.policyMap else {
            let place = service.interface.map { "interface '\($0.value)'" } ?? "global"
            throw Problem(
                site: service.policyMap.site,
                message: "policy-map '\(taken.policyMap.value)' is the service policy there already (\(place))")
        }
        reading.draft.policies.services[index] = service
    }
}

extension PolicyDraft.Policy {
    /// class-default takes what no other class took, so it stays last.
    fileprivate mutating func insert(_ entry: PolicyDraft.Class) {
        let hasDefault = classes.last?.classMap.value == PolicyMapCommands.classDefault
        classes.insert(entry, at: hasDefault ? classes.count - 1 : classes.count)
    }
}
