import CProcessor
import Wire

extension Prefetch {
    /// Asks for `lines` cache lines from `start` on; nothing is read or written, whatever is there.
    @inline(__always)
    static func memory(_ start: UnsafeRawPointer, lines: Int) {
        unsafe CProcessor_prefetch(start, (lines - 1) * Int(CPROCESSOR_LINE) + 1)
    }
}
