import CZlib

/// Unpacks a gzip file (RFC 1952) piece by piece, in as much memory as the caller gives; several members in one file are
/// one after the other.
///
/// This file is one of the thin wrappers around C.
@safe struct GzipReader: ~Copyable, @unchecked Sendable {
    // Sendable by use: it is not copied, and nobody else has the pointer.
    private let stream: UnsafeMutablePointer<z_stream>
    private let file: FileDescriptor?
    private var packed: [UInt8]
    private var position = 0
    /// How much of the file lies before `packed`.
    private var base: UInt64 = 0
    private var isBetweenMembers = false

    private static let chunk = 1 << 16
    /// The largest window, and gzip's header and trailer around the data.
    private static let windowBits: Int32 = 15 + 16

    static func isMagic(_ magic: UInt32) -> Bool { magic >> 16 == 0x1f8b }

    /// - Parameters:
    ///   - first: what was read of the file already.
    ///   - file: the rest; `nil` when `first` is all.
    init(first: [UInt8], then file: consuming FileDescriptor?) throws(CaptureError) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        self.file = file
        packed = first
        let size = unsafe Int32(MemoryLayout<z_stream>.size)
        guard unsafe inflateInit2_(stream, Self.windowBits, ZLIB_VERSION, size) == Z_OK else {
            throw .malformed(.gzipDamaged, offset: 0)
        }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Unpacks into `bytes` from `start`; returns how many bytes came, 0 at the end of the file.
    mutating func read(into bytes: inout [UInt8], from start: Int) throws(CaptureError) -> Int {
        guard start < bytes.count else { return 0 }
        while true {
            guard try hasInput() else {
                if isBetweenMembers { return 0 }
                throw .malformed(.gzipTruncated, offset: offset)
            }
            if isBetweenMembers, try !beginNextMember() { return 0 }
            let (count, status) = unpack(into: &bytes, from: start)
            isBetweenMembers = status == Z_STREAM_END
            // What came before a damage is good; the damage is met again with the next call.
            if count > 0 { return count }
            guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                throw .malformed(.gzipDamaged, offset: offset)
            }
        }
    }

    private var offset: UInt64 { base + UInt64(position) }

    /// Sees to it that something packed is at hand; no at the end of the file.
    private mutating func hasInput() throws(CaptureError) -> Bool {
        if position < packed.count { return true }
        guard file != nil else { return false }
        base += UInt64(packed.count)
        position = 0
        if packed.count != Self.chunk { packed = [UInt8](repeating: 0, count: Self.chunk) }
        let count = try file?.read(into: &packed, from: 0) ?? 0
        packed.removeLast(packed.count - count)
        return count > 0
    }

    /// Whether what follows a member is another one; anything else is padding, which gzip passes over too.
    private mutating func beginNextMember() throws(CaptureError) -> Bool {
        guard packed[position] == 0x1f, unsafe inflateReset(stream) == Z_OK else { return false }
        isBetweenMembers = false
        return true
    }

    /// One call of zlib on what is at hand.
    private mutating func unpack(into bytes: inout [UInt8], from start: Int) -> (count: Int, status: Int32) {
        let room = UInt32(clamping: bytes.count - start)
        let given = UInt32(clamping: packed.count - position)
        let status = unsafe packed.withUnsafeMutableBufferPointer { packed in
            unsafe bytes.withUnsafeMutableBufferPointer { bytes in
                unsafe stream.pointee.next_in = packed.baseAddress?.advanced(by: position)
                unsafe stream.pointee.avail_in = given
                unsafe stream.pointee.next_out = bytes.baseAddress?.advanced(by: start)
                unsafe stream.pointee.avail_out = room
                return unsafe inflate(stream, Z_NO_FLUSH)
            }
        }
        let left = unsafe (input: stream.pointee.avail_in, room: stream.pointee.avail_out)
        position += Int(given - left.input)
        return (Int(room - left.room), status)
    }
}
