/// A configuration file, as lines.
struct SourceText: Sendable {
    /// Bytes; a file that is longer is not read.
    static let sizeLimit = 4 << 20
    /// Bytes; a line that is longer is refused.
    static let lineLimit = 4096

    let file: String
    /// Without their ends, which may be LF, CR LF or CR.
    let lines: [Substring]

    init(_ text: String, file: String) {
        self.file = file
        var text = text
        text.makeContiguousUTF8()
        lines = Self.split(text)
    }

    /// Line `number`, from 1.
    func line(_ number: Int) -> Substring {
        lines.indices.contains(number - 1) ? lines[number - 1] : ""
    }

    private static func split(_ text: String) -> [Substring] {
        let bytes = text.utf8
        var lines: [Substring] = []
        var start =
            text.unicodeScalars.first == "\u{feff}"
            ? text.unicodeScalars.index(after: text.startIndex) : text.startIndex
        var index = start
        while index < bytes.endIndex {
            let byte = bytes[index]
            var next = bytes.index(after: index)
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                lines.append(text[start..<index])
                if byte == UInt8(ascii: "\r"), next < bytes.endIndex, bytes[next] == UInt8(ascii: "\n") {
                    next = bytes.index(after: next)
                }
                start = next
            }
            index = next
        }
        if start < bytes.endIndex { lines.append(text[start...]) }
        return lines
    }
}
