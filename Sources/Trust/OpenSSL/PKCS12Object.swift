import COpenSSL

/// Owns a PKCS #12 structure of OpenSSL's and frees it.
///
/// This file is one of the thin wrappers around C.
@safe
struct PKCS12Object: ~Copyable {
    /// What the parts are in DER, so that they outlive the context in which they were read.
    struct Parts {
        var key: [UInt8]
        var certificate: [UInt8]
        var others: [[UInt8]]
    }

    /// How often the passphrase may be hashed: a text must not keep the box busy for minutes.
    private static let iterationLimit = 5_000_000
    /// How often it is hashed here.
    private static let iterations: Int32 = 100_000

    private let pointer: OpaquePointer

    private init(owning pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe PKCS12_free(pointer) }

    var der: [UInt8] { unsafe DERCoding.encoded { unsafe i2d_PKCS12(pointer, $0) } ?? [] }

    static func read(der: [UInt8]) throws(TrustError) -> PKCS12Object {
        let decoded = try unsafe DERCoding.decoded(
            der, "the PKCS #12", { unsafe d2i_PKCS12(nil, $0, $1) }, release: { unsafe PKCS12_free($0) })
        return unsafe PKCS12Object(owning: decoded)
    }

    /// With AES-256 and SHA-256, as OpenSSL 3 does it by itself.
    static func make(
        _ key: RSAKey, _ certificate: borrowing X509Object, name: String, passphrase: String
    ) throws(TrustError) -> PKCS12Object {
        let made = unsafe PKCS12_create_ex(
            passphrase, name, key.pointer, certificate.pointer, nil, 0, 0, iterations, iterations, 0, nil, nil)
        guard let made = unsafe made else { throw OpenSSLErrors.take("the PKCS #12 cannot be written") }
        return unsafe PKCS12Object(owning: made)
    }

    /// - Parameter hasLegacyAlgorithms: what to say about an algorithm that is not there.
    func parts(passphrase: String, hasLegacyAlgorithms: Bool) throws(TrustError) -> Parts {
        try checkProtection()
        guard unsafe PKCS12_verify_mac(pointer, passphrase, -1) == 1 else {
            OpenSSLErrors.discard()
            throw TrustError("the passphrase is wrong, or the PKCS #12 is damaged")
        }
        var key: OpaquePointer?
        var certificate: OpaquePointer?
        var others: OpaquePointer?
        guard unsafe PKCS12_parse(pointer, passphrase, &key, &certificate, &others) == 1 else {
            let reason = OpenSSLErrors.take("the PKCS #12 cannot be read")
            if hasLegacyAlgorithms { throw reason }
            throw TrustError(
                "\(reason); algorithms as old as RC2 need OpenSSL's legacy provider, which is not installed here")
        }
        defer {
            unsafe EVP_PKEY_free(key)
            unsafe X509_free(certificate)
            while unsafe OPENSSL_sk_num(others) > 0 { unsafe X509_free(OpaquePointer(OPENSSL_sk_pop(others))) }
            unsafe OPENSSL_sk_free(others)
        }
        guard let key = unsafe key, let certificate = unsafe certificate else {
            throw TrustError("the PKCS #12 does not have a private key with its certificate")
        }
        return Parts(
            key: unsafe DERCoding.encoded { unsafe i2d_PrivateKey(key, $0) } ?? [],
            certificate: unsafe Self.der(certificate),
            others: unsafe (0..<max(0, OPENSSL_sk_num(others))).map {
                unsafe Self.der(OpaquePointer(OPENSSL_sk_value(others, $0)))
            })
    }

    private static func der(_ certificate: OpaquePointer?) -> [UInt8] {
        unsafe DERCoding.encoded { unsafe i2d_X509(certificate, $0) } ?? []
    }

    private func checkProtection() throws(TrustError) {
        guard unsafe PKCS12_mac_present(pointer) == 1 else {
            throw TrustError("the PKCS #12 is not protected with a passphrase")
        }
        var iterations: UnsafePointer<ASN1_INTEGER>?
        unsafe PKCS12_get0_mac(nil, nil, nil, &iterations, pointer)
        // Absent stands for one.
        let count = unsafe iterations.map { unsafe ASN1_INTEGER_get($0) } ?? 1
        guard (1...Self.iterationLimit).contains(count) else {
            throw TrustError("the PKCS #12 wants its passphrase hashed \(count) times")
        }
    }
}
