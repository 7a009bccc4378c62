import COpenSSL
import CTLSLibrary

/// Owns a certificate of OpenSSL's and frees it. It does not change, and any number of threads may read it.
///
/// This file is one of the thin wrappers around C.
@safe
final class X509Object: @unchecked Sendable {
    let pointer: OpaquePointer

    init(der: [UInt8]) throws(TLSProxyError) {
        let decoded = unsafe der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var place = buffer.baseAddress
            // Of the library context in which it will be used.
            var decoded = unsafe X509_new_ex(CTLSLibrary_shared(), nil)
            guard unsafe decoded != nil, unsafe d2i_X509(&decoded, &place, buffer.count) != nil else {
                unsafe X509_free(decoded)
                return nil
            }
            guard let start = buffer.baseAddress, let end = unsafe place, unsafe end - start == buffer.count else {
                unsafe X509_free(decoded)
                return nil
            }
            return unsafe decoded
        }
        guard let decoded = unsafe decoded else { throw OpenSSLErrors.take("the certificate cannot be read") }
        OpenSSLErrors.discard()
        unsafe pointer = decoded
    }

    deinit { unsafe X509_free(pointer) }
}
