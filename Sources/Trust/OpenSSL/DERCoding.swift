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

    /// What `decode` makes of all of `der`; `nil` when it refuses. Bytes that follow the value are refused with
    /// `release`, which frees it.
    static func decoded(
        _ der: [UInt8], _ decode: (Input, Int) -> OpaquePointer?, release: (OpaquePointer) -> Void
    ) -> OpaquePointer? {
        unsafe der.withUnsafeBufferPointer { buffer in
            var place = buffer.baseAddress
            guard let value = unsafe decode(&place, buffer.count) else { return nil }
            guard let start = buffer.baseAddress, let end = unsafe place, unsafe end - start == buffer.count
            else {
                unsafe release(value)
                return nil
            }
            return unsafe value
        }
    }
}
