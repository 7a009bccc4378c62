import Wire

/// The state of reading one file, line after line.
struct Reading {
    let source: SourceText
    var draft = Draft()
    var log: DiagnosticLog
    private(set) var modes = [OpenMode(mode: .global, indentation: -1)]
    private var paste = PasteReader()

    init(_ source: SourceText) {
        self.source = source
        log = DiagnosticLog(source)
    }

    /// The mode that the command being read belongs to.
    var mode: Mode { modes.last?.mode ?? .global }

    /// Reads every line.
    mutating func readAll() {
        for (index, text) in source.lines.enumerated() { read(text, number: index + 1) }
        if let open = paste.unfinished {
            log.report(.error, at: open, "the text that follows is not ended by 'quit'", expected: ["quit"])
        }
    }

    private mutating func read(_ text: Substring, number: Int) {
        guard text.utf8.count <= SourceText.lineLimit else {
            let site = Site(line: number, range: 0..<0)
            return log.report(.error, at: site, "the line is longer than \(SourceText.lineLimit) bytes")
        }
        let line = SourceLine(text, number: number)
        if paste.takes(line) {
            if let text = paste.takeFinished() { keep(text) }
            return
        }
        if line.isSeparator { modes.removeSubrange(1...) }
        guard !line.isComment else { return }
        if line.tokens.count == 1, leave(line.tokens[0].text) { return }
        perform(line)
    }

    /// `exit` and `quit` leave one sub-mode, `end` leaves all.
    private mutating func leave(_ word: String) -> Bool {
        switch word {
        case "exit", "quit":
            if modes.count > 1 { modes.removeLast() }
        case "end": modes.removeSubrange(1...)
        default: return false
        }
        return true
    }

    // MARK: Modes

    /// Goes into a sub-mode of the current mode.
    mutating func enter(_ mode: Mode, at line: SourceLine) {
        modes.append(OpenMode(mode: mode, indentation: line.indentation))
    }

    /// Text follows, up to `quit`.
    mutating func expectPaste(_ announcement: PasteReader.Announcement) { paste.expect(announcement) }

    // MARK: Commands

    /// Gives the line to the innermost mode that knows its command, as the ASA does, whatever its indentation. A line that
    /// an inner mode knows and can not read may still be meant for an outer one, if it does not stand under the line
    /// that entered the inner, and its first word is a command there in full (`class` is short for `class-map`).
    private mutating func perform(_ line: SourceLine) {
        let entered = modes
        var best: Problem?
        for depth in entered.indices.reversed() {
            modes.removeSubrange((depth + 1)...)
            let isUnder = line.indentation > entered[depth].indentation
            if entered[depth].mode == .skipped {
                if isUnder {
                    modes = entered
                    return
                }
                continue
            }
            if best != nil, !knows(line, in: entered[depth].mode) { continue }
            do {
                if try perform(line, in: entered[depth].mode) { return }
            } catch {
                if best.map({ $0.site.range.lowerBound < error.site.range.lowerBound }) ?? true { best = error }
                if isUnder { break }
            }
        }
        modes = entered
        log.report(.error, best ?? unknown(line))
        skipWhatFollows(line)
    }

    private func knows(_ line: SourceLine, in mode: Mode) -> Bool {
        guard let word = Words(line).next?.text else { return false }
        return CommandTable.tree(of: mode)?.firstKeywords.contains(word) ?? false
    }

    /// What stands under a line that could not be read is not looked at: one mistake, one error.
    private mutating func skipWhatFollows(_ line: SourceLine) {
        while modes.count > 1, modes[modes.count - 1].indentation >= line.indentation { modes.removeLast() }
        modes.append(OpenMode(mode: .skipped, indentation: line.indentation))
    }

    /// Whether `mode` knows the command; if so, it is done.
    private mutating func perform(_ line: SourceLine, in mode: Mode) throws(Problem) -> Bool {
        var words = Words(line, names: draft.names)
        guard let tree = CommandTable.tree(of: mode), let command = try tree.find(&words) else { return false }
        let change = try read(command, &words)
        try words.finish()
        try change(&self)
        for warning in words.warnings { log.report(.warning, warning) }
        return true
    }

    private func read(_ command: Command, _ words: inout Words) throws(Problem) -> Command.Change {
        switch command.effect {
        case .means(let handler): return try handler(&words)
        case .later(let later): return try Statements.read(command, later, &words)
        case .harmless(let reason):
            words.warn("\(command.title) \(reason)", at: words.readSite)
            words.skipRest()
            let line = words.line
            return { reading in
                if reading.mode == .global { reading.enter(.skipped, at: line) }
            }
        case .unsupported where words.isNegated:
            words.skipRest()
            let site = words.readSite
            return { $0.warnNothingToRemove(command.title, at: site) }
        case .unsupported:
            throw Problem(site: words.readSite, message: "\(command.title) is not supported by this box")
        }
    }

    private func unknown(_ line: SourceLine) -> Problem {
        let words = Words(line)
        guard let token = words.next else { return words.unexpected() }
        let known = modes.reversed().compactMap { CommandTable.tree(of: $0.mode) }.flatMap(\.firstKeywords)
        let near = log.isFull ? [] : Keyword.nearMisses(of: token.text, among: known).map { "'\($0)'" }
        var message = "unknown command \(token.quoted)"
        if let mode = CommandTable.mode(of: token.text) {
            message += " here; it belongs under '\(mode)'"
        } else if !near.isEmpty {
            message += "; did you mean \(near.joined(separator: " or "))?"
        }
        return Problem(site: words.site(of: token), message: message)
    }
}
