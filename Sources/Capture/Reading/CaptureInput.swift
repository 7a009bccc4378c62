import Wire

/// The byte order of a file or section, which its magic number tells.
enum ByteOrder {
    case big, little
}

/// A capture file seen through one reusable buffer.
///
/// The parsers ask for whole headers and blocks with ``holds(_:)`` and then read them at offsets from the current
/// position. The buffer only grows when that many bytes really came, so a length in a file allocates nothing.
struct CaptureInput: ~Copyable {
    /// So few bytes that they are still in a processor's own cache when they are looked at.
    static let chunk = 1 << 17

    private var bytes: [UInt8]
    /// The first byte not yet taken, and the end of what was read.
    private var position = 0
    private var end: Int
    /// Where `bytes` starts in the file.
    private var base: UInt64 = 0
    /// Where further bytes come from; neither is there for a file in memory.
    private var file: FileDescriptor?
    private var gzip: GzipReader?
    /// The packet last delivered, in `bytes`.
    private var frame = 0..<0

    init(_ file: consuming FileDescriptor) {
        bytes = [UInt8](repeating: 0, count: Self.chunk)
        end = 0
        self.file = consume file
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
        end = bytes.count
        file = nil
    }

    /// The current position, in bytes from the start of the file.
    var offset: UInt64 { base + UInt64(position) }

    /// Whether nothing is left; meaningful after ``holds(_:)`` said no.
    var isAtEnd: Bool { position == end }

    /// Makes sure that `count` bytes from the current position are at hand; no when the file ends before.
    @inline(__always)
    mutating func holds(_ count: Int) throws(CaptureError) -> Bool {
        if end - position >= count { return true }
        return try fill(count)
    }

    private mutating func fill(_ count: Int) throws(CaptureError) -> Bool {
        guard file != nil || gzip != nil else { return false }
        moveToFront()
        while end < count {
            if end == bytes.count { bytes.append(contentsOf: repeatElement(0, count: bytes.count)) }
            let read = try readMore()
            if read == 0 { return false }
            end += read
        }
        return true
    }

    private mutating func readMore() throws(CaptureError) -> Int {
        if let count = try gzip?.read(into: &bytes, from: end) { return count }
        return try file?.read(into: &bytes, from: end) ?? 0
    }

    /// Takes everything from the current position on as gzip's, and starts anew with what is packed in it.
    mutating func unpack() throws(CaptureError) {
        gzip = try GzipReader(first: Array(bytes[position..<end]), then: file.take())
        bytes = [UInt8](repeating: 0, count: Self.chunk)
        (position, end, base) = (0, 0, 0)
    }

    private mutating func moveToFront() {
        guard position > 0 else { return }
        let unread = position..<end
        var all = bytes.mutableSpan
        var to = 0
        for from in unread {
            all[to] = all[from]
            to += 1
        }
        base += UInt64(position)
        position = 0
        end = to
        frame = 0..<0
    }

    /// Passes over `count` bytes, which ``holds(_:)`` has granted.
    @inline(__always)
    mutating func advance(_ count: Int) { position += count }

    /// Passes over a whole packet or block of `length` bytes whose frame is `count` bytes at `start`.
    @inline(__always)
    mutating func deliver(frameAt start: Int, count: Int, of length: Int) {
        frame = position + start..<position + start + count
        position += length
    }

    /// Runs `body` on the frame last delivered.
    mutating func withFrame(_ body: (inout MutableSpan<UInt8>) -> Void) {
        let range = frame
        var all = bytes.mutableSpan
        var frame = all._mutatingExtracting(range)
        body(&frame)
    }
}

// MARK: Fields, at offsets from the current position

extension CaptureInput {
    @inline(__always)
    func uint8(at offset: Int) -> UInt8 { bytes.span[position + offset] }

    @inline(__always)
    func uint16(at offset: Int, _ order: ByteOrder) -> UInt16 {
        let value = bytes.span.uint16(at: position + offset)
        return order == .big ? value : value.byteSwapped
    }

    @inline(__always)
    func uint32(at offset: Int, _ order: ByteOrder) -> UInt32 {
        let value = bytes.span.uint32(at: position + offset)
        return order == .big ? value : value.byteSwapped
    }

    @inline(__always)
    func uint64(at offset: Int, _ order: ByteOrder) -> UInt64 {
        let value = bytes.span.uint64(at: position + offset)
        return order == .big ? value : value.byteSwapped
    }

    /// A 32-bit length or count.
    @inline(__always)
    func length(at offset: Int, _ order: ByteOrder) -> Int { Int(uint32(at: offset, order)) }

    /// Text of `count` bytes, cut to what is kept of an interface's; a closing NUL is not part of it.
    func interfaceText(at offset: Int, count: Int) -> String {
        let start = position + offset
        let kept = bytes[start..<start + min(count, CaptureLimits.interfaceText)].prefix { $0 != 0 }
        return String(decoding: kept, as: UTF8.self)
    }
}
