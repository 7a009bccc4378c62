import COpenSSL

/// Owns an RSA key of OpenSSL's, private or public, and frees it. Such a key does not change once it is made, and
/// OpenSSL lets any number of threads use it at a time.
///
/// This file is one of the thin wrappers around C.
@safe
final class RSAKey: @unchecked Sendable {
    /// RFC 8017 sets no limits. These keep out keys that break quickly and keys that cost too much to use.
    static let sizes = 512...8192

    let pointer: OpaquePointer

    /// Takes over `pointer`, an `EVP_PKEY`, also when it throws.
    init(owning pointer: OpaquePointer) throws(TrustError) {
        unsafe self.pointer = pointer
        guard unsafe EVP_PKEY_is_a(pointer, "RSA") == 1 else { throw TrustError("the key is not an RSA key") }
        guard Self.sizes.contains(bits) else { throw TrustError("an RSA key of \(bits) bits is out of range") }
    }

    deinit { unsafe EVP_PKEY_free(pointer) }

    var bits: Int { Int(unsafe EVP_PKEY_get_bits(pointer)) }

    /// Most significant byte first, without leading zeros.
    var modulus: [UInt8] {
        var number: OpaquePointer?
        guard unsafe EVP_PKEY_get_bn_param(pointer, "n", &number) == 1, let number = unsafe number else {
            OpenSSLErrors.discard()
            return []
        }
        defer { unsafe BN_free(number) }
        var bytes = [UInt8](repeating: 0, count: (Int(unsafe BN_num_bits(number)) + 7) / 8)
        let length = unsafe BN_bn2bin(number, &bytes)
        return Array(bytes.prefix(Int(length)))
    }

    /// DER `RSAPublicKey` (RFC 8017 A.1.1).
    var publicDER: [UInt8] {
        unsafe DERCoding.encoded { unsafe i2d_PublicKey(pointer, $0) } ?? []
    }

    /// DER `SubjectPublicKeyInfo` (RFC 5280 4.1).
    var subjectPublicKeyInfo: [UInt8] {
        unsafe DERCoding.encoded { unsafe i2d_PUBKEY(pointer, $0) } ?? []
    }

    /// DER `PrivateKeyInfo` (RFC 5208); empty for a public key.
    var privateDER: [UInt8] {
        guard let information = unsafe EVP_PKEY2PKCS8(pointer) else {
            OpenSSLErrors.discard()
            return []
        }
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(information) }
        return unsafe DERCoding.encoded { unsafe i2d_PKCS8_PRIV_KEY_INFO(information, $0) } ?? []
    }
}

extension RSAKey {
    static func generate(bits: Int) throws(TrustError) -> RSAKey {
        guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "RSA", nil) else {
            throw OpenSSLErrors.take("no RSA key can be made")
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(clamping: bits)) == 1,
            unsafe EVP_PKEY_generate(context, &key) == 1, let key = unsafe key
        else { throw OpenSSLErrors.take("no RSA key of \(bits) bits can be made") }
        return try unsafe RSAKey(owning: key)
    }

    /// From `PrivateKeyInfo` or `RSAPrivateKey`.
    static func privateKey(der: [UInt8]) throws(TrustError) -> RSAKey {
        let decoded = try unsafe DERCoding.decoded(
            der, "the private key", { unsafe d2i_AutoPrivateKey(nil, $0, $1) },
            release: { unsafe EVP_PKEY_free($0) })
        let key = try unsafe RSAKey(owning: decoded)
        guard key.isWhole else { throw OpenSSLErrors.take("the private key does not fit its public part") }
        return key
    }

    /// From `RSAPublicKey`.
    static func publicKey(der: [UInt8]) throws(TrustError) -> RSAKey {
        let decoded = try unsafe DERCoding.decoded(
            der, "the public key", { unsafe d2i_PublicKey(Int32(EVP_PKEY_RSA), nil, $0, $1) },
            release: { unsafe EVP_PKEY_free($0) })
        return try unsafe RSAKey(owning: decoded)
    }

    private var isWhole: Bool {
        guard let context = unsafe EVP_PKEY_CTX_new_from_pkey(nil, pointer, nil) else { return false }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        return unsafe EVP_PKEY_pairwise_check(context) == 1
    }
}
