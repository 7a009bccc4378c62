/// A file's characters, one byte each, so that one scanner reads every encoding in place.
///
/// In UTF-8 and the single-byte encodings that contain ASCII these are the file's own bytes. In UTF-16 each code unit
/// has one place: ASCII as it is, everything else as ``other``. Nothing but ASCII decides anything in XML's grammar, and
/// what an edit does not touch is taken from the file itself, so every file comes back as it was.
public struct XMLText: Sendable {
    enum Form: Sendable {
        case octets
        case utf16(isBigEndian: Bool)
    }

    /// The file, as it came.
    public let bytes: [UInt8]
    /// One for each character or code unit; with a byte order mark, that too.
    public let units: [UInt8]
    /// Where the text starts: behind the byte order mark.
    public let start: Int
    let form: Form

    /// A code unit that is not ASCII.
    static let other: UInt8 = 0xff

    /// Reads the byte order mark and the XML declaration, and checks that what they say is true.
    public init(_ bytes: [UInt8]) throws(XMLError) {
        self.bytes = bytes
        let marked = bytes.prefix(3)
        if marked.starts(with: [0xff, 0xfe]) || marked.starts(with: [0xfe, 0xff]) {
            let isBigEndian = marked.first == 0xfe
            form = .utf16(isBigEndian: isBigEndian)
            units = try Self.fold(bytes.span, isBigEndian: isBigEndian)
            start = 1
        } else {
            form = .octets
            units = bytes
            start = marked == [0xef, 0xbb, 0xbf] ? 3 : 0
        }
        try checkCharacters()
        try checkEncoding()
    }

    /// The file's bytes that units in `range` stand for.
    public func byteRange(_ range: Range<Int>) -> Range<Int> {
        range.lowerBound * unitWidth..<range.upperBound * unitWidth
    }

    /// ASCII `text` as the file would have it.
    public func encoded(_ text: [UInt8]) -> [UInt8] {
        switch form {
        case .octets: text
        case .utf16(let isBigEndian): text.flatMap { isBigEndian ? [0, $0] : [$0, 0] }
        }
    }

    private var unitWidth: Int {
        if case .octets = form { 1 } else { 2 }
    }

    // MARK: UTF-16

    private static func fold(_ bytes: Span<UInt8>, isBigEndian: Bool) throws(XMLError) -> [UInt8] {
        var units: [UInt8] = []
        units.reserveCapacity(bytes.count / 2)
        var expectsLow = false
        for index in 0..<bytes.count / 2 {
            let word = bytes.uint16(at: index * 2)
            let unit = isBigEndian ? word : word.byteSwapped
            guard expectsLow == (unit >> 10 == 0x37), unit < 0xfffe else {
                throw XMLError(.invalidCharacter, at: index, of: units.span)
            }
            expectsLow = unit >> 10 == 0x36
            units.append(unit < 0x80 ? UInt8(truncatingIfNeeded: unit) : other)
        }
        guard !expectsLow, bytes.count.isMultiple(of: 2) else {
            throw XMLError(.invalidCharacter, at: units.count, of: units.span)
        }
        return units
    }

    // MARK: Checks

    /// Production 2: no control characters but the blanks.
    private func checkCharacters() throws(XMLError) {
        let text = units.span
        for index in start..<text.count where text[index] < XMLByte.space && !XMLByte.isBlank(text[index]) {
            throw XMLError(.invalidCharacter, at: index, of: text)
        }
    }

    private func checkEncoding() throws(XMLError) {
        let text = units.span
        let declared = try XMLScanner.declaredEncoding(text, at: start)?.uppercased()
        switch form {
        case .utf16(let isBigEndian):
            let names = [nil, "UTF-16", isBigEndian ? "UTF-16BE" : "UTF-16LE"]
            guard names.contains(declared) else { throw XMLError(.unsupportedEncoding, at: start, of: text) }
        case .octets:
            if declared == "UTF-8" || declared == nil && start > 0 {
                try checkUTF8()
            } else if let declared, start > 0 || !Self.isSingleByte(declared) {
                throw XMLError(.unsupportedEncoding, at: start, of: text)
            }
        // Without a declaration the old call servers write their Windows code page: any byte may be text.
        }
    }

    private func checkUTF8() throws(XMLError) {
        let text = bytes.span
        do {
            _ = try UTF8Span(validating: text)
        } catch {
            throw XMLError(.invalidCharacter, at: error.byteOffsets.lowerBound, of: text)
        }
    }

    /// Encodings of one byte a character whose lower half is ASCII.
    private static func isSingleByte(_ name: String) -> Bool {
        ["ASCII", "US-ASCII", "LATIN1", "KOI8-R", "KOI8-U"].contains(name)
            || ["ISO-8859-", "WINDOWS-125", "CP125"].contains { name.hasPrefix($0) }
    }
}
