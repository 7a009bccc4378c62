/// The characters and small pieces that SIP is made of (RFC 3261 section 25.1).
enum SIPSyntax {
    static let carriageReturn = UInt8(ascii: "\r")
    static let lineFeed = UInt8(ascii: "\n")
    static let colon = UInt8(ascii: ":")
    static let semicolon = UInt8(ascii: ";")
    static let comma = UInt8(ascii: ",")
    static let equals = UInt8(ascii: "=")
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let less = UInt8(ascii: "<")
    static let greater = UInt8(ascii: ">")
    static let slash = UInt8(ascii: "/")
    static let at = UInt8(ascii: "@")
    static let question = UInt8(ascii: "?")

    /// Inside a header's value a line's end is always a fold, and so a blank.
    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool { XMLByte.isBlank(byte) }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        0x30...0x39 ~= byte || 0x61...0x7a ~= byte | 0x20
    }

    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "%"), UInt8(ascii: "*"),
            UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "`"), UInt8(ascii: "'"), UInt8(ascii: "~"):
            true
        default: isAlphanumeric(byte)
        }
    }

    static func skipBlanks(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        var offset = start
        while offset < end, isBlank(text[offset]) { offset += 1 }
        return offset
    }

    static func skipToken(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        var offset = start
        while offset < end, isToken(text[offset]) { offset += 1 }
        return offset
    }

    /// Behind the quoted string that starts at `start`; `nil` when it does not end.
    static func skipQuoted(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        var offset = start + 1
        while offset < end {
            switch text[offset] {
            case quote: return offset + 1
            case backslash: offset += 2
            default: offset += 1
            }
        }
        return nil
    }

    /// `range` without the quotes around it, when there are any; escapes in it as they stand.
    static func unquoted(_ text: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        guard range.count >= 2, text[range.lowerBound] == quote, text[range.upperBound - 1] == quote else {
            return range
        }
        return range.lowerBound + 1..<range.upperBound - 1
    }
}
