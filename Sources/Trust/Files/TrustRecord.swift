/// One record of a trust list: somebody whom phones trust in a role.
public struct TrustRecord: Hashable, Sendable {
    /// The server's name, or its address as text; empty for a SAST.
    public var dnsName: Label?
    public var subjectName: Label?
    public var role: TrustRole
    public var issuerName: Label?
    /// Most significant byte first, without a sign byte.
    public var serialNumber: [UInt8]?
    /// RSA: `RSAPublicKey` of PKCS #1 (RFC 8017 appendix A.1.1) in DER.
    public var publicKey: [UInt8]?
    /// The certificate's own.
    public var signature: [UInt8]?
    /// X.509, DER. A server of a cluster that is not secure has none.
    public var certificate: [UInt8]?
    /// Network order: four bytes, or whatever else stands there.
    public var address: [UInt8]?
    /// In place of a certificate, in some ITL files.
    public var certificateHash: [UInt8]?
    public var hashAlgorithm: UInt8?

    public init(role: TrustRole) { self.role = role }

    /// RECORDLENGTH: its own five bytes, and each field with its head.
    public var length: Int {
        let names = [dnsName, subjectName, issuerName].compactMap { $0.map { $0.bytes.count + 1 } }
        let values = [serialNumber, publicKey, signature, certificate, address, certificateHash].compactMap(\.?.count)
        // FUNCTION is always there.
        let sizes = names + values + [2] + (hashAlgorithm == nil ? [] : [1])
        return sizes.reduce(5) { $0 + FieldReader.headSize + $1 }
    }

    /// Whether a file's header names this record's holder.
    public func isFrom(_ signer: FileHeader.Signer) -> Bool {
        issuerName == signer.issuer && serialNumber == signer.serialNumber
    }
}
