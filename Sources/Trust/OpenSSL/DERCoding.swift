import COpenSSL

/// The shapes of OpenSSL's `i2d_…` and `d2i_…` functions.
///
/// This file is one of the thin wrappers around C.
enum DERCoding {
    typealias Output = UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>
    typealias Input = UnsafeMutablePointer<UnsafePointer<UInt8>?>

    /// What `encode` writes; `nil` when it refuses. It is called twice: for the length, and for the bytes.
    static func encoded(_ encode: (Output?) -> Int32) -> [UInt8]? {
        let length = Int(encode(nil))
        guard length > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: length)
        let written = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            var end = buffer.baseAddress
            return unsafe encode(&end)
        }
        return Int(written) == length ? bytes : nil
    }

    /// What `decode` makes of all of `der`. Bytes that follow the value are refused, and `release` frees it.
    ///
    /// - Parameter what: such as "the certificate", for the error.
    static func decoded(
        _ der: [UInt8], _ what: String, _ decode: (Input, Int) -> OpaquePointer?, release: (OpaquePointer) -> Void
    ) throws(TrustError) -> OpaquePointer {
        var used = 0
        let value = unsafe der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var place = buffer.baseAddress
            guard let value = unsafe decode(&place, buffer.count) else { return nil }
            if let start = buffer.baseAddress, let end = unsafe place { used = unsafe end - start }
            return unsafe value
        }
        guard let value = unsafe value else { throw OpenSSLErrors.take("\(what) cannot be read") }
        // Reading tries several forms and leaves behind why it was not the first.
        OpenSSLErrors.discard()
        guard used == der.count else {
            unsafe release(value)
            throw TrustError("\(what) cannot be read: \(der.count - used) bytes follow it")
        }
        return unsafe value
    }
}
