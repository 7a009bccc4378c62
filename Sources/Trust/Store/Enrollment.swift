import ConfigLanguage
import Wire

/// What came of a configuration's declarations of keys and certificates. Each line names its key pair or trustpoint.
public struct Enrollment: Hashable, Sendable {
    /// What was missing and is there now.
    public internal(set) var made: [String] = []
    /// What is declared and could not be made, and what is stored and is not what is declared: it is kept.
    public internal(set) var problems: [String] = []
}

extension TrustStore {
    /// Bits of the key pairs that the box makes for its own purposes: the most that phones of the 79xx series take.
    static let internalKeySize = 2048

    /// Makes what `configuration` declares and what is missing, and keeps what is there: a second time changes nothing.
    ///
    /// - Parameter now: the caller's clock, for the validity of certificates.
    /// - Throws: when the folder cannot be read or written. What is wrong with one declaration is in the result.
    public mutating func bring(_ configuration: Configuration, at now: Timestamp) throws(TrustError) -> Enrollment {
        let writer = try folder.writer()
        // Another process may have made what was missing while this one waited.
        try load()
        var enrollment = Enrollment()
        for declaration in configuration.keyPairs.values.sorted(by: { $0.label < $1.label }) {
            try bring(declaration, &enrollment, writer)
        }
        for trustpoint in configuration.trustpoints.values.sorted(by: { $0.name < $1.name }) {
            try bring(trustpoint, configuration, at: now, &enrollment, writer)
        }
        for list in configuration.ctlFiles.values.sorted(by: { $0.name < $1.name }) where !list.isShutdown {
            let names = (0..<list.sastCount).map { list.sastTrustpoint($0) } + [list.proxyTrustpoint]
            for name in names { try bringInternal(name, list.digest, at: now, &enrollment, writer) }
        }
        return enrollment
    }

    private mutating func bring(
        _ declaration: KeyPairDeclaration, _ enrollment: inout Enrollment, _ writer: borrowing StateWriter
    ) throws(TrustError) {
        guard let key = keyPairs[declaration.label] else {
            return try makeKey(declaration.label, bits: declaration.modulus, &enrollment, writer)
        }
        if key.bits != declaration.modulus {
            enrollment.problems.append(
                "key pair \(declaration.label): has \(key.bits) bits, not \(declaration.modulus) as declared; kept")
        }
    }

    private mutating func bring(
        _ trustpoint: Trustpoint, _ configuration: Configuration, at now: Timestamp, _ enrollment: inout Enrollment,
        _ writer: borrowing StateWriter
    ) throws(TrustError) {
        try bringAuthority(trustpoint, &enrollment, writer)
        report(validityOf: trustpoint.name, at: now, &enrollment)
        guard trustpoint.isEnrolled else { return }
        guard trustpoint.enrollment == .selfSigned else {
            if identities[trustpoint.name] == nil {
                enrollment.problems.append(
                    "trustpoint \(trustpoint.name): only enrollment self is made here; import a PKCS #12 instead")
            }
            return
        }
        let template: CertificateTemplate
        do throws(TrustError) {
            template = try self.template(of: trustpoint, configuration, writer)
        } catch {
            return enrollment.problems.append("trustpoint \(trustpoint.name): \(error)")
        }
        if let certificate = identities[trustpoint.name] {
            return report(certificate, of: trustpoint, shouldBe: template, &enrollment)
        }
        guard let key = try keyPair(of: trustpoint, &enrollment, writer) else { return }
        try makeIdentity(of: trustpoint.name, template, key, at: now, &enrollment, writer)
    }

    /// The trustpoints that a CTL file has of its own. Their certificates may come from another box by PKCS #12, so what
    /// they say is not compared.
    private mutating func bringInternal(
        _ name: String, _ digest: SignatureDigest, at now: Timestamp, _ enrollment: inout Enrollment,
        _ writer: borrowing StateWriter
    ) throws(TrustError) {
        report(validityOf: name, at: now, &enrollment)
        if let identity = trustpoint(named: name) {
            if identity.privateKey == nil {
                enrollment.problems.append("trustpoint \(name): its key pair is lost; nothing can be signed with it")
            }
            return
        }
        if keyPairs[name] == nil { try makeKey(name, bits: Self.internalKeySize, &enrollment, writer) }
        guard let key = keyPairs[name] else { return }
        var template = CertificateTemplate(subject: DistinguishedName([.init(.commonName, name)]))
        template.digest = digest
        try makeIdentity(of: name, template, key, at: now, &enrollment, writer)
    }
}
