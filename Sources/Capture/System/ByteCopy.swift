import Glibc

/// This file is one of the thin wrappers around C: `memcpy`, with its bounds checked.
extension MutableSpan where Element == UInt8 {
    /// Copies the first `count` bytes of `source` to `offset`. Traps when either span is too short.
    mutating func copy(_ source: Span<UInt8>, count: Int, to offset: Int) {
        precondition(count >= 0 && count <= source.count && offset >= 0 && offset <= self.count - count)
        unsafe withUnsafeMutableBytes { target in
            unsafe source.withUnsafeBytes { bytes in
                guard let to = target.baseAddress, let from = bytes.baseAddress else { return }
                unsafe _ = memcpy(to + offset, from, count)
            }
        }
    }
}
