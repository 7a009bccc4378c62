/// The characters that XML is made of (XML 1.0, fifth edition).
enum XMLByte {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let less = UInt8(ascii: "<")
    static let greater = UInt8(ascii: ">")
    static let slash = UInt8(ascii: "/")
    static let equals = UInt8(ascii: "=")
    static let ampersand = UInt8(ascii: "&")
    static let quote = UInt8(ascii: "\"")
    static let apostrophe = UInt8(ascii: "'")
    static let question = UInt8(ascii: "?")
    static let exclamation = UInt8(ascii: "!")
    static let bracket = UInt8(ascii: "[")

    /// Production 3, `S`.
    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == space || byte == lineFeed || byte == tab || byte == carriageReturn
    }

    /// Production 4, within ASCII: no call server writes other names, and so names compare byte for byte in any
    /// encoding.
    static func startsName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: ":"):
            true
        default: false
        }
    }

    static func continuesName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: startsName(byte)
        }
    }
}

extension Span where Element == UInt8 {
    func starts(with word: String, at offset: Int) -> Bool {
        guard offset >= 0, count - offset >= word.utf8.count else { return false }
        var index = offset
        for byte in word.utf8 {
            guard self[index] == byte else { return false }
            index += 1
        }
        return true
    }

    /// Where `word` first stands in `range`.
    func first(_ word: String, in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index + word.utf8.count <= range.upperBound {
            if starts(with: word, at: index) { return index }
            index += 1
        }
        return nil
    }

    /// `range` without the blanks at both of its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, XMLByte.isBlank(self[start]) { start += 1 }
        while start < end, XMLByte.isBlank(self[end - 1]) { end -= 1 }
        return start..<end
    }
}
