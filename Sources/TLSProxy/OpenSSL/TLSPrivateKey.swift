import COpenSSL

/// A private key that any number of threads may use. It has no description: what is printed by accident is not the key.
///
/// This file is one of the thin wrappers around C.
@safe
public final class TLSPrivateKey: @unchecked Sendable {
    let pointer: OpaquePointer

    /// - Parameter der: `PrivateKeyInfo` (RFC 5208) or the form of its algorithm (`RSAPrivateKey`, `ECPrivateKey`).
    public init(der: [UInt8]) throws(TLSProxyError) {
        let decoded = unsafe der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var place = buffer.baseAddress
            return unsafe d2i_AutoPrivateKey(nil, &place, buffer.count)
        }
        guard let decoded = unsafe decoded else { throw OpenSSLErrors.take("the private key cannot be read") }
        OpenSSLErrors.discard()
        unsafe pointer = decoded
    }

    deinit { unsafe EVP_PKEY_free(pointer) }
}
