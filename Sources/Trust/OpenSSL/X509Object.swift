import COpenSSL
import ConfigLanguage
import Glibc

/// Owns a certificate of OpenSSL's and frees it.
///
/// This file is one of the thin wrappers around C.
@safe
struct X509Object: ~Copyable {
    let pointer: OpaquePointer

    init(der: [UInt8]) throws(TrustError) {
        unsafe pointer = try unsafe DERCoding.decoded(
            der, "the certificate", { unsafe d2i_X509(nil, $0, $1) }, release: { unsafe X509_free($0) })
    }

    /// An empty one, to be filled.
    init() throws(TrustError) {
        guard let made = unsafe X509_new() else { throw OpenSSLErrors.take("no certificate can be made") }
        unsafe pointer = made
    }

    deinit { unsafe X509_free(pointer) }

    var der: [UInt8] { unsafe DERCoding.encoded { unsafe i2d_X509(pointer, $0) } ?? [] }

    func subject() throws(TrustError) -> DistinguishedName {
        try unsafe X509Name.read(X509_get_subject_name(pointer))
    }

    func issuer() throws(TrustError) -> DistinguishedName {
        try unsafe X509Name.read(X509_get_issuer_name(pointer))
    }

    func publicKey() throws(TrustError) -> PublicKey {
        guard let key = unsafe X509_get_pubkey(pointer) else {
            throw OpenSSLErrors.take("the certificate's key cannot be read")
        }
        return try PublicKey(try unsafe RSAKey(owning: key))
    }

    /// Most significant byte first, without a sign byte; one zero byte for zero.
    var serialNumber: [UInt8] {
        let digits = unsafe asn1Bytes(X509_get0_serialNumber(pointer)).drop { $0 == 0 }
        return digits.isEmpty ? [0] : Array(digits)
    }

    var signatureBits: [UInt8] {
        var bits: UnsafePointer<ASN1_BIT_STRING>?
        unsafe X509_get0_signature(&bits, nil, pointer)
        return unsafe asn1Bytes(bits)
    }

    /// Of an RSA PKCS #1 v1.5 signature; `nil` for others.
    var signatureDigest: SignatureDigest? {
        switch unsafe X509_get_signature_nid(pointer) {
        case NID_sha1WithRSAEncryption: .sha1
        case NID_sha256WithRSAEncryption: .sha256
        case NID_sha512WithRSAEncryption: .sha512
        default: nil
        }
    }

    /// Basic constraints say that it may sign others (RFC 5280 4.2.1.9).
    var isAuthority: Bool {
        defer { OpenSSLErrors.discard() }
        return unsafe X509_check_ca(pointer) == 1
    }

    /// Seconds since 1970.
    func validity() throws(TrustError) -> (notBefore: Int64, notAfter: Int64) {
        guard let first = unsafe seconds(X509_get0_notBefore(pointer)),
            let last = unsafe seconds(X509_get0_notAfter(pointer))
        else { throw OpenSSLErrors.take("the certificate's validity cannot be read") }
        return (first, last)
    }

    /// Whether the certificate's signature was made with the key of which `key` is the public part.
    func isSigned(by key: RSAKey) -> Bool {
        defer { OpenSSLErrors.discard() }
        return unsafe X509_verify(pointer, key.pointer) == 1
    }

    private func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        var broken = unsafe tm()
        guard let time = unsafe time, unsafe ASN1_TIME_to_tm(time, &broken) == 1 else { return nil }
        return Int64(unsafe timegm(&broken))
    }
}

/// The contents of an ASN.1 string or integer.
func asn1Bytes(_ value: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
    guard let value = unsafe value, let start = unsafe ASN1_STRING_get0_data(value) else { return [] }
    return unsafe Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(value))))
}
