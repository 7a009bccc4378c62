import ConfigLanguage

/// An X.509 certificate (RFC 5280) of an RSA key. Two are equal when their DER is.
public final class Certificate: Sendable {
    /// Bytes: the length of a field in a CTL file has 16 bits.
    static let sizeLimit = 65_535

    /// As it came.
    public let der: [UInt8]
    public let subject: DistinguishedName
    public let issuer: DistinguishedName
    /// Most significant byte first, without the DER's sign byte; at least one byte.
    public let serialNumber: [UInt8]
    public let publicKey: PublicKey
    /// The issuer's signature.
    public let signatureBits: [UInt8]
    /// `nil`: signed with something else than RSA PKCS #1 v1.5 and these digests.
    public let signatureDigest: SignatureDigest?
    /// Seconds since 1970.
    public let notBefore: Int64
    /// Seconds since 1970.
    public let notAfter: Int64
    /// It may sign certificates (basic constraints).
    public let isAuthority: Bool

    public init(der: [UInt8]) throws(TrustError) {
        guard der.count <= Self.sizeLimit else {
            throw TrustError("the certificate is longer than \(Self.sizeLimit) bytes")
        }
        let object = try X509Object(der: der)
        self.der = der
        subject = try object.subject()
        issuer = try object.issuer()
        serialNumber = object.serialNumber
        publicKey = try object.publicKey()
        signatureBits = object.signatureBits
        signatureDigest = object.signatureDigest
        (notBefore, notAfter) = try object.validity()
        isAuthority = object.isAuthority
    }

    /// One `CERTIFICATE` block; keys around it are skipped.
    public convenience init(pem: [UInt8]) throws(TrustError) {
        let block = try PEM.block(in: pem, "certificate") { $0 == "CERTIFICATE" }
        try self.init(der: block.bytes)
    }

    /// As it is pasted into a configuration or read from a file: PEM, the lines of base 64 alone, the hexadecimal of
    /// `crypto ca certificate chain`, or DER.
    public convenience init(pasted text: [UInt8]) throws(TrustError) {
        try self.init(der: try PastedBytes.read(text, "certificate") { $0 == "CERTIFICATE" })
    }

    public var pem: [UInt8] { PEM.encode(der, label: "CERTIFICATE") }

    /// The first CN of the subject.
    public var commonName: String? { subject[.commonName] }

    /// Whether `key`'s owner signed this certificate. What the certificates allow is not looked at.
    public func isSigned(by key: PublicKey) -> Bool {
        (try? X509Object(der: der))?.isSigned(by: key.key) ?? false
    }

    /// Whether `other` is named as the issuer and its key made the signature.
    public func isSigned(by other: Certificate) -> Bool {
        issuer == other.subject && isSigned(by: other.publicKey)
    }

    public var isSelfSigned: Bool { isSigned(by: self) }

    public func fingerprint(_ algorithm: Fingerprint) -> [UInt8] { algorithm.of(der) }
}

extension Certificate: Hashable {
    public static func == (left: Certificate, right: Certificate) -> Bool { left.der == right.der }

    public func hash(into hasher: inout Hasher) { hasher.combine(der) }
}
