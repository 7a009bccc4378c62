/// A private key with its certificate under a passphrase (RFC 7292): how trustpoints go from one box to another.
public struct PKCS12: Sendable {
    public let privateKey: PrivateKey
    /// Of ``privateKey``.
    public let certificate: Certificate
    /// Further certificates, such as the issuer's.
    public let others: [Certificate]

    /// - Throws: when `certificate` is not of `privateKey`.
    public init(privateKey: PrivateKey, certificate: Certificate, others: [Certificate] = []) throws(TrustError) {
        guard certificate.publicKey == privateKey.publicKey else {
            throw TrustError("the certificate is not of this private key")
        }
        self.privateKey = privateKey
        self.certificate = certificate
        self.others = others
    }

    /// Reads DER. Old exports are encrypted with what OpenSSL has moved out of its way; they are readable where its legacy
    /// provider is installed, and the error says so where it is not.
    public init(der: [UInt8], passphrase: String) throws(TrustError) {
        let parts = try Self.parts(der, passphrase)
        // Here, with the algorithms that everything else uses.
        var others: [Certificate] = []
        for other in parts.others { others.append(try Certificate(der: other)) }
        try self.init(
            privateKey: try PrivateKey(der: parts.key), certificate: try Certificate(der: parts.certificate),
            others: others)
    }

    /// As ``init(der:passphrase:)``, from what `crypto ca export` printed.
    public init(pasted text: [UInt8], passphrase: String) throws(TrustError) {
        try self.init(der: try PastedBytes.read(text, "PKCS #12") { $0 == "PKCS12" }, passphrase: passphrase)
    }

    /// Key and certificate, without the others.
    ///
    /// - Parameter name: the friendly name, such as the trustpoint's.
    public func der(name: String, passphrase: String) throws(TrustError) -> [UInt8] {
        guard !passphrase.isEmpty else { throw TrustError("a passphrase is needed") }
        let object = try X509Object(der: certificate.der)
        return try PKCS12Object.make(privateKey.key, object, name: name, passphrase: passphrase).der
    }

    private static func parts(_ der: [UInt8], _ passphrase: String) throws(TrustError) -> PKCS12Object.Parts {
        try ImportContext.run { hasLegacyAlgorithms throws(TrustError) in
            try PKCS12Object.read(der: der).parts(passphrase: passphrase, hasLegacyAlgorithms: hasLegacyAlgorithms)
        }
    }
}
