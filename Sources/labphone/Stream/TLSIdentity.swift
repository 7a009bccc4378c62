import COpenSSL
import Glibc

/// A key, which phones here share, and how each gets a certificate: one for all, or one of its own from an authority.
///
/// This file is one of the thin wrappers around C.
@safe
final class TLSIdentity {
    private let key: OpaquePointer
    /// The certificate of every phone; `nil` when an authority makes them.
    private let certificate: OpaquePointer?
    private let authority: (certificate: OpaquePointer, key: OpaquePointer)?
    private var serial = 1

    /// Key and certificate of one PEM file.
    init(file: String) throws(LabError) {
        unsafe key = try Self.key(in: file)
        unsafe certificate = try Self.certificate(in: file)
        unsafe authority = nil
    }

    /// A new key, and certificates as this authority would make them.
    init(authority file: String, key keyFile: String) throws(LabError) {
        unsafe authority = (try Self.certificate(in: file), try Self.key(in: keyFile))
        guard let made = unsafe Self.makeKey() else { throw TLSContext.failure("RSA key") }
        unsafe key = made
        unsafe certificate = nil
    }

    deinit {
        unsafe EVP_PKEY_free(key)
        unsafe X509_free(certificate)
        if let authority = unsafe authority {
            unsafe X509_free(authority.certificate)
            unsafe EVP_PKEY_free(authority.key)
        }
    }

    /// Has a connection present this phone's certificate.
    func present(as device: String, on connection: OpaquePointer) throws(LabError) {
        let own = unsafe certificate == nil ? try make(for: device) : nil
        defer { unsafe X509_free(own) }
        guard unsafe SSL_use_certificate(connection, own ?? certificate) == 1,
            unsafe SSL_use_PrivateKey(connection, key) == 1
        else { throw TLSContext.failure("certificate of \(device)") }
    }

    /// A certificate whose subject is a phone's, for a year.
    private func make(for device: String) throws(LabError) -> OpaquePointer {
        guard let authority = unsafe authority, let made = unsafe X509_new() else { throw TLSContext.failure("X509") }
        serial += 1
        unsafe X509_set_version(made, 2)
        unsafe ASN1_INTEGER_set(X509_get_serialNumber(made), serial)
        unsafe X509_gmtime_adj(X509_getm_notBefore(made), -86_400)
        unsafe X509_gmtime_adj(X509_getm_notAfter(made), 365 * 86_400)
        let subject = unsafe X509_get_subject_name(made)
        for (field, value) in [("O", "Cisco Systems Inc."), ("OU", "EVVBU"), ("CN", "CP-7962G-\(device)")] {
            unsafe X509_NAME_add_entry_by_txt(subject, field, 0x1000 | 1, value, -1, -1, 0)
        }
        unsafe X509_set_issuer_name(made, X509_get_subject_name(authority.certificate))
        unsafe X509_set_pubkey(made, key)
        guard unsafe X509_sign(made, authority.key, EVP_sha256()) > 0 else {
            unsafe X509_free(made)
            throw TLSContext.failure("signature for \(device)")
        }
        return unsafe made
    }

    private static func makeKey() -> OpaquePointer? {
        guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "RSA", nil) else { return nil }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1, unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048) == 1,
            unsafe EVP_PKEY_generate(context, &key) == 1
        else { return nil }
        return unsafe key
    }

    private static func reading<Value>(_ file: String, _ read: (OpaquePointer) -> Value?) throws(LabError) -> Value {
        guard let source = unsafe BIO_new_file(file, "r") else { throw TLSContext.failure(file) }
        defer { unsafe BIO_free(source) }
        guard let value = unsafe read(source) else { throw TLSContext.failure(file) }
        return value
    }

    private static func key(in file: String) throws(LabError) -> OpaquePointer {
        unsafe try reading(file) { unsafe PEM_read_bio_PrivateKey($0, nil, nil, nil) }
    }

    private static func certificate(in file: String) throws(LabError) -> OpaquePointer {
        unsafe try reading(file) { unsafe PEM_read_bio_X509($0, nil, nil, nil) }
    }
}
