/// Takes the lines that are no commands: certificates pasted after `crypto ca authenticate` and the like.
///
/// Such text ends with a line `quit`. PEM text also ends with its own `-----END` line, after which more may follow.
struct PasteReader {
    enum Encoding: Hashable, Sendable {
        /// PEM or bare base 64. It is there if the line after the command looks like it.
        case base64
        /// As `show running-config` prints certificates. It is always there.
        case hexadecimal
    }

    /// The command that text follows.
    struct Announcement: Hashable, Sendable {
        /// Spelled in full, without passphrase.
        var command: String
        /// Whose certificate it is; `nil`: the text is of no use here, may be a secret, and is not kept.
        var trustpoint: Located<String>?
        var encoding: Encoding
        var site: Site
    }

    struct Text: Hashable, Sendable {
        var announcement: Announcement
        /// Where the first line stands, from 1; the others follow it.
        var line: Int
        var lines: [String] = []
    }

    /// The text being taken.
    private var current: Text?
    /// The next line begins a text if it looks like one.
    private var expected: Announcement?
    private var finished: Text?

    /// The command whose text has not ended.
    var unfinished: Site? { current?.announcement.site }

    mutating func expect(_ announcement: Announcement) {
        switch announcement.encoding {
        case .base64: expected = announcement
        case .hexadecimal: current = Text(announcement: announcement, line: announcement.site.line + 1)
        }
    }

    /// A text that ended with the line just taken.
    mutating func takeFinished() -> Text? { finished.take() }

    /// Whether `line` belongs to a text.
    mutating func takes(_ line: SourceLine) -> Bool {
        if current == nil, let announcement = expected {
            if line.tokens.isEmpty { return true }
            expected = nil
            guard Self.looksPasted(line) else { return false }
            current = Text(announcement: announcement, line: line.number)
        }
        guard current != nil else { return false }
        take(line)
        return true
    }

    private mutating func take(_ line: SourceLine) {
        if line.tokens.count == 1, line.tokens[0].text.lowercased() == "quit" { return finish() }
        if current?.announcement.trustpoint != nil { current?.lines.append(String(line.text)) }
        guard let announcement = current?.announcement, announcement.encoding == .base64,
            line.text.contains("-----END")
        else { return }
        finish()
        expected = announcement
    }

    private mutating func finish() {
        if current?.announcement.trustpoint != nil { finished = current }
        current = nil
    }

    private static func looksPasted(_ line: SourceLine) -> Bool {
        if line.tokens[0].text.hasPrefix("-----BEGIN") { return true }
        return line.tokens.count == 1 && line.tokens[0].text.utf8.count >= 40
            && line.tokens[0].text.utf8.allSatisfy {
                CertificateText.value(ofBase64: $0) != nil || $0 == UInt8(ascii: "=")
            }
    }
}
