import Wire

/// `ctl-file NAME` and what stands under it.
enum CTLFileCommands {
    static func ctlFile(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("ctl-file", limit: 64)
        _ = try words.skip("noconfirm")
        let (line, isNegated) = (words.line, words.isNegated)
        return { reading throws(Problem) in
            let isThere = reading.draft.ctlFiles[name.value] != nil
            if isNegated {
                if !isThere { reading.warnNothingToRemove("ctl-file", at: name.site) }
                reading.draft.ctlFiles[name.value] = nil
                return
            }
            if !isThere {
                try Limit.check(reading.draft.ctlFiles.count, below: Limit.ctlFiles, "ctl-files", at: name.site)
                reading.draft.ctlFiles[name.value] = CTLFileDraft(name: name)
            }
            reading.enter(.block(Block(kind: .ctlFile, name: name.value)), at: line)
        }
    }

    // MARK: record-entry

    /// `record-entry ROLE trustpoint NAME address ADDRESS [domain-name NAME]`.
    static func recordEntry(_ words: inout Words) throws(Problem) -> Command.Change {
        let role = try words.keyword(CTLFileDefinition.Role.self)
        if words.isNegated { return try removal(of: role, &words) }
        try words.expect("trustpoint")
        let trustpoint = try words.name("trustpoint")
        try words.expect("address")
        let addressSite = words.site
        let address = try words.address()
        let domainName = try words.skip("domain-name") ? words.domainName() : nil
        let value = CTLFileDefinition.RecordEntry(
            role: role, trustpoint: trustpoint.value, address: address, domainName: domainName)
        let entry = CTLFileDraft.RecordEntry(
            value: value, trustpoint: trustpoint.site, address: addressSite, site: words.readSite)
        return setting { draft throws(Problem) in try add(entry, to: &draft) }
    }

    private static func add(_ entry: CTLFileDraft.RecordEntry, to draft: inout CTLFileDraft) throws(Problem) {
        guard !draft.entries.contains(where: { $0.value == entry.value }) else { return }
        if entry.value.role == .capf, let first = draft.entries.first(where: { $0.value.role == .capf }) {
            throw Problem(
                site: entry.site, message: "more than 1 of 'record-entry capf' (line \(first.site.line) has the first)")
        }
        try Limit.check(draft.entries.count, below: Limit.recordEntries, "record entries", at: entry.site)
        draft.entries.append(entry)
    }

    /// `no record-entry ROLE …` takes every entry back that it fits as far as it goes.
    private static func removal(
        of role: CTLFileDefinition.Role, _ words: inout Words
    ) throws(Problem) -> Command.Change {
        let trustpoint = try words.skip("trustpoint") ? words.name("trustpoint").value : nil
        let address = try words.skip("address") ? words.address() : nil
        let domainName = try words.skip("domain-name") ? words.domainName() : nil
        let site = words.readSite
        return { reading in
            guard case .block(let block) = reading.mode, var draft = reading.draft.ctlFiles[block.name] else { return }
            let count = draft.entries.count
            draft.entries.removeAll { entry in
                entry.value.role == role && entry.value.trustpoint == trustpoint ?? entry.value.trustpoint
                    && entry.value.address == address ?? entry.value.address
                    && (domainName == nil || entry.value.domainName == domainName)
            }
            if draft.entries.count == count { reading.warnNothingToRemove("record-entry", at: site) }
            reading.draft.ctlFiles[block.name] = draft
        }
    }

    // MARK: Settings

    static func clusterFile(_ words: inout Words) throws(Problem) -> Command.Change {
        let path = try words.isBareNegation ? nil : words.name("file")
        guard !words.isNegated, let path else {
            return setting {
                $0.value.clusterFile = nil
                $0.clusterFile = nil
            }
        }
        // The box's own list goes by this name; it would be overwritten, and then read as the cluster's.
        let last = path.value.split(whereSeparator: { $0 == "/" || $0 == ":" }).last
        guard let last, last.lowercased() != "ctlfile.tlv" else {
            throw Problem(
                site: path.site, message: "'\(path.value.printable)' is no name for an existing list",
                expected: ["a file whose name is not CTLFile.tlv, such as disk0:/old_ctlfile.tlv"])
        }
        return setting {
            $0.value.clusterFile = path.value
            $0.clusterFile = path.site
        }
    }

    static func sast(_ words: inout Words) throws(Problem) -> Command.Change {
        let count = try words.isBareNegation ? nil : words.number(in: 1...5)
        let value = words.isNegated ? nil : count
        return setting { $0.value.sastCount = value ?? CTLFileDefinition(name: "").sastCount }
    }

    /// A command of this box: SHA-512 for phones that know it.
    static func digest(_ words: inout Words) throws(Problem) -> Command.Change {
        let digest = try words.isBareNegation ? nil : words.keyword(["sha1", "sha512"])
        let value = words.isNegated ? nil : digest.flatMap(SignatureDigest.init(rawValue:))
        return setting { $0.value.digest = value ?? CTLFileDefinition(name: "").digest }
    }

    static func shutdown(_ words: inout Words) throws(Problem) -> Command.Change {
        let isShutdown = !words.isNegated
        return setting { $0.value.isShutdown = isShutdown }
    }

    /// Changes the file that the mode is about.
    private static func setting(_ change: @escaping (inout CTLFileDraft) throws(Problem) -> Void) -> Command.Change {
        { reading throws(Problem) in
            guard case .block(let block) = reading.mode, var draft = reading.draft.ctlFiles[block.name] else { return }
            try change(&draft)
            reading.draft.ctlFiles[block.name] = draft
        }
    }
}
