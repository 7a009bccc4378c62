import CMediaCrypto

/// AES-GCM under one key, one way (RFC 7714).
///
/// Used by one thread at a time, as its owner is. This file is one of the thin wrappers around C.
@safe
struct AuthenticatedCipher: ~Copyable, @unchecked Sendable {
    static let tagLength = 16

    /// What one packet is sealed with beside the key.
    struct Terms {
        /// The 12 bytes of the nonce, in network order.
        var nonce: (high: UInt64, low: UInt32)
        /// Bytes at the start of the packet that are authenticated and stay in the clear.
        var clear: Int
        /// Authenticated behind them.
        var trailer: UInt32?
    }

    private let context: OpaquePointer

    /// - Parameter key: of 16 or 32 bytes.
    init(key: [UInt8], encrypts: Bool) throws(SRTPFailure) {
        guard let context = unsafe CMediaCrypto_newGCM(key, key.count, encrypts ? 1 : 0) else { throw .setupFailed }
        unsafe self.context = context
    }

    deinit { unsafe CMediaCrypto_freeCipher(context) }

    /// Encrypts from the end of what stays clear to `end`, and writes the tag there.
    @inline(__always)
    func seal(_ bytes: inout MutableSpan<UInt8>, to end: Int, _ terms: Terms) -> Bool {
        precondition(terms.clear >= 0 && terms.clear <= end && Self.tagLength <= bytes.count - end)
        return unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return Int32(0) }
            return unsafe withNonce(terms) { nonce in
                unsafe CMediaCrypto_seal(
                    context, nonce, start, terms.clear, terms.trailer ?? 0, terms.trailer == nil ? 0 : 4,
                    start + terms.clear, end - terms.clear, start + end)
            }
        } == 1
    }

    /// Decrypts from the end of what stays clear to `end`, where the tag stands.
    @inline(__always)
    func open(_ bytes: inout MutableSpan<UInt8>, to end: Int, _ terms: Terms) throws(SRTPFailure) {
        precondition(terms.clear >= 0 && terms.clear <= end && Self.tagLength <= bytes.count - end)
        let result = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return Int32(-1) }
            return unsafe withNonce(terms) { nonce in
                unsafe CMediaCrypto_open(
                    context, nonce, start, terms.clear, terms.trailer ?? 0, terms.trailer == nil ? 0 : 4,
                    start + terms.clear, end - terms.clear, start + end)
            }
        }
        switch result {
        case 1: return
        case 0: throw .authenticationFailed
        default: throw .decryptFailed
        }
    }

    @inline(__always)
    private func withNonce(_ terms: Terms, _ body: (UnsafePointer<UInt8>) -> Int32) -> Int32 {
        // 16 bytes, of which the first 12 count.
        let words = (terms.nonce.high.bigEndian, UInt64(terms.nonce.low.bigEndian))
        return unsafe withUnsafeBytes(of: words) { bytes in
            guard let start = bytes.baseAddress else { return -1 }
            return unsafe body(start.assumingMemoryBound(to: UInt8.self))
        }
    }
}
