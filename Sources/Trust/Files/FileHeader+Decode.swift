import ConfigLanguage
import Wire

extension FileHeader {
    /// Reads the header at the start of `file`, and nothing behind it.
    static func decode(_ file: Span<UInt8>) throws(FileFormatError) -> FileHeader {
        var start = FieldReader(.header, in: 0..<min(file.count, FileLimits.headerStart))
        let version = try Version.decode(file, in: start.expect(.version, file, length: 2...2))
        guard version.major == 1 else { throw FileFormatError(.header, .version, .unsupported, at: 3) }
        let lengthField = try start.expect(.headerLength, file, length: 2...2)
        let length = Int(file.uint16(at: lengthField.lowerBound))
        guard length >= FileLimits.headerStart else {
            throw FileFormatError(.header, .headerLength, .wrongLength, at: lengthField.lowerBound)
        }
        guard length <= file.count else {
            throw FileFormatError(.header, .headerLength, .truncated, at: lengthField.lowerBound)
        }
        guard length.isMultiple(of: 4) else {
            throw FileFormatError(.header, .headerLength, .unaligned, at: lengthField.lowerBound)
        }
        var reader = FieldReader(.header, in: FileLimits.headerStart..<length)
        return try decode(file, version, length, &reader)
    }

    private static func decode(
        _ file: Span<UInt8>, _ version: Version, _ length: Int, _ reader: inout FieldReader
    ) throws(FileFormatError) -> FileHeader {
        var signerVersion: Version?
        if reader.tag(file) == HeaderTag.signerVersion.rawValue {
            signerVersion = Version.decode(file, in: try reader.expect(.signerVersion, file, length: 2...2))
        }
        let signer = try Signer.decode(file, &reader)
        let (digest, modulus) = try decodeSignatureInfo(file, &reader)
        let start = reader.offset
        let signature = try reader.expect(.signature, file, length: FileLimits.signature)
        guard signature.count == modulus else {
            throw FileFormatError(.header, .signature, .modulusMismatch, at: start)
        }
        let name = try reader.expect(.fileName, file, length: FileLimits.fileName)
        let fileName = try Label.decode(file, in: name, .header, .fileName)
        var timestamp: UInt32?
        if reader.tag(file) == HeaderTag.timestamp.rawValue {
            timestamp = file.uint32(at: try reader.expect(.timestamp, file, length: 4...4).lowerBound)
        }
        try decodePadding(file, reader)
        return FileHeader(
            version: version, length: length, signerVersion: signerVersion, signer: signer, digest: digest,
            signatureField: start..<signature.upperBound, fileName: fileName, timestamp: timestamp)
    }

    /// The digest, and the length of the modulus in bytes.
    private static func decodeSignatureInfo(
        _ file: Span<UInt8>, _ reader: inout FieldReader
    ) throws(FileFormatError) -> (digest: SignatureDigest, modulus: Int) {
        var info = try reader.expectContainer(.signatureInfo, file, length: 15...15)
        let digestOffset = info.offset
        guard let digest = SignatureDigest(code: try info.expectByte(.digestAlgorithm, file)) else {
            throw FileFormatError(.header, .digestAlgorithm, .unsupported, at: digestOffset)
        }
        var algorithm = try info.expectContainer(.signatureAlgorithmInfo, file, length: 8...8)
        try info.finish(.signatureInfo)
        let algorithmOffset = algorithm.offset
        guard try algorithm.expectByte(.signatureAlgorithm, file) == 0 else {
            throw FileFormatError(.header, .signatureAlgorithm, .unsupported, at: algorithmOffset)
        }
        let modulusOffset = algorithm.offset
        guard let modulus = SignatureModulus.size(code: try algorithm.expectByte(.signatureModulus, file)) else {
            throw FileFormatError(.header, .signatureModulus, .unsupported, at: modulusOffset)
        }
        try algorithm.finish(.signatureAlgorithmInfo)
        return (digest, modulus)
    }

    /// Up to three bytes bring the header to a multiple of four.
    private static func decodePadding(_ file: Span<UInt8>, _ reader: FieldReader) throws(FileFormatError) {
        for (count, offset) in reader.rest.enumerated() {
            guard file[offset] == HeaderTag.padding.rawValue else {
                let isPadded = count > 0
                throw FileFormatError(
                    .header, isPadded ? .padding : .tag, isPadded ? .afterPadding : .unknown, at: offset)
            }
            guard count < 3 else { throw FileFormatError(.header, .padding, .tooLarge, at: offset) }
        }
    }
}

extension FileHeader.Version {
    fileprivate static func decode(_ file: Span<UInt8>, in value: Range<Int>) -> FileHeader.Version {
        FileHeader.Version(major: file[value.lowerBound], minor: file[value.lowerBound + 1])
    }
}

extension FileHeader.Signer {
    /// Name, serial number and issuer stand in any order.
    fileprivate static func decode(
        _ file: Span<UInt8>, _ reader: inout FieldReader
    ) throws(FileFormatError) -> FileHeader.Signer {
        let start = reader.offset
        var fields = try reader.expectContainer(.signerID, file, length: 0...Int(UInt16.max))
        var name: Label?
        var serialNumber: [UInt8]?
        var issuer: Label?
        while let tag = fields.tag(file) {
            switch HeaderTag(rawValue: tag) {
            case .signerName:
                guard name == nil else { throw fields.error(.signerName, .repeated) }
                name = try decodeName(file, &fields, .signerName)
            case .caName:
                guard issuer == nil else { throw fields.error(.caName, .repeated) }
                issuer = try decodeName(file, &fields, .caName)
            case .serialNumber:
                guard serialNumber == nil else { throw fields.error(.serialNumber, .repeated) }
                let value = try fields.expect(.serialNumber, file, length: FileLimits.serialNumber)
                serialNumber = file.bytes(in: value)
            default: throw fields.error(.tag, .unknown)
            }
        }
        guard let name else { throw FileFormatError(.header, .signerName, .missing, at: start) }
        guard let serialNumber else { throw FileFormatError(.header, .serialNumber, .missing, at: start) }
        guard let issuer else { throw FileFormatError(.header, .caName, .missing, at: start) }
        return FileHeader.Signer(name: name, serialNumber: serialNumber, issuer: issuer)
    }

    private static func decodeName(
        _ file: Span<UInt8>, _ fields: inout FieldReader, _ tag: HeaderTag
    ) throws(FileFormatError) -> Label {
        try Label.decode(file, in: fields.expect(tag, file, length: FileLimits.name), .header, tag.field)
    }
}
