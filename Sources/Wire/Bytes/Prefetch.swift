public import CProcessor

/// Hints to the processor.
public enum Prefetch {
    /// Asks for one element of `all`, with every cache line that it lies in. Nothing is read, and nothing waits.
    @inlinable @inline(__always)
    public static func element<Element>(_ place: Int, of all: Span<Element>) { elements(place..<place + 1, of: all) }

    /// Asks for some elements of `all`; for none where they are not all in it.
    @inlinable @inline(__always)
    public static func elements<Element>(_ places: Range<Int>, of all: Span<Element>) {
        guard places.lowerBound >= 0, places.upperBound <= all.count else { return }
        unsafe all.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            unsafe CProcessor_prefetch(start + places.lowerBound, places.count * MemoryLayout<Element>.stride)
        }
    }
}
