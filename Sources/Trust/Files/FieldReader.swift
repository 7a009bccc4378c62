import Wire

/// Walks the fields of a header, of a container in it, or of a record: one byte of tag, two of length, the value.
///
/// A reader never leaves its range, and each step moves it forward.
struct FieldReader {
    let part: FileFormatError.Part
    private(set) var offset: Int
    let end: Int

    static let headSize = 3

    init(_ part: FileFormatError.Part, in range: Range<Int>) {
        self.part = part
        offset = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { offset == end }
    var rest: Range<Int> { offset..<end }

    /// The next tag, without stepping over it.
    func tag(_ bytes: Span<UInt8>) -> UInt8? { isAtEnd ? nil : bytes[offset] }

    /// The next field's value; `field` is what it is called should it be cut.
    mutating func value(_ bytes: Span<UInt8>, of field: FileFormatError.Field) throws(FileFormatError) -> Range<Int> {
        guard end - offset >= Self.headSize else { throw error(field, .truncated) }
        let start = offset + Self.headSize
        let length = Int(bytes.uint16(at: offset + 1))
        guard length <= end - start else { throw error(field, .truncated) }
        offset = start + length
        return start..<offset
    }

    /// The value of a header field that has to come next.
    mutating func expect(
        _ tag: HeaderTag, _ bytes: Span<UInt8>, length: ClosedRange<Int>
    ) throws(FileFormatError) -> Range<Int> {
        guard self.tag(bytes) == tag.rawValue else { throw error(tag.field, .missing) }
        let start = offset
        let value = try value(bytes, of: tag.field)
        guard length.contains(value.count) else {
            throw FileFormatError(part, tag.field, .wrongLength, at: start)
        }
        return value
    }

    /// As ``expect(_:_:length:)`` for a field of one byte.
    mutating func expectByte(_ tag: HeaderTag, _ bytes: Span<UInt8>) throws(FileFormatError) -> UInt8 {
        bytes[try expect(tag, bytes, length: 1...1).lowerBound]
    }

    /// A reader for what is inside a container that has to come next.
    mutating func expectContainer(
        _ tag: HeaderTag, _ bytes: Span<UInt8>, length: ClosedRange<Int>
    ) throws(FileFormatError) -> FieldReader {
        FieldReader(part, in: try expect(tag, bytes, length: length))
    }

    /// Throws unless the container that this reader is for is used up.
    func finish(_ tag: HeaderTag) throws(FileFormatError) {
        guard isAtEnd else { throw error(tag.field, .notFilled) }
    }

    func error(_ field: FileFormatError.Field, _ problem: FileFormatError.Problem) -> FileFormatError {
        FileFormatError(part, field, problem, at: offset)
    }
}
