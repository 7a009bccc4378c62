/// Takes the lines that are no commands: certificates pasted after `crypto ca authenticate` and the like.
///
/// Such text ends with a line `quit`. PEM text also ends with its own `-----END` line, after which more may follow.
struct PasteReader {
    private enum State {
        case outside
        /// The next line begins a text if it looks like one.
        case expecting
        case inside
    }

    private(set) var texts: [PastedText] = []
    private var state = State.outside
    private var current = PastedText(command: "", line: 0)
    private var site = Site.builtIn

    /// The command whose text has not ended.
    var unfinished: Site? { state == .inside ? site : nil }

    mutating func expect(_ kind: Command.Paste, of command: String, at site: Site) {
        current = PastedText(command: command, line: site.line)
        self.site = site
        state =
            switch kind {
            case .none: .outside
            case .optional: .expecting
            case .always: .inside
            }
    }

    /// Whether `line` belongs to a text.
    mutating func takes(_ line: SourceLine) -> Bool {
        switch state {
        case .outside: return false
        case .inside: take(line)
        case .expecting:
            if line.tokens.isEmpty { return true }
            guard Self.looksPasted(line) else {
                state = .outside
                return false
            }
            state = .inside
            take(line)
        }
        return true
    }

    private mutating func take(_ line: SourceLine) {
        if line.tokens.count == 1, line.tokens[0].text.lowercased() == "quit" { return finish(.outside) }
        current.text.append(String(line.text))
        if line.text.contains("-----END") { finish(.expecting) }
    }

    private mutating func finish(_ next: State) {
        texts.append(current)
        current.text = []
        state = next
    }

    private static func looksPasted(_ line: SourceLine) -> Bool {
        if line.tokens[0].text.hasPrefix("-----BEGIN") { return true }
        return line.tokens.count == 1 && line.tokens[0].text.utf8.count >= 40
            && line.tokens[0].text.utf8.allSatisfy(isBase64)
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}
