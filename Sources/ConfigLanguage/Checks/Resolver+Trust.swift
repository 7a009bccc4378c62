/// Key pairs, trustpoints, and the certificates that were pasted for them.
extension Resolver {
    mutating func resolveTrust() {
        for (label, pair) in draft.trust.keyPairs.sorted(by: { $0.key < $1.key }) {
            configuration.keyPairs[label] = pair.declaration
            if pair.declaration.modulus < 1024 {
                log.report(
                    .warning, at: pair.site,
                    "a key of \(pair.declaration.modulus) bits is too short to be trusted: phones take 1024 to 2048",
                    expected: ["1024", "2048"])
            }
        }
        for (name, draft) in draft.trust.trustpoints.sorted(by: { $0.key < $1.key }) {
            configuration.trustpoints[name] = trustpoint(draft)
        }
        for name in inFileOrder(draft.trust.enrollments.values) { resolveEnrollment(name) }
        let authorities = draft.trust.authorities.values.sorted { $0.trustpoint.site.line < $1.trustpoint.site.line }
        for authority in authorities { resolveAuthority(authority) }
        warnOfSharedSubjects()
    }

    private func inFileOrder(_ names: some Collection<Located<String>>) -> [Located<String>] {
        names.sorted { $0.site.line < $1.site.line }
    }

    private mutating func trustpoint(_ draft: TrustpointDraft) -> Trustpoint {
        var trustpoint = draft.value
        trustpoint.keyPair = draft.keyPair?.value
        if let keyPair = draft.keyPair { checkKeyPair(keyPair) }
        if trustpoint.isProxyLDCIssuer, trustpoint.enrollment == .terminal, let site = draft.enrollmentSite {
            log.report(
                .error, at: site, "a proxy-ldc-issuer signs with a certificate of its own making",
                expected: ["enrollment self"])
        }
        return trustpoint
    }

    /// A running configuration of the ASA shows no key pairs, so one that is not declared may well be there.
    mutating func checkKeyPair(_ label: Located<String>) {
        let declared = draft.trust.keyPairs.keys
        guard draft.trust.keyPairs[label.value] == nil, !isInternal(label.value) else { return }
        let near = log.isFull ? [] : Keyword.nearMisses(of: label.value, among: Array(declared))
        let hint = near.isEmpty ? "" : "; did you mean \(near.map { "'\($0.printable)'" }.joined(separator: " or "))?"
        log.report(
            .warning, at: label.site,
            "key pair '\(label.value.printable)' is not declared: it must be in the state directory\(hint)",
            expected: ["crypto key generate rsa label \(label.value.printable)"])
    }

    /// Whether a CTL file makes it.
    private func isInternal(_ name: String) -> Bool {
        name.hasPrefix("_internal_") && defined[.trustpoint]?.contains(name) ?? false
            && draft.ctlFiles.values.contains { file in
                name == file.value.proxyTrustpoint || (0..<5).contains { name == file.value.sastTrustpoint($0) }
            }
    }

    // MARK: Certificates

    private mutating func resolveEnrollment(_ name: Located<String>) {
        guard let meant = resolved(Reference(kind: .trustpoint, name: name)) else { return }
        configuration.trustpoints[meant]?.isEnrolled = true
        if configuration.trustpoints[meant]?.enrollment == .terminal {
            log.report(
                .warning, at: name.site,
                "'enrollment terminal' makes no certificate: it must be in the state directory, or be pasted",
                expected: ["crypto ca authenticate \(meant.printable)"])
        }
    }

    private mutating func resolveAuthority(_ authority: AuthorityDraft) {
        let name = authority.trustpoint
        guard let meant = resolved(Reference(kind: .trustpoint, name: name)) else { return }
        guard let text = authority.text else {
            if authority.isAuthenticated {
                log.report(
                    .warning, at: name.site,
                    "no certificate stands here: it must be in the state directory "
                        + "(phoneproxy crypto ca authenticate \(meant.printable) FILE)")
            }
            return
        }
        do throws(CertificateText.Fault) {
            let der = try CertificateText.der(text.lines, text.announcement.encoding)
            configuration.trustpoints[meant]?.authority = PastedText(
                command: text.announcement.command, line: text.line, text: CertificateText.base64Lines(der))
        } catch {
            let line = text.lines.indices.contains(error.line) ? text.lines[error.line] : ""
            log.report(
                .error, at: Site(line: text.line + error.line, range: 0..<line.utf8.count), error.message)
        }
    }

    /// Phones tell certificates apart by issuer and serial number, so those of one key pair need subjects of their own.
    private mutating func warnOfSharedSubjects() {
        struct Identity: Hashable {
            var keyPair: String
            var subject: String?
            var fqdn: String?
            var hasSerialNumber: Bool
        }
        var known: [Identity: Located<String>] = [:]
        for trustpoint in draft.trust.trustpoints.values.sorted(by: { $0.name.site.line < $1.name.site.line }) {
            guard let keyPair = trustpoint.keyPair, trustpoint.value.enrollment == .selfSigned else { continue }
            let value = trustpoint.value
            let identity = Identity(
                keyPair: keyPair.value, subject: value.subjectName, fqdn: value.fqdn,
                hasSerialNumber: value.includesSerialNumber)
            if let other = known[identity] {
                log.report(
                    .warning, at: keyPair.site,
                    "trustpoint '\(other.value.printable)' (line \(other.site.line)) has the same key pair and the same "
                        + "subject: a phone can not tell the two apart",
                    expected: ["subject-name", "fqdn", "serial-number"])
            }
            known[identity] = trustpoint.name
        }
    }
}
