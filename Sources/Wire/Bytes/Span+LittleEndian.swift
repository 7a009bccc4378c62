/// Little-endian words on `Span<UInt8>`. As for network byte order, callers check lengths first.
extension Span where Element == UInt8 {
    @inline(__always)
    @inlinable
    public func littleEndian16(at offset: Int) -> UInt16 { uint16(at: offset).byteSwapped }

    @inline(__always)
    @inlinable
    public func littleEndian32(at offset: Int) -> UInt32 { uint32(at: offset).byteSwapped }

    @inline(__always)
    @inlinable
    public func littleEndian64(at offset: Int) -> UInt64 { uint64(at: offset).byteSwapped }
}
