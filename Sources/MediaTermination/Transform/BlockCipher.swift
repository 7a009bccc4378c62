import CMediaCrypto
import Wire

/// AES under one key, for counter mode.
///
/// Used by one thread at a time, as its owner is. This file is one of the thin wrappers around C.
@safe
struct BlockCipher: ~Copyable, @unchecked Sendable {
    private let context: OpaquePointer

    /// - Parameters:
    ///   - key: of 16 or 32 bytes.
    ///   - usesInstructions: the processor's own, where it has them; OpenSSL otherwise.
    init(key: [UInt8], usesInstructions: Bool = true) throws(SRTPFailure) {
        guard let context = unsafe CMediaCrypto_newBlockCipher(key, key.count, usesInstructions ? 1 : 0) else {
            throw .setupFailed
        }
        unsafe self.context = context
    }

    deinit { unsafe CMediaCrypto_freeBlockCipher(context) }

    var keyPlace: KeyPlace { unsafe KeyPlace(UnsafeRawPointer(context)) }

    /// Encrypts or decrypts `range` of `bytes`, the counter starting at `high`, `low`.
    @inline(__always)
    func counterMode(_ bytes: inout MutableSpan<UInt8>, _ range: Range<Int>, high: UInt64, low: UInt64) -> Bool {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        return unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return true }
            return unsafe CMediaCrypto_counterMode(context, high, low, start + range.lowerBound, range.count) == 1
        }
    }
}

/// Where the round keys of a ``BlockCipher`` lie, kept where a packet's first look falls: to fetch them needs no look into the
/// session then. Nothing is ever read there, so that it does no harm when the cipher is gone.
@safe
struct KeyPlace: @unchecked Sendable {
    private let start: UnsafeRawPointer?

    /// Of no key.
    init() { unsafe start = nil }

    fileprivate init(_ start: UnsafeRawPointer) { unsafe self.start = start }

    /// Fetches the round keys of AES-128, all lines of them; changes nothing.
    @inline(__always)
    func expect() {
        if let start = unsafe start { unsafe Prefetch.memory(start, lines: 3) }
    }
}

/// HMAC-SHA1 under one key (RFC 2104).
///
/// This file is one of the thin wrappers around C.
struct PacketHMAC {
    private var states = CMediaCrypto_HMAC()

    /// - Parameter key: of at most 64 bytes.
    init(key: [UInt8]) {
        precondition(key.count <= 64)
        unsafe CMediaCrypto_prepareHMAC(&states, key, key.count)
    }

    /// Writes `length` bytes of the tag of the first `end` bytes, and of `trailer` if there is one, behind them.
    @inline(__always)
    func sign(_ bytes: inout MutableSpan<UInt8>, to end: Int, trailer: UInt32?, length: Int) {
        precondition(end >= 0 && length >= 0 && length <= bytes.count - end)
        unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            unsafe withUnsafePointer(to: states) { states in
                unsafe CMediaCrypto_sign(
                    states, start, end, trailer ?? 0, trailer == nil ? 0 : 4, start + end, length)
            }
        }
    }

    /// Whether `length` bytes behind the first `end` are their tag.
    @inline(__always)
    func verify(_ bytes: borrowing MutableSpan<UInt8>, to end: Int, trailer: UInt32?, length: Int) -> Bool {
        precondition(end >= 0 && length >= 0 && length <= bytes.count - end)
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return false }
            return unsafe withUnsafePointer(to: states) { states in
                unsafe CMediaCrypto_verify(
                    states, start, end, trailer ?? 0, trailer == nil ? 0 : 4, start + end, length) == 1
            }
        }
    }
}
