/// Why bytes are not a trust list or a signed file: in which part, which field, what is wrong with it, and where.
public struct FileFormatError: Error, Hashable, Sendable {
    public enum Part: Hashable, Sendable {
        case file
        case header
        /// A record of a trust list, counted from 1 as `show ctl` does.
        case record(Int)
    }

    /// As `show ctl` of Unified CM spells them.
    public enum Field: String, Hashable, Sendable {
        case version = "VERSION"
        case headerLength = "HEADERLENGTH"
        case signerVersion = "SIGNERVERSION"
        case signerID = "SIGNERID"
        case signerName = "SIGNERNAME"
        case serialNumber = "SERIALNUMBER"
        case caName = "CANAME"
        case signatureInfo = "SIGNATUREINFO"
        case digestAlgorithm = "DIGESTALGORITHM"
        case signatureAlgorithmInfo = "SIGNATUREALGOINFO"
        case signatureAlgorithm = "SIGNATUREALGORITHM"
        case signatureModulus = "SIGNATUREMODULUS"
        case signature = "SIGNATURE"
        case fileName = "FILENAME"
        case timestamp = "TIMESTAMP"
        case padding = "PADDING"
        case recordLength = "RECORDLENGTH"
        case dnsName = "DNSNAME"
        case subjectName = "SUBJECTNAME"
        case function = "FUNCTION"
        case issuerName = "ISSUERNAME"
        case publicKey = "PUBLICKEY"
        case certificate = "CERTIFICATE"
        case ipAddress = "IPADDRESS"
        case certificateHash = "CERTHASH"
        case hashAlgorithm = "HASHALGORITHM"
        case tag = "field"
        case length
    }

    public enum Problem: String, Hashable, Sendable {
        case truncated = "runs past the end of what it is in"
        case missing = "is missing where it belongs"
        case repeated = "stands there twice"
        case unknown = "is not one that belongs here"
        case wrongLength = "has a length that it can not have"
        case unsupported = "has a value that is not known"
        case unterminated = "does not end with a zero byte"
        case innerZero = "has a zero byte inside"
        case notFilled = "is not filled by the fields in it"
        case afterPadding = "is followed by something else"
        case unaligned = "is not a multiple of 4"
        case modulusMismatch = "is not as long as SIGNATUREMODULUS says"
        case tooMany = "would be one record too many"
        case tooLarge = "is more than such a file can have"
    }

    public let part: Part
    public let field: Field
    public let problem: Problem
    /// Bytes from the start of the file.
    public let offset: Int

    init(_ part: Part, _ field: Field, _ problem: Problem, at offset: Int) {
        self.part = part
        self.field = field
        self.problem = problem
        self.offset = offset
    }
}

extension FileFormatError: CustomStringConvertible {
    /// For example `record 6: RECORDLENGTH runs past the end of what it is in, at offset 9307`.
    public var description: String { "\(part): \(field.rawValue) \(problem.rawValue), at offset \(offset)" }
}

extension FileFormatError.Part: CustomStringConvertible {
    public var description: String {
        switch self {
        case .file: "file"
        case .header: "header"
        case .record(let number): "record \(number)"
        }
    }
}
