import Wire

/// Of the commands that are not yet acted upon: whether what they name exists, and whether they fit together.
extension Resolver {
    mutating func checkStatements() {
        for statement in draft.statements.values.joined() {
            for use in statement.names.uses { check(use) }
            // What stands in a block goes with the block's own line.
            if case .block = statement.key.mode { continue }
            log.report(.notInForce, at: statement.site, statement.key.command.joined(separator: " "))
        }
        checkMediaTerminations()
    }

    /// Reports a name that nothing defines. Cisco's own listings define `cucm` and use `cucm_server`, or `my_proxy` and
    /// use `mytls`: what can only mean one thing is warned of.
    mutating func check(_ use: Reference) {
        switch use.kind {
        case .interface: _ = interface(use.name)
        case .accessList: _ = hasAccessList(use.name)
        default:
            let known = defined(use.kind)
            guard !known.contains(use.name.value) else { return }
            let kin = known.filter { $0.hasPrefix(use.name.value) || use.name.value.hasPrefix($0) }
            let own = known.filter { !$0.hasPrefix("_internal_") }
            if let meant = kin.count == 1 ? kin.first : use.kind != .trustpoint && own.count == 1 ? own.first : nil {
                log.report(
                    .warning, at: use.name.site,
                    "there is no \(use.kind.rawValue) '\(use.name.value.printable)'; "
                        + "taken for '\(meant.printable)'")
            } else {
                reportUnknown(use.kind.rawValue, use.name, among: known)
            }
        }
    }

    /// The names that the file defines, and those that the box itself makes of them.
    private func defined(_ kind: DefinitionKind) -> [String] {
        let names = draft.statements.values.joined().compactMap(\.names.definition)
        let own = names.filter { $0.kind == kind }.map(\.name.value)
        guard kind == .trustpoint else { return own }
        let internals = names.filter { $0.kind == .ctlFile }.flatMap { ctl in
            ["_internal_PP_\(ctl.name.value)"] + (0..<5).map { "_internal_\(ctl.name.value)_SAST_\($0)" }
        }
        return own + internals + ["LOCAL-CA-SERVER"]
    }

    /// Media-termination addresses are one for all interfaces, or one for each.
    private mutating func checkMediaTerminations() {
        for (key, statements) in draft.statements where key.command == ["address"] {
            guard case .block(let block) = key.mode, block.kind == .mediaTermination else { continue }
            var interfaces: [String: Site] = [:]
            let isGlobal = statements[0].names.uses.isEmpty
            for statement in statements {
                let interface = statement.names.uses.first?.name.value
                if (interface == nil) != isGlobal {
                    log.report(
                        .error, at: statement.site,
                        "an address for all interfaces excludes addresses of single ones (line \(statements[0].site.line))"
                    )
                }
                if let first = interfaces[interface ?? ""] {
                    log.report(
                        .error, at: statement.site,
                        "a second media-termination address for the same interface (line \(first.line))")
                }
                interfaces[interface ?? ""] = statement.site
            }
        }
    }
}
