import Wire

/// The legs of one worker by number, side by side in memory: a packet reaches its two without a count of references, and
/// without a check of who else may be at them, which is nobody.
///
/// Used by one thread at a time, as its owner is.
@safe
final class LegTable {
    /// From one leg to the next: whole cache lines, so that what stands in front of a leg takes as few as it can.
    private static let stride = (MemoryLayout<MediaLeg>.stride + 63) / 64 * 64

    private let memory: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    /// Places that have held a leg; those that are free again hold a closed one.
    private var count = 0
    private var free: [Int] = []

    /// Memory is used only for as many as there are at a time.
    init(capacity: Int) {
        self.capacity = capacity
        unsafe memory = LargePages.allocate(capacity * Self.stride, of: UInt8.self)
    }

    deinit {
        for number in 0..<count { unsafe place(number).deinitialize(count: 1) }
        unsafe memory.deallocate()
    }

    @inline(__always)
    private func place(_ number: Int) -> UnsafeMutablePointer<MediaLeg> {
        let start = unsafe UnsafeMutableRawPointer(memory + number * Self.stride)
        return unsafe start.assumingMemoryBound(to: MediaLeg.self)
    }

    /// The leg's number; `nil` when the table is full.
    func insert(_ leg: consuming MediaLeg) -> Int? {
        if let number = free.popLast() {
            unsafe place(number).pointee = leg
            return number
        }
        guard count < capacity else { return nil }
        unsafe place(count).initialize(to: leg)
        count += 1
        return count - 1
    }

    /// Gives up a leg and its keys. Its number may be given to another.
    func close(_ number: Int) {
        self[number].transforms = LegTransforms()
        free.append(number)
    }

    @inline(__always)
    subscript(number: Int) -> MediaLeg {
        _read {
            precondition(number >= 0 && number < count)
            yield unsafe place(number).pointee
        }
        _modify {
            precondition(number >= 0 && number < count)
            yield unsafe &place(number).pointee
        }
    }

    /// Two different legs at once.
    @inline(__always)
    func withPair<Failure: Error>(
        _ first: Int, _ second: Int, _ body: (inout MediaLeg, inout MediaLeg) throws(Failure) -> Void
    ) throws(Failure) {
        precondition(first >= 0 && first < count && second >= 0 && second < count && first != second)
        try unsafe body(&place(first).pointee, &place(second).pointee)
    }

    /// Fetches the leg but for its transforms and sources; changes nothing.
    @inline(__always)
    func expect(_ number: Int) {
        precondition(number >= 0 && number < count)
        unsafe Prefetch.memory(place(number), lines: MediaLeg.hotLines)
    }
}
