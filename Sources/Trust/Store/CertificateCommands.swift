/// What stands behind `crypto ca export`, `import` and `authenticate`: each returns what the ASA prints.
extension TrustStore {
    /// `crypto ca export TRUSTPOINT identity-certificate`.
    public func exportIdentityCertificate(_ name: String) throws(TrustError) -> String {
        let identity = try ownIdentity(name)
        return "The PEM encoded identity certificate follows:\n"
            + String(decoding: identity.certificate.pem, as: UTF8.self)
    }

    /// `crypto ca export TRUSTPOINT pkcs12 PASSPHRASE`.
    public func exportPKCS12(_ name: String, passphrase: String) throws(TrustError) -> String {
        let identity = try ownIdentity(name)
        guard let key = identity.privateKey else { throw TrustError("trustpoint \(name): its key pair is lost") }
        let der = try PKCS12(privateKey: key, certificate: identity.certificate)
            .der(name: name, passphrase: passphrase)
        return "Exported pkcs12 follows:\n" + String(decoding: PEM.encode(der, label: "PKCS12"), as: UTF8.self)
    }

    /// `crypto ca import TRUSTPOINT pkcs12 PASSPHRASE` with what was exported elsewhere. What the trustpoint has already is
    /// not replaced; the same once more is no error.
    ///
    /// The certificate is stored before its key: if the key does not follow, the trustpoint is one that has lost it, and
    /// not one for which a new certificate is made.
    public mutating func importPKCS12(
        _ name: String, text: [UInt8], passphrase: String
    ) throws(TrustError) -> String {
        let imported = try PKCS12(pasted: text, passphrase: passphrase)
        let writer = try folder.writer()
        try load()
        if let stored = identities[name], stored != imported.certificate {
            throw TrustError("trustpoint \(name): has another certificate already, \(stored.subject)")
        }
        let label = label(of: imported.privateKey.publicKey) ?? name
        if let stored = keyPairs[label], stored.publicKey != imported.privateKey.publicKey {
            throw TrustError("key pair \(label): is there already, and is another one")
        }
        let issuer = imported.others.first { imported.certificate.isSigned(by: $0) }
        if let issuer, authorities[name] == nil { try store(authority: issuer, of: name, writer) }
        if identities[name] == nil { try store(identity: imported.certificate, of: name, writer) }
        if keyPairs[label] == nil { try store(imported.privateKey, label: label, writer) }
        return "INFO: Import PKCS12 operation completed successfully\n"
    }

    /// `crypto ca authenticate TRUSTPOINT`, with the authority's certificate in any form in which it is pasted.
    public mutating func authenticate(_ name: String, text: [UInt8]) throws(TrustError) -> String {
        try authenticate(name, try Certificate(pasted: text))
    }

    /// As ``authenticate(_:text:)``, for certificates that come in other files, such as a cluster's CTL file.
    public mutating func authenticate(_ name: String, _ certificate: Certificate) throws(TrustError) -> String {
        let writer = try folder.writer()
        try load()
        if let stored = authorities[name], stored != certificate {
            throw TrustError("trustpoint \(name): is authenticated already, by \(stored.subject)")
        }
        if authorities[name] == nil { try store(authority: certificate, of: name, writer) }
        let digits = Array(hexadecimal(certificate.fingerprint(.md5)))
        let groups = stride(from: 0, to: digits.count, by: 8).map { String(digits[$0..<min($0 + 8, digits.count)]) }
        return """
            INFO: Certificate has the following attributes:
            Fingerprint:     \(groups.joined(separator: " "))
            Trustpoint CA certificate accepted.
            % Certificate successfully imported

            """
    }

    private func ownIdentity(_ name: String) throws(TrustError) -> Identity {
        guard identities[name] != nil, let identity = trustpoint(named: name) else {
            throw TrustError("trustpoint \(name): has no certificate of its own")
        }
        return identity
    }
}
