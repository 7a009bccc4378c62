import ConfigLanguage
import Wire

extension TrustStore {
    private static let serialNumberFile = "serial-number"

    /// A key that cannot be made is that declaration's trouble; one that cannot be stored is everyone's.
    mutating func makeKey(
        _ label: String, bits: Int, _ enrollment: inout Enrollment, _ writer: borrowing StateWriter
    ) throws(TrustError) {
        let key: PrivateKey
        do throws(TrustError) {
            // Before the key is made: a name that cannot be stored is found out at once.
            _ = try StoredItem(.key, label).fileName()
            key = try PrivateKey.generateRSA(bits: bits)
        } catch {
            return enrollment.problems.append("key pair \(label): \(error)")
        }
        try store(key, label: label, writer)
        enrollment.made.append("key pair \(label): RSA, \(bits) bits")
    }

    /// The pair that the trustpoint names, or one of its own name, which is made when it is missing.
    mutating func keyPair(
        of trustpoint: Trustpoint, _ enrollment: inout Enrollment, _ writer: borrowing StateWriter
    ) throws(TrustError) -> PrivateKey? {
        let label = trustpoint.keyPair ?? trustpoint.name
        if keyPairs[label] == nil, trustpoint.keyPair == nil {
            try makeKey(label, bits: Self.internalKeySize, &enrollment, writer)
        } else if keyPairs[label] == nil {
            enrollment.problems.append("trustpoint \(trustpoint.name): there is no key pair \(label)")
        }
        return keyPairs[label]
    }

    mutating func makeIdentity(
        of trustpoint: String, _ template: CertificateTemplate, _ key: PrivateKey, at now: Timestamp,
        _ enrollment: inout Enrollment, _ writer: borrowing StateWriter
    ) throws(TrustError) {
        let certificate: Certificate
        do throws(TrustError) {
            _ = try StoredItem(.identity, trustpoint).fileName()
            certificate = try CertificateIssuing.selfSigned(template, key: key, at: now)
        } catch {
            return enrollment.problems.append("trustpoint \(trustpoint): \(error)")
        }
        try store(identity: certificate, of: trustpoint, writer)
        enrollment.made.append(
            "trustpoint \(trustpoint): self-signed certificate, serial number 0x\(hexadecimal(certificate.serialNumber)), "
                + "subject \(certificate.subject), \(template.digest.rawValue)")
    }

    /// The certificate that stands in the configuration after `crypto ca authenticate`.
    mutating func bringAuthority(
        _ trustpoint: Trustpoint, _ enrollment: inout Enrollment, _ writer: borrowing StateWriter
    ) throws(TrustError) {
        guard let pasted = trustpoint.authority else {
            if trustpoint.enrollment == .terminal, self.trustpoint(named: trustpoint.name) == nil {
                enrollment.problems.append(
                    "trustpoint \(trustpoint.name): has no certificate yet; crypto ca authenticate gives it one")
            }
            return
        }
        let certificate: Certificate
        do throws(TrustError) {
            _ = try StoredItem(.authority, trustpoint.name).fileName()
            certificate = try Certificate(pasted: Array(pasted.text.joined(separator: "\n").utf8))
        } catch {
            return enrollment.problems.append("trustpoint \(trustpoint.name): line \(pasted.line): \(error)")
        }
        guard let stored = authorities[trustpoint.name] else {
            try store(authority: certificate, of: trustpoint.name, writer)
            return enrollment.made.append(
                "trustpoint \(trustpoint.name): authority's certificate, subject \(certificate.subject)")
        }
        if stored != certificate {
            enrollment.problems.append(
                "trustpoint \(trustpoint.name): the stored authority's certificate is not the one in line "
                    + "\(pasted.line); the stored one is kept")
        }
    }

    /// What the certificate of a trustpoint says, as the ASA has it: the host name in the subject, and the box's serial
    /// number where that is asked for.
    func template(
        of trustpoint: Trustpoint, _ configuration: Configuration, _ writer: borrowing StateWriter
    ) throws(TrustError) -> CertificateTemplate {
        var subject = DistinguishedName()
        if let name = trustpoint.subjectName { subject = try DistinguishedName(x500: name) }
        let names = [trustpoint.fqdn, configuration.hostname, trustpoint.name]
        if subject[.commonName] == nil, let name = names.compactMap({ $0 }).first(where: { !$0.isEmpty }) {
            subject.attributes.append(.init(.commonName, name))
        }
        if trustpoint.includesSerialNumber { subject.attributes.append(.init(.serialNumber, try serialNumber(writer))) }
        if let fqdn = trustpoint.fqdn { subject.attributes.append(.init(.unstructuredName, fqdn)) }
        var template = CertificateTemplate(subject: subject)
        template.hostname = trustpoint.fqdn
        template.isAuthority = trustpoint.isProxyLDCIssuer
        template.digest = trustpoint.digest ?? Self.phonesDigest(of: trustpoint.name, configuration) ?? .sha256
        return template
    }

    /// What the CTL files that list the trustpoint are signed with: phones read its certificate too.
    private static func phonesDigest(of name: String, _ configuration: Configuration) -> SignatureDigest? {
        let digests = configuration.ctlFiles.values
            .filter { list in list.entries.contains { $0.trustpoint == name } }.map(\.digest)
        return SignatureDigest.allCases.first { digests.contains($0) }
    }

    /// The box's serial number, which it gives itself when it is first asked for.
    private func serialNumber(_ writer: borrowing StateWriter) throws(TrustError) -> String {
        if let stored = try folder.read(Self.serialNumberFile, limit: 64) {
            return String(decoding: stored.filter { ASCII.isLetterOrDigit($0) }, as: UTF8.self)
        }
        // Without the letters that look like digits.
        let alphabet = Array("0123456789ABCDEFGHJKLMNPQRSTVWXY".utf8)
        let number = try RandomBytes.make(9).map { alphabet[Int($0 & 31)] }
        let text = "PP" + String(decoding: number, as: UTF8.self)
        try writer.write(Self.serialNumberFile, Array((text + "\n").utf8))
        return text
    }
}
