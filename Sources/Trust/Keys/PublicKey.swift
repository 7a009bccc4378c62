import ConfigLanguage

/// An RSA public key. Two are equal when modulus and exponent are.
public struct PublicKey: Hashable, Sendable {
    let key: RSAKey
    /// DER `RSAPublicKey` (RFC 8017 A.1.1), as it stands in the records of a CTL file.
    public let pkcs1DER: [UInt8]

    public init(pkcs1DER: [UInt8]) throws(TrustError) {
        try self.init(try RSAKey.publicKey(der: pkcs1DER))
    }

    init(_ key: RSAKey) throws(TrustError) {
        self.key = key
        // Encoded again: two encodings of one key are one key.
        pkcs1DER = key.publicDER
        guard !pkcs1DER.isEmpty else { throw OpenSSLErrors.take("the public key cannot be written") }
    }

    public var bits: Int { key.bits }

    /// Most significant byte first, without leading zeros.
    public var modulusBytes: [UInt8] { key.modulus }

    /// DER `SubjectPublicKeyInfo` (RFC 5280 4.1).
    public var subjectPublicKeyInfo: [UInt8] { key.subjectPublicKeyInfo }

    /// Whether `signature` is the RSA PKCS #1 v1.5 signature of `parts` one after another.
    public func verify(_ parts: [ArraySlice<UInt8>], signature: [UInt8], digest: SignatureDigest) -> Bool {
        defer { OpenSSLErrors.discard() }
        return DigestContext()?.verify(parts, signature: signature, with: key, digest) ?? false
    }

    public func verify(_ parts: [[UInt8]], signature: [UInt8], digest: SignatureDigest) -> Bool {
        verify(parts.map { $0[...] }, signature: signature, digest: digest)
    }

    public static func == (left: PublicKey, right: PublicKey) -> Bool { left.pkcs1DER == right.pkcs1DER }

    public func hash(into hasher: inout Hasher) { hasher.combine(pkcs1DER) }
}
