import CLinux

/// Hints to the processor.
enum Prefetch {
    /// Fetches the first cache lines of an object.
    @inline(__always)
    static func object(_ object: AnyObject, lines: Int32) {
        unsafe CLinux_prefetch(Unmanaged.passUnretained(object).toOpaque(), lines)
    }
}
