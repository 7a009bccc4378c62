/// Where the writer's bytes go: through a fixed buffer to a file, or into memory up to a limit.
///
/// Room is reserved for whole blocks, so the file always ends between two blocks, also when the disk is full.
struct CaptureOutput: ~Copyable {
    private static let fileBuffer = 1 << 20

    private var bytes: [UInt8]
    private(set) var count = 0
    private let file: FileDescriptor?
    private let memoryLimit: Int
    /// Bytes that reached the file.
    private var flushed: UInt64 = 0

    init(_ file: consuming FileDescriptor) {
        bytes = [UInt8](repeating: 0, count: Self.fileBuffer)
        memoryLimit = 0
        self.file = consume file
    }

    init(memoryLimit: Int) {
        bytes = []
        self.memoryLimit = memoryLimit
        file = nil
    }

    /// The last attempt to bring what is buffered to the file; a failure has no one left to be told to.
    deinit {
        do throws(CaptureError) {
            try file?.write(bytes, count: count)
        } catch {
            file?.cut(to: flushed)
        }
    }

    /// What was written to memory, or waits to be written to the file.
    var contents: [UInt8] { Array(bytes[..<count]) }

    /// Makes room for a block of `length` bytes.
    mutating func reserve(_ length: Int) throws(CaptureError) {
        if length <= bytes.count - count { return }
        if file != nil { try flush() }
        let needed = count + length
        if needed <= bytes.count { return }
        if file == nil, needed > memoryLimit { throw .refused(.memoryLimit) }
        bytes.append(contentsOf: repeatElement(0, count: max(needed, 2 * bytes.count) - bytes.count))
    }

    /// Brings what is buffered to the file. When that fails, the file is cut back to the last whole block and what
    /// was buffered is gone.
    mutating func flush() throws(CaptureError) {
        guard file != nil else { return }
        let length = count
        count = 0
        do throws(CaptureError) {
            try file?.write(bytes, count: length)
            flushed += UInt64(length)
        } catch {
            file?.cut(to: flushed)
            throw error
        }
    }
}

// MARK: Fields, little-endian, into room that was reserved

extension CaptureOutput {
    mutating func append(_ value: UInt16) {
        bytes[count] = UInt8(truncatingIfNeeded: value)
        bytes[count + 1] = UInt8(truncatingIfNeeded: value >> 8)
        count += 2
    }

    mutating func append(_ value: UInt32) {
        append(UInt16(truncatingIfNeeded: value))
        append(UInt16(truncatingIfNeeded: value >> 16))
    }

    mutating func append(_ value: UInt64) {
        append(UInt32(truncatingIfNeeded: value))
        append(UInt32(truncatingIfNeeded: value >> 32))
    }

    /// The first `length` bytes of `source`, and zeros up to the next 32-bit boundary.
    mutating func appendPadded(_ source: Span<UInt8>, count length: Int) {
        let start = count
        var all = bytes.mutableSpan
        all.copy(source, count: length, to: start)
        for offset in length..<PcapngBlock.padded(length) { all[start + offset] = 0 }
        count = start + PcapngBlock.padded(length)
    }

    /// An option with a text or byte value.
    mutating func appendOption(_ code: UInt16, _ value: Span<UInt8>, count length: Int) {
        append(code)
        append(UInt16(truncatingIfNeeded: length))
        appendPadded(value, count: length)
    }
}
