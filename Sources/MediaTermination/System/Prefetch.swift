import CLinux

/// Hints to the processor.
enum Prefetch {
    /// Fetches cache lines; nothing is read or written, whatever is there.
    @inline(__always)
    static func memory(_ start: UnsafeRawPointer, lines: Int32) {
        unsafe CLinux_prefetch(start, lines)
    }
}
