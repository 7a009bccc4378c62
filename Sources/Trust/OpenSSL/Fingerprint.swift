import COpenSSL

/// Digests that certificates are told apart by. MD5 is here because the ASA prints it; nothing relies on it.
public enum Fingerprint: String, Sendable, CaseIterable {
    case md5 = "MD5"
    case sha1 = "SHA1"
    case sha256 = "SHA256"

    /// This file is one of the thin wrappers around C.
    public func of(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length = 0
        guard unsafe EVP_Q_digest(nil, rawValue, nil, bytes, bytes.count, &digest, &length) == 1 else {
            OpenSSLErrors.discard()
            return []
        }
        return Array(digest.prefix(length))
    }
}
