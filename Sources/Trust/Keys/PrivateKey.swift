import ConfigLanguage

/// An RSA key pair. It has no description: what is printed by accident is not the key.
public final class PrivateKey: Sendable {
    /// What the ASA makes: shorter is broken, longer is beyond the files that phones trust.
    public static let generatedSizes = 512...4096

    let key: RSAKey
    public let publicKey: PublicKey

    private init(_ key: RSAKey) throws(TrustError) {
        self.key = key
        publicKey = try PublicKey(pkcs1DER: key.publicDER)
    }

    /// Takes a moment: about a second for 4096 bits.
    public static func generateRSA(bits: Int) throws(TrustError) -> PrivateKey {
        guard generatedSizes.contains(bits) else {
            throw TrustError("an RSA key of \(bits) bits cannot be made: 512 to 4096 can")
        }
        return try PrivateKey(try RSAKey.generate(bits: bits))
    }

    /// - Parameter der: `PrivateKeyInfo` (PKCS #8) or `RSAPrivateKey` (PKCS #1).
    public convenience init(der: [UInt8]) throws(TrustError) {
        try self.init(try RSAKey.privateKey(der: der))
    }

    /// One `PRIVATE KEY` or `RSA PRIVATE KEY` block, not encrypted; certificates around it are skipped.
    public convenience init(pem: [UInt8]) throws(TrustError) {
        let block = try PEM.block(in: pem, "private key") { $0.hasSuffix("PRIVATE KEY") }
        guard block.label != "ENCRYPTED PRIVATE KEY" else { throw TrustError("the private key is encrypted") }
        try self.init(der: block.bytes)
    }

    public var bits: Int { publicKey.bits }

    /// `PrivateKeyInfo`. Whoever asks for it keeps it secret.
    public var der: [UInt8] { key.privateDER }

    /// PKCS #8 in PEM. Whoever asks for it keeps it secret.
    public var pem: [UInt8] { PEM.encode(der, label: "PRIVATE KEY") }

    /// The RSA PKCS #1 v1.5 signature of `parts` one after another, as long as the modulus.
    public func sign(_ parts: [ArraySlice<UInt8>], digest: SignatureDigest) throws(TrustError) -> [UInt8] {
        guard let signature = DigestContext()?.sign(parts, with: key, digest) else {
            throw OpenSSLErrors.take("an RSA key of \(bits) bits cannot sign with \(digest.rawValue)")
        }
        return signature
    }

    public func sign(_ parts: [[UInt8]], digest: SignatureDigest) throws(TrustError) -> [UInt8] {
        try sign(parts.map { $0[...] }, digest: digest)
    }
}
