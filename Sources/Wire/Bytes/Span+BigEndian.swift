/// Network byte order on `Span<UInt8>`.
///
/// Each load is bounds-checked by the span itself: an offset outside it traps, so callers check lengths first and
/// report a ``WireError`` instead.
extension Span where Element == UInt8 {
    @inline(__always)
    @inlinable
    public func uint16(at offset: Int) -> UInt16 {
        let bytes = extracting(offset..<offset + 2)
        return UInt16(bytes[0]) << 8 | UInt16(bytes[1])
    }

    // One check for all bytes, which the compiler then reads with one load.
    @inline(__always)
    @inlinable
    public func uint32(at offset: Int) -> UInt32 {
        let bytes = extracting(offset..<offset + 4)
        return UInt32(bytes[0]) << 24 | UInt32(bytes[1]) << 16 | UInt32(bytes[2]) << 8 | UInt32(bytes[3])
    }

    @inline(__always)
    @inlinable
    public func uint64(at offset: Int) -> UInt64 {
        let bytes = extracting(offset..<offset + 8)
        var value = UInt64(bytes[0]) << 56
        value |= UInt64(bytes[1]) << 48
        value |= UInt64(bytes[2]) << 40
        value |= UInt64(bytes[3]) << 32
        value |= UInt64(bytes[4]) << 24
        value |= UInt64(bytes[5]) << 16
        value |= UInt64(bytes[6]) << 8
        return value | UInt64(bytes[7])
    }

    /// Whether the bytes are the same as those of `other`.
    // All are looked at, so that the compiler does so many at a time.
    @inlinable
    public func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        var difference: UInt8 = 0
        for index in 0..<min(count, other.count) { difference |= self[index] ^ other[index] }
        return difference == 0
    }

    /// The bytes of `range` as a new array: for events and other slow paths, never per packet.
    public func bytes(in range: Range<Int>) -> [UInt8] {
        var copy = [UInt8](repeating: 0, count: range.count)
        var room = copy.mutableSpan
        room.copy(extracting(range))
        return copy
    }
}

extension MutableSpan where Element == UInt8 {
    // As for loads: one check, one store.
    @inline(__always)
    @inlinable
    public mutating func store(_ value: UInt16, at offset: Int) {
        var bytes = _mutatingExtracting(offset..<offset + 2)
        bytes[0] = UInt8(truncatingIfNeeded: value >> 8)
        bytes[1] = UInt8(truncatingIfNeeded: value)
    }

    @inline(__always)
    @inlinable
    public mutating func store(_ value: UInt32, at offset: Int) {
        var bytes = _mutatingExtracting(offset..<offset + 4)
        bytes[0] = UInt8(truncatingIfNeeded: value >> 24)
        bytes[1] = UInt8(truncatingIfNeeded: value >> 16)
        bytes[2] = UInt8(truncatingIfNeeded: value >> 8)
        bytes[3] = UInt8(truncatingIfNeeded: value)
    }

    @inline(__always)
    @inlinable
    public mutating func store(_ value: UInt64, at offset: Int) {
        var bytes = _mutatingExtracting(offset..<offset + 8)
        bytes[0] = UInt8(truncatingIfNeeded: value >> 56)
        bytes[1] = UInt8(truncatingIfNeeded: value >> 48)
        bytes[2] = UInt8(truncatingIfNeeded: value >> 40)
        bytes[3] = UInt8(truncatingIfNeeded: value >> 32)
        bytes[4] = UInt8(truncatingIfNeeded: value >> 24)
        bytes[5] = UInt8(truncatingIfNeeded: value >> 16)
        bytes[6] = UInt8(truncatingIfNeeded: value >> 8)
        bytes[7] = UInt8(truncatingIfNeeded: value)
    }

    /// Copies all of `source` to the start, where there must be room.
    // The compiler copies many at a time once it sees that all of them are inside.
    @inlinable
    public mutating func copy(_ source: Span<UInt8>) {
        precondition(source.count <= count)
        for index in 0..<min(source.count, count) { self[index] = source[index] }
    }
}
