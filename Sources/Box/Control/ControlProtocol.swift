import Wire

/// What is said over the control socket (a Unix stream socket, one request a connection).
///
///     request:   the words of a command, separated by blanks, and a line feed: show conn all
///                `--json ` before them asks for JSON instead of text.
///     response:  OK LENGTH or ERROR LENGTH, a line feed, and LENGTH bytes: text, JSON, or a file.
///
/// Requests are at most 4,096 bytes. Whoever may open the socket may give every command; its mode is 0600.
public struct ControlRequest: Sendable {
    public var words: [String]
    public var json: Bool

    public static let longest = 4096

    public init(words: [String], json: Bool) {
        self.words = words
        self.json = json
    }

    /// Reads a request line, without its line feed.
    init(line: String) {
        words = line.split(separator: " ").map(String.init)
        json = words.first == "--json"
        if json { words.removeFirst() }
    }

    var line: String { (json ? "--json " : "") + words.joined(separator: " ") + "\n" }
}

public enum ControlResponse: Sendable {
    case text(String)
    /// What a command hands out to be written to a file.
    case file([UInt8])
    case failure(String)

    var bytes: [UInt8] {
        switch self {
        case .text(let text): Self.framed("OK", Array(text.utf8))
        case .file(let bytes): Self.framed("OK", bytes)
        case .failure(let reason): Self.framed("ERROR", Array(reason.utf8))
        }
    }

    private static func framed(_ status: String, _ body: [UInt8]) -> [UInt8] {
        Array("\(status) \(body.count)\n".utf8) + body
    }
}
