/// A word of a line.
struct Token: Hashable, Sendable {
    var text: String
    /// UTF-8 offsets in the line.
    var range: Range<Int>
    /// A password, a passphrase, or what follows one.
    var isSecret = false

    /// For messages: a secret is never repeated.
    var quoted: String { isSecret ? "the hidden text" : "'\(text.printable)'" }
}

/// A line and its words. Blanks and control characters stand between words; nothing else is special.
struct SourceLine: Sendable {
    /// From 1.
    let number: Int
    let text: Substring
    private(set) var tokens: [Token]

    init(_ text: Substring, number: Int) {
        self.text = text
        self.number = number
        tokens = []
        let bytes = text.utf8
        var index = bytes.startIndex
        var offset = 0
        var start: (index: Substring.Index, offset: Int)?
        while index < bytes.endIndex {
            let isBlank = bytes[index] <= 0x20 || bytes[index] == 0x7f
            if let begin = start, isBlank {
                tokens.append(Token(text: String(text[begin.index..<index]), range: begin.offset..<offset))
                start = nil
            } else if start == nil, !isBlank {
                start = (index, offset)
            }
            index = bytes.index(after: index)
            offset += 1
        }
        if let begin = start {
            tokens.append(Token(text: String(text[begin.index...]), range: begin.offset..<offset))
        }
        if let first = Secrets.firstSecret(in: tokens) {
            for index in first..<tokens.count { tokens[index].isSecret = true }
        }
    }

    /// Bytes before the first word.
    var indentation: Int { tokens.first?.range.lowerBound ?? 0 }

    /// `!`, or `:` as in the `: Saved` of `show running-config`.
    var isComment: Bool {
        guard let first = tokens.first?.text.utf8.first else { return true }
        return first == UInt8(ascii: "!") || first == UInt8(ascii: ":")
    }

    /// A lone `!` at the margin, which leaves every sub-mode.
    var isSeparator: Bool { tokens.count == 1 && tokens[0].text == "!" && indentation == 0 }

    /// The text from `offset` to the end of the last word.
    func text(from offset: Int) -> String {
        guard let end = tokens.last?.range.upperBound, offset < end else { return "" }
        return String(decoding: text.utf8.dropFirst(offset).prefix(end - offset), as: UTF8.self)
    }

    /// The line as a diagnostic may show it: secrets blanked, nothing that a terminal would act on, bounded.
    var display: String {
        var shown = String(text).printable
        if let secret = tokens.first(where: \.isSecret) {
            shown = String(decoding: text.utf8.prefix(secret.range.lowerBound), as: UTF8.self).printable + "*****"
        }
        return shown.utf8.count <= SourceText.lineLimit ? shown : String(shown.prefix(200)) + "…"
    }

    /// The column of a UTF-8 offset: characters, from 1.
    func column(at offset: Int) -> Int {
        String(decoding: text.utf8.prefix(offset), as: UTF8.self).count + 1
    }
}

extension String {
    /// The same text with what a terminal acts on, or hides, replaced; tabs stay.
    var printable: String {
        // Nearly all text is: look before copying.
        guard unicodeScalars.contains(where: Self.isUnprintable) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.map { Self.isUnprintable($0) ? "\u{fffd}" : $0 }))
    }

    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 && scalar != "\t" || scalar.value == 0x7f }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
