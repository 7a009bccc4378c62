public import CProcessor

/// Hints to the processor.
public enum Prefetch {
    /// Asks for one element of `all` with every cache line that it lies in. Nothing is read, and nothing waits.
    @inlinable @inline(__always)
    public static func element<Element>(_ place: Int, of all: Span<Element>) {
        guard all.indices.contains(place) else { return }
        unsafe all.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            unsafe CProcessor_prefetch(start + place, MemoryLayout<Element>.stride)
        }
    }
}
