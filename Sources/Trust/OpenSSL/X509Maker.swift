import COpenSSL
import ConfigLanguage
import Glibc

/// Fills in and signs a certificate.
///
/// This file is one of the thin wrappers around C.
struct X509Maker: ~Copyable {
    enum Extension {
        case basicConstraints, keyUsage, extendedKeyUsage, subjectKeyIdentifier, authorityKeyIdentifier
        case subjectAlternativeName

        fileprivate var number: Int32 {
            switch self {
            case .basicConstraints: NID_basic_constraints
            case .keyUsage: NID_key_usage
            case .extendedKeyUsage: NID_ext_key_usage
            case .subjectKeyIdentifier: NID_subject_key_identifier
            case .authorityKeyIdentifier: NID_authority_key_identifier
            case .subjectAlternativeName: NID_subject_alt_name
            }
        }
    }

    private let object: X509Object
    /// Whose key signs; `nil`: its own.
    private let issuer: X509Object?

    init(issuer: consuming X509Object? = nil) throws(TrustError) {
        let object = try X509Object()
        // Version 3 is written as 2.
        try Self.check(unsafe X509_set_version(object.pointer, 2), "the version")
        self.object = object
        self.issuer = issuer
    }

    /// - Parameter bytes: most significant first.
    mutating func setSerialNumber(_ bytes: [UInt8]) throws(TrustError) {
        let number = unsafe BN_bin2bn(bytes, Int32(clamping: bytes.count), nil)
        defer { unsafe BN_free(number) }
        let written = unsafe BN_to_ASN1_INTEGER(number, X509_get_serialNumber(object.pointer))
        try Self.check(unsafe written == nil ? 0 : 1, "the serial number")
    }

    mutating func setSubject(_ name: DistinguishedName) throws(TrustError) {
        try unsafe X509Name.write(name, to: X509_get_subject_name(object.pointer))
        try setIssuer()
    }

    /// The subject of another certificate, to the byte.
    mutating func setSubject(of other: borrowing X509Object) throws(TrustError) {
        try Self.check(
            unsafe X509_set_subject_name(object.pointer, X509_get_subject_name(other.pointer)), "the subject")
        try setIssuer()
    }

    private mutating func setIssuer() throws(TrustError) {
        try Self.check(
            unsafe X509_set_issuer_name(object.pointer, X509_get_subject_name(signer)), "the issuer")
    }

    private var signer: OpaquePointer {
        switch issuer {
        case .some(let issuer): return unsafe issuer.pointer
        case .none: return unsafe object.pointer
        }
    }

    /// In seconds since 1970.
    mutating func setValidity(from first: Int64, to last: Int64) throws(TrustError) {
        let start = unsafe ASN1_TIME_set(X509_getm_notBefore(object.pointer), time_t(first))
        let end = unsafe ASN1_TIME_set(X509_getm_notAfter(object.pointer), time_t(last))
        try Self.check(unsafe start == nil || end == nil ? 0 : 1, "the validity")
    }

    mutating func setKey(_ key: PrivateKey) throws(TrustError) {
        try Self.check(unsafe X509_set_pubkey(object.pointer, key.key.pointer), "the public key")
    }

    /// - Parameter value: in the notation of `x509v3_config(5)`.
    mutating func add(_ kind: Extension, _ value: String) throws(TrustError) {
        var context = unsafe X509V3_CTX()
        unsafe X509V3_set_ctx(&context, signer, object.pointer, nil, nil, 0)
        guard let made = unsafe X509V3_EXT_nconf_nid(nil, &context, kind.number, value) else {
            throw OpenSSLErrors.take("the extension \(value) cannot be written")
        }
        defer { unsafe X509_EXTENSION_free(made) }
        try Self.check(unsafe X509_add_ext(object.pointer, made, -1), "the extension \(value)")
    }

    /// The certificate in DER.
    func signed(with key: PrivateKey, _ digest: SignatureDigest) throws(TrustError) -> [UInt8] {
        guard unsafe X509_sign(object.pointer, key.key.pointer, digest.algorithm) > 0 else {
            throw OpenSSLErrors.take("an RSA key of \(key.bits) bits cannot sign with \(digest.rawValue)")
        }
        return object.der
    }

    private static func check(_ status: Int32, _ what: String) throws(TrustError) {
        if status != 1 { throw OpenSSLErrors.take("\(what) cannot be written") }
    }
}
