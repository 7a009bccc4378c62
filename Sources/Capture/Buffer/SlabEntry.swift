import Wire

/// A kept packet as it lies in the slab: 24 bytes of header, the frame, the comment.
struct SlabEntry {
    private static let headerLength = 24

    var timestamp: Timestamp
    var interface: UInt16
    var capturedLength: Int
    var wireLength: Int
    var commentLength: Int

    /// Offsets from where the entry starts, and its whole length.
    var frameOffset: Int { Self.headerLength }
    var commentOffset: Int { Self.headerLength + capturedLength }
    var length: Int { Self.headerLength + capturedLength + commentLength }

    func store(_ slab: inout MutableSpan<UInt8>, at offset: Int) {
        slab.store(UInt64(bitPattern: timestamp.nanoseconds), at: offset)
        slab.store(UInt32(clamping: capturedLength), at: offset + 8)
        slab.store(UInt32(clamping: wireLength), at: offset + 12)
        slab.store(UInt32(clamping: commentLength), at: offset + 16)
        slab.store(interface, at: offset + 20)
    }

    static func load(_ slab: Span<UInt8>, at offset: Int) -> SlabEntry {
        SlabEntry(
            timestamp: Timestamp(nanoseconds: Int64(bitPattern: slab.uint64(at: offset))),
            interface: slab.uint16(at: offset + 20),
            capturedLength: Int(slab.uint32(at: offset + 8)),
            wireLength: Int(slab.uint32(at: offset + 12)),
            commentLength: Int(slab.uint32(at: offset + 16)))
    }

    /// The comment of the entry at `offset`; `nil` without one.
    func comment(_ slab: Span<UInt8>, at offset: Int) -> String? {
        guard commentLength > 0 else { return nil }
        let start = offset + commentOffset
        return String(decoding: slab.bytes(in: start..<start + commentLength), as: UTF8.self)
    }
}
