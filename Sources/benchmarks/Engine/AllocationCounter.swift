import Glibc

/// Counts heap allocations, where `tools/bench.d/allocations.c` was loaded in front of the C library.
@safe
struct AllocationCounter {
    private let read: @convention(c) () -> UInt64

    /// `nil` when nothing counts, or when what counts misses allocations that are sure to happen.
    init?() {
        guard let symbol = unsafe dlsym(nil, "allocation_count") else { return nil }
        read = unsafe unsafeBitCast(symbol, to: (@convention(c) () -> UInt64).self)
        guard seesAllocations() else { return nil }
    }

    /// Allocations since the process started.
    var count: UInt64 { read() }

    /// The control: a thousand arrays must count a thousand times at least.
    private func seesAllocations() -> Bool {
        let before = count
        let arrays = (0..<1000).map { [Int](repeating: $0, count: 8) }
        let counted = count - before
        return counted >= UInt64(arrays.count)
    }
}
