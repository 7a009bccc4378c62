/// A word of the command line that says nothing about a benchmark.
struct NotAFigure: Error, CustomStringConvertible {
    let word: String

    var description: String {
        "'\(word)' is not SECTION.NAME=VALUE, KEY=RATIO>=TARGET or why:SUBJECT=TEXT"
    }
}

/// A report as a script writes it, word by word:
///
///     ours.packetsPerSecond=241000 floor.packetsPerSecond=null why:floor.packetsPerSecond='no such program'
///     oursToFloorPacketsPerSecond=ours.packetsPerSecond/floor.packetsPerSecond>=0.9
///
/// A ratio is two figures that were named before it, or a number: ratios of pairs that were measured together say more
/// than one of medians.
extension Report {
    init(_ name: String, words: [String]) throws(NotAFigure) {
        self.init(name)
        for word in words { try take(word) }
    }

    private mutating func take(_ word: String) throws(NotAFigure) {
        let sides = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2 else { throw NotAFigure(word: word) }
        if sides[0].hasPrefix("why:") {
            explain(String(sides[0].dropFirst(4)), String(sides[1]))
        } else if let (section, key) = Self.place(sides[0]) {
            self[section, key] = try Self.value(sides[1], of: word)
        } else {
            try takeRatio(String(sides[0]), sides[1], of: word)
        }
    }

    private mutating func takeRatio(_ key: String, _ text: Substring, of word: String) throws(NotAFigure) {
        guard !key.isEmpty, let sign = text.firstRange(of: ">="), let target = Double(text[sign.upperBound...]) else {
            throw NotAFigure(word: word)
        }
        judge(key, try ratio(text[..<sign.lowerBound], of: word), atLeast: target)
    }

    private func ratio(_ text: Substring, of word: String) throws(NotAFigure) -> Double? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 1 { return try Self.value(text, of: word) }
        guard parts.count == 2, let top = Self.place(parts[0]), let bottom = Self.place(parts[1]) else {
            throw NotAFigure(word: word)
        }
        return Self.quotient(self[top.section, top.key], self[bottom.section, bottom.key])
    }

    /// `nil` when one of them was not measured, or there is nothing to divide by.
    static func quotient(_ top: Double?, _ bottom: Double?) -> Double? {
        guard let top, let bottom, bottom > 0 else { return nil }
        return top / bottom
    }

    /// `ours.packetsPerSecond`.
    private static func place(_ text: Substring) -> (section: Section, key: String)? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let section = Section(rawValue: String(parts[0])), !parts[1].isEmpty else { return nil }
        return (section, String(parts[1]))
    }

    private static func value(_ text: Substring, of word: String) throws(NotAFigure) -> Double? {
        if text == "null" { return nil }
        guard let value = Double(text), value.isFinite else { throw NotAFigure(word: word) }
        return value
    }
}
