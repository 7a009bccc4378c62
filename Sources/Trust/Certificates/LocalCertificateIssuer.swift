import ConfigLanguage
import Wire

/// Makes local dynamic certificates (`client ldc`): what stands for a phone toward a call server of a cluster in mixed
/// mode. Each has the phone's own subject name, the one key pair that all of them have, and the issuer's signature.
public struct LocalCertificateIssuer: Sendable {
    /// A year, as on the ASA; never longer than the issuer's own certificate.
    public static let lifetime: Int64 = 365 * 86_400

    public let issuer: Certificate
    /// `client ldc key-pair`. Whoever asks for it keeps it secret.
    public let keyPair: PrivateKey
    private let signer: PrivateKey
    private let digest: SignatureDigest

    /// - Parameters:
    ///   - issuer: `client ldc issuer`, a trustpoint with `proxy-ldc-issuer`.
    ///   - digest: `signature-digest` of that trustpoint.
    public init(
        _ issuer: TrustStore.Identity, keyPair: PrivateKey, digest: SignatureDigest
    ) throws(TrustError) {
        guard let key = issuer.privateKey else {
            throw TrustError("trustpoint \(issuer.name) has no key pair to sign with")
        }
        guard issuer.certificate.isAuthority else {
            throw TrustError("the certificate of trustpoint \(issuer.name) may not sign others (proxy-ldc-issuer)")
        }
        self.issuer = issuer.certificate
        self.keyPair = keyPair
        self.digest = digest
        signer = key
    }

    /// The certificate that stands for the phone which has shown `phone`, a certificate in DER that was found good. Its
    /// subject is taken over byte for byte; its key may be of any kind.
    ///
    /// - Parameter now: the caller's clock.
    public func certificate(for phone: [UInt8], at now: Timestamp) throws(TrustError) -> Certificate {
        let seconds = now.nanoseconds / 1_000_000_000
        guard seconds < issuer.notAfter else { throw TrustError("the issuer's certificate has expired") }
        var maker = try X509Maker(issuer: try X509Object(der: issuer.der))
        try maker.setSerialNumber(try CertificateIssuing.serialNumber())
        try maker.setSubject(of: try X509Object(der: phone))
        try maker.setValidity(
            from: max(seconds - CertificateTemplate.backdating, issuer.notBefore),
            to: min(seconds + Self.lifetime, issuer.notAfter))
        try maker.setKey(keyPair)
        for (kind, value) in CertificateIssuing.leafExtensions { try maker.add(kind, value) }
        try maker.add(.subjectKeyIdentifier, "hash")
        // An issuer that came from elsewhere may have no identifier to name.
        try maker.add(.authorityKeyIdentifier, "keyid")
        return try Certificate(der: try maker.signed(with: signer, digest))
    }
}
