/// Commands that are checked whole and not yet acted upon.
enum Statements {
    /// Reads a command by its form.
    static func read(
        _ command: Command, _ later: Command.Later, _ words: inout Words
    ) throws(Problem) -> Command.Change {
        var names = NamesInForm()
        do {
            try words.read(later.form, into: &names)
        } catch  where words.isNegated && error.isIncomplete {
            // `no` takes the command cut short after any word.
        } catch {
            throw error
        }
        return change(command.keywords, later, words, names)
    }

    /// What a command does that was read elsewhere and is not yet acted upon: the box does not run without it.
    static func change(command: [String], _ words: Words, names: NamesInForm) -> Command.Change {
        change(command, Command.Later(form: [], ifIgnored: .unsafe), words, names)
    }

    private static func change(
        _ command: [String], _ later: Command.Later, _ words: Words, _ names: NamesInForm
    ) -> Command.Change {
        let (line, isNegated, spelled, site) = (words.line, words.isNegated, words.spelled, words.readSite)
        return { reading throws(Problem) in
            let statement = Statement(
                key: Statement.Key(mode: reading.mode, command: command), words: spelled, names: names, site: site,
                ifIgnored: later.ifIgnored)
            if isNegated { return reading.remove(statement, later) }
            try reading.add(statement, limit: later.limit)
            if let block = later.block(names, in: reading.mode) { reading.enter(.block(block), at: line) }
        }
    }
}

extension Command.Later {
    /// The block that the command enters: under the name it defines, or uses, or that of the block it stands in.
    fileprivate func block(_ names: NamesInForm, in mode: Mode) -> Block? {
        opens.map { kind in
            let name = names.definition?.name.value ?? names.uses.first?.name.value
            if case .block(let outer) = mode { return Block(kind: kind, name: name ?? outer.name) }
            return Block(kind: kind, name: name ?? "")
        }
    }
}

extension Reading {
    fileprivate mutating func add(_ statement: Statement, limit: Int?) throws(Problem) {
        let alike = draft.statements[statement.key] ?? []
        if let same = alike.firstIndex(where: { $0.words == statement.words }) {
            draft.statements[statement.key]?[same] = statement
            return
        }
        guard let limit else {
            draft.statements[statement.key] = [statement]
            return
        }
        guard alike.count < limit else {
            throw Problem(
                site: statement.site,
                message: "more than \(limit) of '\(statement.key.command.joined(separator: " "))'"
                    + " (line \(alike[0].site.line) has the first)")
        }
        draft.statements[statement.key, default: []].append(statement)
    }

    fileprivate mutating func remove(_ statement: Statement, _ later: Command.Later) {
        let alike = draft.statements[statement.key] ?? []
        let removed = alike.filter { $0.words.starts(with: statement.words) }
        let left = alike.filter { !$0.words.starts(with: statement.words) }
        draft.statements[statement.key] = left.isEmpty ? nil : left
        let blocks = removed.compactMap { later.block($0.names, in: statement.key.mode) }
        removeStatements(in: blocks)
        // `no` for a setting states its default.
        if removed.isEmpty, later.limit != nil {
            warnNothingToRemove(statement.key.command.joined(separator: " "), at: statement.site)
        }
    }

    /// What stands in a block goes with it.
    mutating func removeStatements(in blocks: [Block]) {
        guard !blocks.isEmpty else { return }
        draft.statements = draft.statements.filter { key, _ in
            if case .block(let block) = key.mode { return !blocks.contains(block) }
            return true
        }
    }

    /// Takes back a command of the current mode.
    mutating func removeStatements(of command: [String]) {
        draft.statements[Statement.Key(mode: mode, command: command)] = nil
    }
}
