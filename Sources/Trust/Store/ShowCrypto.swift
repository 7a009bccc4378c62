import ConfigLanguage

/// `show crypto …`, in the ASA's layout (cisco-facts 6.10).
extension TrustStore {
    /// `show crypto ca certificates [TRUSTPOINT]`: the box's own first. A certificate that several trustpoints have is
    /// shown once.
    public func showCertificates(_ trustpoint: String? = nil) -> String {
        let own = Self.blocks("Certificate", identities, trustpoint)
        let others = Self.blocks("CA Certificate", authorities, trustpoint)
        return (own + others).joined(separator: "\n")
    }

    /// `show crypto key mypubkey rsa`: public parts only.
    public func showKeyPairs() -> String {
        keyPairs.sorted { $0.key < $1.key }.map { label, key in
            """
            Key pair was generated at: \(CertificateDate.text(keyTimes[label] ?? 0))
            Key name: \(label)
             Usage: General Purpose Key
             Modulus Size (bits): \(key.bits)
             Key Data:

            \(Self.dump(key.publicKey.subjectPublicKeyInfo))

            """
        }.joined()
    }

    private static func blocks(
        _ title: String, _ certificates: [String: Certificate], _ wanted: String?
    ) -> [String] {
        let shown = Set(certificates.filter { wanted == nil || $0.key == wanted }.values)
        let named = shown.map { certificate in
            (certificate, certificates.filter { $0.value == certificate }.keys.sorted())
        }
        return named.sorted { $0.1.lexicographicallyPrecedes($1.1) }.map { $0.show(title, of: $1) }
    }

    /// Hexadecimal in eight groups of four bytes a line.
    private static func dump(_ bytes: [UInt8]) -> String {
        stride(from: 0, to: bytes.count, by: 32).map { start in
            let groups = stride(from: start, to: min(start + 32, bytes.count), by: 4).map { place in
                hexadecimal(bytes[place..<min(place + 4, bytes.count)])
            }
            return "  " + groups.joined(separator: " ")
        }.joined(separator: "\n")
    }
}

extension Certificate {
    /// In the ASA's layout, under a title: `Certificate`, `CA Certificate`, `Local Dynamic Certificate`.
    public func show(_ title: String, of trustpoints: [String] = []) -> String {
        let lines =
            [
                title,
                "  Status: Available",
                "  Certificate Serial Number: 0x\(hexadecimal(serialNumber))",
                "  Certificate Usage: \(isAuthority && title != "Certificate" ? "Signature" : "General Purpose")",
                "  Public Key Type: RSA (\(publicKey.bits) bits)",
                "  Signature Algorithm: \(signatureAlgorithm)",
                "  Issuer Name:",
            ] + issuer.asaLines.map { "    \($0)" }
            + ["  Subject Name:"] + subject.asaLines.map { "    \($0)" }
            + [
                "  Validity Date:",
                "    start date: \(CertificateDate.text(notBefore))",
                "    end   date: \(CertificateDate.text(notAfter))",
                "  Associated Trustpoints: \(trustpoints.joined(separator: " "))",
            ]
        return lines.map { $0 + "\n" }.joined()
    }

    private var signatureAlgorithm: String {
        guard let digest = signatureDigest else { return "other" }
        return "\(digest.rawValue.uppercased()) with RSA Encryption"
    }
}
