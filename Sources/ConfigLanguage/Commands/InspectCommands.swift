/// `inspect PROTOCOL …`, under a class of a policy-map.
enum InspectCommands {
    /// What the ASA also inspects.
    private static let others = [
        "ctiqbe", "dcerpc", "diameter", "dns", "esmtp", "ftp", "gtp", "h323", "http", "icmp", "ils", "im",
        "ip-options", "ipsec-pass-thru", "ipv6", "lisp", "m3ua", "mgcp", "mmp", "netbios", "pptp", "radius-accounting",
        "rsh", "rtsp", "scansafe", "snmp", "sqlnet", "sunrpc", "waas", "xdmcp",
    ]

    static func inspect(_ words: inout Words) throws(Problem) -> Command.Change {
        let first = words.site
        let known = InspectionProtocol.allCases.map(\.rawValue)
        let keyword = try words.keyword(known + others)
        guard let engine = InspectionProtocol(rawValue: keyword) else {
            if !words.isNegated { words.warn("\(keyword) is not inspected by this box", at: words.site(from: first)) }
            words.skipRest()
            let isNegated = words.isNegated
            return { $0.claimClass(asListing: !isNegated) }
        }
        var inspection = PolicyDraft.Inspection(value: PolicyMap.Inspection(engine: engine), uses: [], site: first)
        if engine != .tftp { try options(of: &inspection, &words) }
        inspection.site = words.site(from: first)
        return words.isNegated ? removal(inspection) : addition(inspection)
    }

    /// `[MAP] [tls-proxy NAME] [phone-proxy NAME]`.
    private static func options(of inspection: inout PolicyDraft.Inspection, _ words: inout Words) throws(Problem) {
        var mayBeMap = true
        while !words.isAtEnd {
            try words.refuse("uc-ime")
            switch try words.optionalKeyword(["tls-proxy", "phone-proxy"]) {
            case "phone-proxy":
                let name = try words.name("phone-proxy name", limit: 64)
                inspection.value.phoneProxy = name.value
                inspection.uses.append(Reference(kind: .phoneProxy, name: name))
            case .some:
                let name = try words.name("tls-proxy name", limit: 64)
                inspection.value.tlsProxy = name.value
                inspection.uses.append(Reference(kind: .tlsProxy, name: name))
            case nil:
                guard mayBeMap else { throw words.unexpected() }
                let map = try words.name("policy-map name", limit: 40)
                inspection.value.policy = map.value
                let kind: DefinitionKind = inspection.value.engine == .sip ? .sipInspectionMap : .inspectionMap
                inspection.uses.append(Reference(kind: kind, name: map))
            }
            mayBeMap = false
        }
    }

    // MARK: Changes

    private static func addition(_ inspection: PolicyDraft.Inspection) -> Command.Change {
        { reading throws(Problem) in
            reading.claimClass(asListing: true)
            if let taken = reading.inspection(of: inspection.value.engine), taken.value != inspection.value {
                throw Problem(
                    site: inspection.site,
                    message: "\(inspection.value.engine.rawValue) is inspected here already (line \(taken.site.line)): "
                        + "remove that first")
            }
            reading.changeClass { entry in
                entry.inspections.removeAll { $0.value == inspection.value }
                entry.inspections.append(inspection)
            }
        }
    }

    private static func removal(_ inspection: PolicyDraft.Inspection) -> Command.Change {
        { reading in
            reading.claimClass(asListing: false)
            guard reading.inspection(of: inspection.value.engine) != nil else {
                return reading.warnNothingToRemove("inspection", at: inspection.site)
            }
            reading.changeClass { $0.inspections.removeAll { $0.value.engine == inspection.value.engine } }
        }
    }
}

extension Reading {
    /// The class that the mode is about.
    private var policyClass: PolicyDraft.Class? {
        guard case .policyClass(let map, let index) = mode, let policy = draft.policies.policyMaps[map],
            policy.classes.indices.contains(index)
        else { return nil }
        return policy.classes[index]
    }

    fileprivate func inspection(of engine: InspectionProtocol) -> PolicyDraft.Inspection? {
        policyClass?.inspections.first { $0.value.engine == engine }
    }

    fileprivate mutating func changeClass(_ change: (inout PolicyDraft.Class) -> Void) {
        guard case .policyClass(let map, let index) = mode, policyClass != nil else { return }
        if var policy = draft.policies.policyMaps[map] {
            change(&policy.classes[index])
            draft.policies.policyMaps[map] = policy
        }
    }

    /// The first word about the factory's class makes it the file's own: an `inspect` begins a listing, which replaces
    /// what the factory listed, and a `no inspect` changes it.
    fileprivate mutating func claimClass(asListing: Bool) {
        guard policyClass?.isBuiltIn ?? false else { return }
        changeClass { entry in
            entry.isBuiltIn = false
            if asListing { entry.inspections = [] }
        }
    }
}
