import ConfigLanguage
import Wire

/// `logging buffered`: the newest lines, as many as fit `logging buffer-size`.
struct LogBuffer: Sendable {
    private(set) var lines: [String] = []
    private var first = 0
    private var bytes = 0
    private let limit: Int
    private(set) var logged: UInt64 = 0
    private(set) var dropped: UInt64 = 0

    init(limit: Int) { self.limit = limit }

    mutating func append(_ line: String) {
        lines.append(line)
        bytes += line.utf8.count + 1
        logged += 1
        while bytes > limit, first < lines.count {
            bytes -= lines[first].utf8.count + 1
            first += 1
            dropped += 1
        }
        // Room is given back in large pieces, so that a line costs no move of all others.
        if first > 64, first * 2 > lines.count {
            lines.removeFirst(first)
            first = 0
        }
    }

    /// Oldest first.
    var text: [String] { Array(lines[first...]) }
}
