import Wire

/// Of the commands that are not yet acted upon: whether what they name exists, and whether they fit together.
extension Resolver {
    mutating func checkStatements() {
        for statement in draft.statements.values.joined().sorted(by: { $0.site.line < $1.site.line }) {
            for use in statement.names.uses { check(use) }
            let command = statement.key.command.joined(separator: " ")
            switch statement.ifIgnored {
            case .unsafe: log.report(.notInForce, at: statement.site, command)
            case .missing: reportMissing(command, at: statement.site)
            }
        }
    }

    /// The box runs without it.
    mutating func reportMissing(_ command: String, at site: Site) {
        log.report(.warning, at: site, "read and checked; not acted upon yet: \(command)")
    }

    /// Reports a name that nothing defines. Cisco's own listings define `cucm` and use `cucm_server`, or `my_proxy` and
    /// use `mytls`: what can only mean one thing is warned of.
    mutating func check(_ use: Reference) {
        switch use.kind {
        case .interface: _ = interface(use.name)
        case .accessList: _ = hasAccessList(use.name)
        case .keyPair: checkKeyPair(use.name)
        default: _ = resolved(use)
        }
    }

    /// The name of what is meant by `use`; `nil` if nothing can be, which is reported.
    mutating func resolved(_ use: Reference) -> String? {
        let known = defined[use.kind] ?? []
        if known.contains(use.name.value) { return use.name.value }
        guard let meant = Self.onlyOne(use, could: known) else {
            reportUnknown(use.kind.rawValue, use.name, among: known.filter { !$0.hasPrefix("_internal_") })
            return nil
        }
        log.report(
            .warning, at: use.name.site,
            "there is no \(use.kind.rawValue) '\(use.name.value.printable)'; taken for '\(meant.printable)'")
        return meant
    }

    /// The one name that begins with the unknown one, or that the unknown one begins with; or, except among
    /// trustpoints, the only one there is.
    private static func onlyOne(_ use: Reference, could known: Set<String>) -> String? {
        let kin = known.filter { $0.hasPrefix(use.name.value) || use.name.value.hasPrefix($0) }
        if kin.count == 1 { return kin.first }
        return use.kind != .trustpoint && known.count == 1 ? known.first : nil
    }

    /// The names that the file defines, and those that the box itself makes of them.
    static func definitions(_ draft: Draft) -> [DefinitionKind: Set<String>] {
        var defined: [DefinitionKind: Set<String>] = [:]
        for definition in draft.statements.values.joined().compactMap(\.names.definition) {
            defined[definition.kind, default: []].insert(definition.name.value)
        }
        defined[.trustpoint] = Set(draft.trust.trustpoints.keys).union(["LOCAL-CA-SERVER"])
        defined[.ctlFile] = Set(draft.ctlFiles.keys)
        defined[.tlsProxy] = Set(draft.tlsProxies.keys)
        defined[.mediaTermination] = Set(draft.mediaTermination.map { [$0.name.value] } ?? [])
        defined[.sipInspectionMap] = Set(draft.sip.maps.keys)
        defined[.inspectionMap] = Set(draft.skinny.maps.keys)
        defined[.phoneProxy] = Set(draft.phoneProxy.map { [$0.name.value] } ?? [])
        for file in draft.ctlFiles.values.map(\.value) {
            defined[.trustpoint]?.insert(file.proxyTrustpoint)
            // As many as there may ever be: a list names those that stand by.
            for number in 0..<5 { defined[.trustpoint]?.insert(file.sastTrustpoint(number)) }
        }
        return defined
    }
}
