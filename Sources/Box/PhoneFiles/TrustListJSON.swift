import ConfigLanguage
import Trust
import Wire

/// A trust list as JSON: what it says of itself, and whether it verifies.
enum TrustListJSON {
    static func render(_ file: [UInt8], _ list: TrustList, _ rejection: FileRejection?) -> JSONValue {
        .object([
            ("length", .count(file.count)),
            ("md5", .string(Fingerprint.md5.of(file).hexadecimal())),
            ("sha1", .string(Fingerprint.sha1.of(file).hexadecimal())),
            ("header", header(list.header)),
            ("records", .array(list.records.map { record($0, list.header.signer) })),
            ("verified", .bool(rejection == nil)),
            ("reason", .optional(rejection) { .string($0.description) }),
        ])
    }

    private static func header(_ header: FileHeader) -> JSONValue {
        .object([
            ("version", .string(header.version.description)),
            ("length", .count(header.length)),
            ("signerVersion", .optional(header.signerVersion) { .string($0.description) }),
            ("signerName", .string(header.signer.name.description)),
            ("serialNumber", .string(header.signer.serialNumber.hexadecimal())),
            ("caName", .string(header.signer.issuer.description)),
            ("digest", .string(header.digest.standardName)),
            ("signatureLength", .count(header.signature.count)),
            ("fileName", .string(header.fileName.description)),
            ("timestamp", .optional(header.timestamp) { .count($0) }),
        ])
    }

    private static func record(_ record: TrustRecord, _ signer: FileHeader.Signer) -> JSONValue {
        .object([
            ("length", .count(record.length)),
            ("function", .string(record.role.description)),
            ("functionCode", .count(record.role.rawValue)),
            ("dnsName", .optional(record.dnsName) { .string($0.description) }),
            ("address", .optional(record.address) { .string(address($0)) }),
            ("subjectName", .optional(record.subjectName) { .string($0.description) }),
            ("issuerName", .optional(record.issuerName) { .string($0.description) }),
            ("serialNumber", .optional(record.serialNumber) { .string($0.hexadecimal()) }),
            ("publicKeyLength", .optional(record.publicKey) { .count($0.count) }),
            ("certificateLength", .optional(record.certificate) { .count($0.count) }),
            ("certificateSHA1", .optional(record.certificate) { .string(Fingerprint.sha1.of($0).hexadecimal()) }),
            ("isSigner", .bool(record.role == .sast && record.isFrom(signer))),
        ])
    }

    /// Four bytes as an address, anything else as it stands.
    static func address(_ bytes: [UInt8]) -> String {
        guard bytes.count == 4 else { return bytes.hexadecimal(separator: " ") }
        return bytes.map(String.init).joined(separator: ".")
    }
}

extension SignatureDigest {
    /// As standards spell it.
    var standardName: String {
        switch self {
        case .sha1: "SHA-1"
        case .sha256: "SHA-256"
        case .sha512: "SHA-512"
        }
    }
}

extension Label {
    /// With its terminator, as LENGTH counts it.
    var fieldLength: Int { bytes.count + 1 }
}

extension [UInt8] {
    /// As Unified CM prints serial numbers.
    var colons: String { hexadecimal(separator: ":", upperCase: true) }

    func hexadecimal(separator: String = "", upperCase: Bool = false) -> String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: upperCase) }.joined(separator: separator)
    }
}
