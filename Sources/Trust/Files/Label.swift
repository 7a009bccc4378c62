import Wire

/// A name in a trust list or a signed file. Phones compare names as they stand, byte by byte: as they are spelled, not as
/// what they name.
public struct Label: Hashable, Sendable {
    /// Without the terminator.
    public let bytes: [UInt8]

    /// - Returns: `nil` for text with a zero byte in it, which no file can hold.
    public init?(_ text: String) {
        bytes = Array(text.utf8)
        guard !bytes.contains(0) else { return nil }
    }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// - Parameter text: without a zero byte.
    init(trusted text: String) { self.init(Array(text.utf8)) }

    /// Reads a terminated string that fills `range`.
    static func decode(
        _ file: Span<UInt8>, in range: Range<Int>, _ part: FileFormatError.Part, _ field: FileFormatError.Field
    ) throws(FileFormatError) -> Label {
        guard let last = range.last, file[last] == 0 else {
            throw FileFormatError(part, field, .unterminated, at: range.lowerBound)
        }
        let text = file.bytes(in: range.dropLast())
        if let zero = text.firstIndex(of: 0) {
            throw FileFormatError(part, field, .innerZero, at: range.lowerBound + zero)
        }
        return Label(text)
    }
}

extension Label: CustomStringConvertible {
    /// For people: what a terminal might obey is written as `\x1b`.
    public var description: String {
        var text = ""
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            let isControl = scalar.value < 0x20 || 0x7f...0x9f ~= scalar.value
            text += isControl ? "\\x" + hexadecimal([UInt8(scalar.value)]) : String(scalar)
        }
        return text
    }
}
