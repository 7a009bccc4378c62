import ConfigLanguage

extension SignatureDigest {
    /// DIGESTALGORITHM.
    var code: UInt8 {
        switch self {
        case .sha1: 1
        case .sha256: 2
        case .sha512: 3
        }
    }

    init?(code: UInt8) {
        guard let digest = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = digest
    }
}

/// SIGNATUREMODULUS: how long an RSA modulus is, and with it a signature.
enum SignatureModulus {
    private static let sizes = [64, 128, 256, 512]

    /// Bytes.
    static func size(code: UInt8) -> Int? { sizes.indices.contains(Int(code)) ? sizes[Int(code)] : nil }

    /// - Returns: `nil` for a size that these files can not name.
    static func code(size: Int) -> UInt8? { sizes.firstIndex(of: size).map { UInt8($0) } }
}
