import Wire

/// CTL files: whether every record entry can have a certificate, and an address that phones see.
extension Resolver {
    mutating func resolveCTLFiles() {
        for (name, file) in draft.ctlFiles.sorted(by: { $0.key < $1.key }) {
            var value = file.value
            for entry in file.entries {
                let use = Reference(
                    kind: .trustpoint, name: Located(entry.value.trustpoint, at: entry.trustpoint))
                guard let trustpoint = resolved(use) else { continue }
                var resolved = entry.value
                resolved.trustpoint = trustpoint
                value.entries.append(resolved)
                checkCertificate(of: trustpoint, at: entry.trustpoint)
                checkAddress(of: entry)
            }
            warnOfDoubles(in: file)
            if value.entries.isEmpty, file.entries.isEmpty, value.clusterFile == nil, !value.isShutdown {
                log.report(
                    .warning, at: file.name.site, "ctl-file '\(name.printable)' names no server for phones to trust",
                    expected: ["record-entry"])
            }
            configuration.ctlFiles[name] = value
        }
        warnOfLongKeys()
    }

    private mutating func warnOfLongKeys() {
        let names = Set(configuration.ctlFiles.values.flatMap(\.entries).map(\.trustpoint))
        let labels = Set(names.map { configuration.trustpoints[$0]?.keyPair ?? $0 })
        for label in labels.sorted() {
            guard let pair = draft.trust.keyPairs[label], pair.declaration.modulus > 2048 else { continue }
            log.report(
                .warning, at: pair.site,
                "phones of the 79xx series take keys of up to 2048 bits, and this one is in their trust list",
                expected: ["1024", "2048"])
        }
    }

    private mutating func checkCertificate(of name: String, at site: Site) {
        // What is not declared is the box's own.
        guard let trustpoint = configuration.trustpoints[name] else { return }
        switch trustpoint.enrollment {
        case .selfSigned:
            if !trustpoint.isEnrolled {
                log.report(
                    .warning, at: site,
                    "trustpoint '\(name.printable)' is not enrolled: its certificate must be in the state directory",
                    expected: ["crypto ca enroll \(name.printable)"])
            }
        case .terminal, nil:
            // With 'authenticate' and no text, that line is warned of.
            let isAuthenticated = draft.trust.authorities.values.contains { $0.trustpoint.value == name }
            guard trustpoint.authority == nil, !isAuthenticated else { return }
            log.report(
                .warning, at: site,
                "trustpoint '\(name.printable)' has no certificate here: it must be in the state directory "
                    + "(phoneproxy crypto ca authenticate \(name.printable) FILE)",
                expected: trustpoint.enrollment == nil
                    ? ["enrollment self", "enrollment terminal"] : ["crypto ca authenticate \(name.printable)"])
        }
    }

    /// Phones connect to mapped addresses; a real one is of use where nothing is translated.
    private mutating func checkAddress(of entry: CTLFileDraft.RecordEntry) {
        let address = entry.value.address
        let isMapped = configuration.translations.contains { $0.mapped.contains(address) }
        let isOwn = configuration.interfaces.contains { $0.address == address || $0.address6 == address }
        guard !isMapped, !isOwn else { return }
        let translation = configuration.translations.first { $0.real.contains(address) }
        let isServer = draft.phoneProxy?.tftpServers.contains { $0.value.address == address } ?? false
        if isServer, translation == nil { return }
        let hint = translation.map { ": it is a real one, which phones see as \($0.mapped(of: address))" } ?? ""
        log.report(
            .warning, at: entry.address,
            "\(address) is neither a mapped address nor that of an interface\(hint)",
            expected: translation.map { ["\($0.mapped(of: address))"] } ?? [])
    }

    /// A phone looks a server up by role and address.
    private mutating func warnOfDoubles(in file: CTLFileDraft) {
        for (index, entry) in file.entries.enumerated() {
            let same = file.entries[..<index].first {
                $0.value.address == entry.value.address && $0.value.role.overlaps(entry.value.role)
            }
            guard let same else { continue }
            log.report(
                .warning, at: entry.site,
                "\(entry.value.address) has a record entry as \(same.value.role.rawValue) already (line "
                    + "\(same.site.line)): phones look at one of them")
        }
    }
}

extension CTLFileDefinition.Role {
    fileprivate func overlaps(_ other: Self) -> Bool {
        self == other || self == .cucmTFTP && other != .capf || other == .cucmTFTP && self != .capf
    }
}

extension StaticTranslation {
    /// What a real address is mapped to.
    fileprivate func mapped(of address: IPAddress) -> IPAddress {
        IPAddress(
            high: mapped.address.high | (address.high ^ real.address.high),
            low: mapped.address.low | (address.low ^ real.address.low))
    }
}
