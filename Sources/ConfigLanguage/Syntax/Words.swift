import Wire

/// Reads one command, word by word, from left to right.
///
/// It remembers what was asked for at the current word, so that a problem can say what could have stood there, and it
/// spells in full what it has read.
struct Words {
    let line: SourceLine
    /// The line begins with `no`.
    let isNegated: Bool
    /// `name ADDRESS NAME`, usable wherever an address stands.
    let names: [String: IPAddress]
    /// What was read, keywords in full.
    private(set) var spelled: [String] = []
    /// What to warn of once the command is read whole.
    private(set) var warnings: [Problem] = []
    private var position: Int
    /// Lists as they were asked for: only a problem needs them as one.
    private var asked: [[String]] = []

    init(_ line: SourceLine, names: [String: IPAddress] = [:]) {
        self.line = line
        self.names = names
        isNegated = line.tokens.first.map { $0.text == "no" && line.tokens.count > 1 } ?? false
        position = isNegated ? 1 : 0
    }

    /// The next word, not yet read.
    var next: Token? { position < line.tokens.count ? line.tokens[position] : nil }

    var isAtEnd: Bool { next == nil }

    /// `no` and nothing more: what is said of a setting to give it its default back, or of all of a kind.
    var isBareNegation: Bool { isNegated && isAtEnd }

    /// Where the next word stands, or would.
    var site: Site { next.map(site) ?? end }

    /// All that has been read, `no` left out.
    var readSite: Site {
        line.tokens.indices.contains(isNegated ? 1 : 0) ? site(from: site(of: line.tokens[isNegated ? 1 : 0])) : end
    }

    /// From `first` to the last word that was read.
    func site(from first: Site) -> Site {
        let last = line.tokens[max(0, position - 1)].range.upperBound
        return Site(line: line.number, range: first.range.lowerBound..<max(first.range.upperBound, last))
    }

    func site(of token: Token) -> Site { Site(line: line.number, range: token.range) }

    private var end: Site {
        let offset = line.tokens.last?.range.upperBound ?? 0
        return Site(line: line.number, range: offset..<offset)
    }

    // MARK: Reading

    /// Says that `what` could stand at the next word.
    mutating func ask(_ what: String...) { asked.append(what) }

    /// Says that each of `keywords` could stand at the next word.
    mutating func ask(oneOf keywords: [String]) { asked.append(keywords) }

    /// What was asked for at the next word.
    private var expected: [String] {
        var seen: Set<String> = []
        return asked.joined().filter { seen.insert($0).inserted }
    }

    /// Goes past the next word, which meant `text`.
    mutating func advance(spelling text: String) {
        position += 1
        spelled.append(text)
        asked.removeAll(keepingCapacity: true)
    }

    /// The next word, which must be there, not read yet.
    func required() throws(Problem) -> Token {
        guard let token = next else { throw unexpected() }
        return token
    }

    /// The rest of the line as it stands, which must not be empty.
    mutating func rest(_ what: String = "LINE") throws(Problem) -> String {
        ask(what)
        let text = line.text(from: try required().range.lowerBound)
        position = line.tokens.count
        spelled.append(text)
        return text
    }

    /// Goes past the rest of the line, which is none of this box's business.
    mutating func skipRest() { position = line.tokens.count }

    /// Goes past the words that begin before `offset`.
    mutating func advance(past offset: Int) {
        while let token = next, token.range.lowerBound < offset { advance(spelling: token.text) }
    }

    /// Throws unless the line ends here.
    mutating func finish() throws(Problem) {
        guard isAtEnd else {
            ask("<cr>")
            throw unexpected()
        }
    }

    // MARK: Problems

    /// The next word, or the line's end, does not fit.
    func unexpected() -> Problem {
        guard let token = next else {
            return Problem(site: end, message: "incomplete command", expected: expected, isIncomplete: true)
        }
        let near = token.isSecret ? [] : Keyword.nearMisses(of: token.text, among: expected)
        let hint = near.isEmpty ? "" : "; did you mean \(near.map { "'\($0)'" }.joined(separator: " or "))?"
        return Problem(site: site(of: token), message: "unexpected \(token.quoted)\(hint)", expected: expected)
    }

    /// The next word is wrong; `message` says why.
    func wrong(_ message: String) -> Problem {
        Problem(site: site, message: message, expected: expected)
    }

    mutating func warn(_ message: String, at site: Site) {
        warnings.append(Problem(site: site, message: message))
    }
}

// MARK: - Keywords

extension Words {
    /// One of `keywords`, or `nil` when the next word is none of them. Those of `others` may follow here too: they make
    /// an abbreviation ambiguous, and are left unread.
    mutating func optionalKeyword(_ keywords: [String], besides others: [String] = []) throws(Problem) -> String? {
        ask(oneOf: keywords)
        if !others.isEmpty { ask(oneOf: others) }
        guard let token = next else { return nil }
        switch Keyword.match(token.text, among: keywords + others) {
        case .none: return nil
        case .several(let fitting):
            throw Problem(site: site(of: token), message: "\(token.quoted) is ambiguous", expected: fitting)
        case .one(let keyword):
            guard keywords.contains(keyword) else { return nil }
            advance(spelling: keyword)
            return keyword
        }
    }

    /// Refuses what the ASA takes here and this box does not, by its full name.
    func refuse(_ keywords: String...) throws(Problem) {
        guard let token = next, keywords.contains(token.text) else { return }
        throw Problem(site: site(of: token), message: "\(token.quoted) is not supported by this box")
    }

    /// One of `keywords`, which must stand here.
    mutating func keyword(_ keywords: [String]) throws(Problem) -> String {
        guard let keyword = try optionalKeyword(keywords) else { throw unexpected() }
        return keyword
    }

    /// Whether `keyword` stood here; if so, it is read.
    mutating func skip(_ keyword: String) throws(Problem) -> Bool { try optionalKeyword([keyword]) != nil }

    /// `keyword` must stand here.
    mutating func expect(_ keyword: String) throws(Problem) { _ = try self.keyword([keyword]) }

    mutating func optionalKeyword<Kind>(_ kind: Kind.Type, besides others: [String] = []) throws(Problem) -> Kind?
    where Kind: CaseIterable & RawRepresentable, Kind.RawValue == String {
        try optionalKeyword(kind.allCases.map(\.rawValue), besides: others).flatMap(Kind.init(rawValue:))
    }

    mutating func keyword<Kind>(_ kind: Kind.Type) throws(Problem) -> Kind
    where Kind: CaseIterable & RawRepresentable, Kind.RawValue == String {
        guard let keyword = try optionalKeyword(kind) else { throw unexpected() }
        return keyword
    }
}
