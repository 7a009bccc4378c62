import ConfigLanguage

extension FileHeader {
    /// Where HEADERLENGTH has its value.
    static let lengthOffset = 8

    /// The header up to SIGNATURE, as one signer writes it into every file, with HEADERLENGTH left at zero.
    ///
    /// - Parameter signatureSize: bytes, of the signer's modulus.
    static func start(
        _ version: Version, _ signer: Signer, _ digest: SignatureDigest, signatureSize: Int
    ) throws(TrustError) -> [UInt8] {
        guard let modulus = SignatureModulus.code(size: signatureSize) else {
            throw TrustError(
                "a key of \(signatureSize * 8) bits can not sign files for phones: 512, 1024, 2048 or 4096")
        }
        var identity = FieldWriter()
        try identity.append(HeaderTag.signerName.rawValue, signer.name)
        try identity.append(HeaderTag.serialNumber.rawValue, signer.serialNumber)
        try identity.append(HeaderTag.caName.rawValue, signer.issuer)
        var algorithm = FieldWriter()
        try algorithm.append(HeaderTag.signatureAlgorithm.rawValue, [0])
        try algorithm.append(HeaderTag.signatureModulus.rawValue, [modulus])
        var info = FieldWriter()
        try info.append(HeaderTag.digestAlgorithm.rawValue, [digest.code])
        try info.append(HeaderTag.signatureAlgorithmInfo.rawValue, algorithm.bytes)
        var header = FieldWriter()
        try header.append(HeaderTag.version.rawValue, [version.major, version.minor])
        try header.append(HeaderTag.headerLength.rawValue, [0, 0])
        try header.append(HeaderTag.signerID.rawValue, identity.bytes)
        try header.append(HeaderTag.signatureInfo.rawValue, info.bytes)
        return header.bytes
    }

    /// The header behind SIGNATURE, which ends at `offset`, padding included.
    static func end(_ fileName: Label, _ timestamp: UInt32, at offset: Int) throws(TrustError) -> [UInt8] {
        guard FileLimits.fileName.contains(fileName.bytes.count + 1), !fileName.bytes.isEmpty else {
            throw TrustError("a file name of \(fileName.bytes.count) bytes can not be signed")
        }
        var fields = FieldWriter()
        try fields.append(HeaderTag.fileName.rawValue, fileName)
        try fields.append(HeaderTag.timestamp.rawValue, timestamp.fileBytes)
        let excess = (offset + fields.bytes.count) % 4
        let padding = [UInt8](repeating: HeaderTag.padding.rawValue, count: excess == 0 ? 0 : 4 - excess)
        return fields.bytes + padding
    }
}
