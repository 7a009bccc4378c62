import ConfigLanguage
import Wire

/// Signs files for phones in one name: what all of them have in common is made once.
public struct FileSigner: Sendable {
    /// How the signer is called in headers, and has to be called in the trust list.
    public let identity: FileHeader.Signer
    public let digest: SignatureDigest
    private let key: PrivateKey
    private let signatureSize: Int
    private let listStart: [UInt8]
    private let fileStart: [UInt8]

    /// - Throws: when `key` is not the certificate's, or its size has no code in these files.
    public init(certificate: Certificate, key: PrivateKey, digest: SignatureDigest) throws(TrustError) {
        guard key.publicKey == certificate.publicKey else {
            throw TrustError("the private key is not the certificate's")
        }
        identity = FileHeader.Signer(certificate)
        self.digest = digest
        self.key = key
        signatureSize = (key.bits + 7) / 8
        listStart = try FileHeader.start(.trustList, identity, digest, signatureSize: signatureSize)
        fileStart = try FileHeader.start(.signedFile, identity, digest, signatureSize: signatureSize)
    }

    /// `records` with their header in front.
    func sealList(_ records: [UInt8], name: Label, time: Timestamp) throws(TrustError) -> [UInt8] {
        try seal(records, behind: listStart, name, time)
    }

    /// `body` with its header in front.
    func sealFile(_ body: [UInt8], name: Label, time: Timestamp) throws(TrustError) -> [UInt8] {
        try seal(body, behind: fileStart, name, time)
    }

    private func seal(
        _ body: [UInt8], behind start: [UInt8], _ name: Label, _ time: Timestamp
    ) throws(TrustError) -> [UInt8] {
        let signature = start.count + FieldReader.headSize..<start.count + FieldReader.headSize + signatureSize
        let end = try FileHeader.end(name, time.fileSeconds, at: signature.upperBound)
        guard let length = UInt16(exactly: signature.upperBound + end.count) else {
            throw TrustError("a header of \(signature.upperBound + end.count) bytes is too long")
        }
        var file: [UInt8] = []
        file.reserveCapacity(Int(length) + body.count)
        file += start
        file.replaceSubrange(FileHeader.lengthOffset..<FileHeader.lengthOffset + 2, with: length.fileBytes)
        file += [HeaderTag.signature.rawValue] + UInt16(signatureSize).fileBytes
        file += repeatElement(0, count: signatureSize)
        file += end
        file += body
        let bytes = try key.sign([file[..<start.count], file[signature.upperBound...]], digest: digest)
        guard bytes.count == signatureSize else { throw TrustError("a signature of the wrong size") }
        file.replaceSubrange(signature, with: bytes)
        return file
    }
}

extension FileHeader.Signer {
    /// Every name in these files is made here or in ``TrustRecord``, of what the certificate gives.
    init(_ certificate: Certificate) {
        self.init(
            name: Label(trusted: certificate.subject.cucmName), serialNumber: certificate.serialNumber,
            issuer: Label(trusted: certificate.issuer.cucmName))
    }
}

extension Timestamp {
    /// As in TIMESTAMP: from 1970 to 2106.
    var fileSeconds: UInt32 { UInt32(clamping: nanoseconds / 1_000_000_000) }
}
