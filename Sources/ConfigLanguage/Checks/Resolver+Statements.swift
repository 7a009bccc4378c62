import Wire

/// Of the commands that are not yet acted upon: whether what they name exists, and whether they fit together.
extension Resolver {
    mutating func checkStatements() {
        for statement in draft.statements.values.joined().sorted(by: { $0.site.line < $1.site.line }) {
            for use in statement.names.uses { check(use) }
            // What stands in a block goes with the block's own line.
            if case .block = statement.key.mode { continue }
            log.report(.notInForce, at: statement.site, statement.key.command.joined(separator: " "))
        }
        checkMediaTerminations()
        checkMixedMode()
    }

    /// For a mixed-mode cluster the TLS proxy stands in for each phone, with a certificate of its own making.
    private mutating func checkMixedMode() {
        for (key, statements) in draft.statements where key.command == ["cluster-mode"] {
            let proxy = draft.statements[Statement.Key(mode: key.mode, command: ["tls-proxy"])]?.first?.names.uses.first
            guard let name = proxy?.name.value, defined[.tlsProxy]?.contains(name) ?? false,
                let mode = statements.first, mode.words.last == "mixed"
            else { continue }
            let block = Mode.block(Block(kind: .tlsProxy, name: name))
            if draft.statements[Statement.Key(mode: block, command: ["client", "ldc", "issuer"])] == nil {
                log.report(
                    .error, at: mode.site, "tls-proxy '\(name.printable)' has no 'client ldc issuer'",
                    expected: ["client ldc issuer"])
            }
        }
    }

    /// Reports a name that nothing defines. Cisco's own listings define `cucm` and use `cucm_server`, or `my_proxy` and
    /// use `mytls`: what can only mean one thing is warned of.
    mutating func check(_ use: Reference) {
        switch use.kind {
        case .interface: _ = interface(use.name)
        case .accessList: _ = hasAccessList(use.name)
        default:
            let known = defined[use.kind] ?? []
            guard !known.contains(use.name.value) else { return }
            if let meant = Self.onlyOne(use, could: known) {
                log.report(
                    .warning, at: use.name.site,
                    "there is no \(use.kind.rawValue) '\(use.name.value.printable)'; "
                        + "taken for '\(meant.printable)'")
            } else {
                reportUnknown(use.kind.rawValue, use.name, among: known.filter { !$0.hasPrefix("_internal_") })
            }
        }
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
        var defined: [DefinitionKind: Set<String>] = [.trustpoint: ["LOCAL-CA-SERVER"]]
        for definition in draft.statements.values.joined().compactMap(\.names.definition) {
            let name = definition.name.value
            defined[definition.kind, default: []].insert(name)
            if definition.kind == .ctlFile {
                defined[.trustpoint, default: []].insert("_internal_PP_\(name)")
                for number in 0..<5 { defined[.trustpoint, default: []].insert("_internal_\(name)_SAST_\(number)") }
            }
        }
        return defined
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
