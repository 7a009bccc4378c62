import COpenSSL
import ConfigLanguage

/// Owns what OpenSSL needs to digest data that comes in pieces, for one signature or one verification
/// (RFC 8017 section 8.2, RSASSA-PKCS1-v1_5).
///
/// This file is one of the thin wrappers around C.
@safe
struct DigestContext: ~Copyable {
    private let context: OpaquePointer

    init?() {
        guard let context = unsafe EVP_MD_CTX_new() else { return nil }
        unsafe self.context = context
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// `nil` when OpenSSL refuses, such as a digest that the key is too short for.
    func sign(_ parts: [ArraySlice<UInt8>], with key: RSAKey, _ digest: SignatureDigest) -> [UInt8]? {
        guard unsafe EVP_DigestSignInit(context, nil, digest.algorithm, nil, key.pointer) == 1 else { return nil }
        for part in parts {
            let taken = unsafe part.withUnsafeBytes { unsafe EVP_DigestSignUpdate(context, $0.baseAddress, $0.count) }
            guard taken == 1 else { return nil }
        }
        var signature = [UInt8](repeating: 0, count: (key.bits + 7) / 8)
        var length = signature.count
        guard unsafe EVP_DigestSignFinal(context, &signature, &length) == 1, length == signature.count else {
            return nil
        }
        return signature
    }

    func verify(
        _ parts: [ArraySlice<UInt8>], signature: [UInt8], with key: RSAKey, _ digest: SignatureDigest
    ) -> Bool {
        guard unsafe EVP_DigestVerifyInit(context, nil, digest.algorithm, nil, key.pointer) == 1 else { return false }
        for part in parts {
            let taken = unsafe part.withUnsafeBytes {
                unsafe EVP_DigestVerifyUpdate(context, $0.baseAddress, $0.count)
            }
            guard taken == 1 else { return false }
        }
        return unsafe EVP_DigestVerifyFinal(context, signature, signature.count) == 1
    }
}

extension SignatureDigest {
    /// OpenSSL's; it lives as long as the program.
    var algorithm: OpaquePointer? {
        switch self {
        case .sha1: unsafe EVP_sha1()
        case .sha256: unsafe EVP_sha256()
        case .sha512: unsafe EVP_sha512()
        }
    }
}
