import COpenSSL

/// Random bytes fit for keys.
///
/// This file is one of the thin wrappers around C.
enum RandomBytes {
    static func make(_ count: Int) throws(TrustError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard unsafe RAND_bytes(&bytes, Int32(clamping: count)) == 1 else {
            throw OpenSSLErrors.take("there are no random numbers")
        }
        return bytes
    }
}
