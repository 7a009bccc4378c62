import Wire

/// Bytes one behind the other, in memory that is used again: it grows as far as it has ever been needed, so that what comes
/// and goes with each packet costs no allocation.
struct ReusedBytes {
    /// The bytes in use, and behind them what has been and what may be.
    private(set) var memory: [UInt8] = []
    /// How many bytes are in use.
    private(set) var count = 0

    /// Adds at most `length` bytes, which `write` puts at the start of the memory it is given; how many they are, it says.
    /// Where they stand.
    @inline(__always)
    mutating func add(atMost length: Int, _ write: (inout MutableSpan<UInt8>) -> Int) -> Range<Int> {
        let start = count
        if memory.count < start + length { grow(to: start + length) }
        var span = memory.mutableSpan
        var room = span._mutatingExtracting(start..<start + length)
        let written = write(&room)
        precondition(written >= 0 && written <= length)
        count = start + written
        return start..<count
    }

    @inline(never)
    private mutating func grow(to size: Int) {
        memory.append(contentsOf: repeatElement(0, count: max(size, 2 * memory.count, 4096) - memory.count))
    }

    /// Changes bytes in use.
    @inline(__always)
    mutating func edit(_ body: (inout MutableSpan<UInt8>) -> Void) {
        var span = memory.mutableSpan
        body(&span)
    }

    /// Adds all of `other`, which is empty then; where they start.
    mutating func take(_ other: inout ReusedBytes) -> Int {
        if count == 0 {
            swap(&self, &other)
            other.count = 0
            return 0
        }
        let length = other.count
        let place = add(atMost: length) { room in
            room.copy(other.memory.span.extracting(..<length))
            return length
        }
        other.count = 0
        return place.lowerBound
    }

    /// Empties it, and keeps its room.
    mutating func removeAll() { count = 0 }
}
