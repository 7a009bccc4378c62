/// One command: its keywords, and what comes of it.
struct Command: Sendable {
    /// What a command does, once it has been read whole: a line that can not be read changes nothing.
    typealias Change = (inout Reading) throws(Problem) -> Void
    /// Reads a command's arguments.
    typealias Handler = @Sendable (inout Words) throws(Problem) -> Change

    enum Effect: Sendable {
        /// It changes the configuration.
        case means(Handler)
        /// Its arguments are checked, and this version of the box does not act on it.
        case later(Later)
        /// It has no effect on this box, for the reason given.
        case harmless(String)
        /// The ASA has it, this box does not.
        case unsupported
    }

    /// What is known of a command that this version does not act on.
    struct Later: Sendable {
        var form: [Form]
        /// The sub-mode that it enters.
        var opens: Block.Kind?
        /// How many of its kind may stand side by side; `nil`: a setting, the last one counts.
        var limit: Int?
        var ifIgnored: IfIgnored

        /// What becomes of a configuration while nothing acts on the command.
        enum IfIgnored: Sendable {
            /// Traffic would pass that the command keeps away, or go out as it should not: the box does not run with it.
            case unsafe
            /// What the command makes possible is missing, and nothing else: the box runs, and says so.
            case missing
        }
    }

    var keywords: [String]
    /// The last keyword as Cisco's listings also write it; never abbreviated.
    var alias: String?
    var effect: Effect

    init(_ words: String, alias: String? = nil, _ effect: Effect) {
        keywords = words.split(separator: " ").map(String.init)
        self.alias = alias
        self.effect = effect
    }

    /// For messages.
    var title: String { "'\(keywords.joined(separator: " "))'" }

    init(_ words: String, alias: String? = nil, _ handler: @escaping Handler) {
        self.init(words, alias: alias, .means(handler))
    }

    /// A command that is checked, and acted on by a later version; the box does not run without it.
    static func later(
        _ words: String, _ form: [Form] = [], opens: Block.Kind? = nil, atMost limit: Int? = nil
    ) -> Command {
        Command(words, .later(Later(form: form, opens: opens, limit: limit, ifIgnored: .unsafe)))
    }

    /// A command that is checked, and acted on by a later version; until then the box warns and runs.
    static func missing(
        _ words: String, alias: String? = nil, _ form: [Form] = [], opens: Block.Kind? = nil, atMost limit: Int? = nil
    ) -> Command {
        Command(words, alias: alias, .later(Later(form: form, opens: opens, limit: limit, ifIgnored: .missing)))
    }

    static func harmless(_ words: String, _ reason: String) -> Command { Command(words, .harmless(reason)) }

    static func unsupported(_ words: String) -> Command { Command(words, .unsupported) }
}

/// The commands of one mode by keyword, level by level, so that an abbreviation is looked for among what could stand
/// at its place and nothing else.
struct CommandTree: Sendable {
    private struct Node: Sendable {
        var keywords: [String] = []
        var children: [String: Node] = [:]
        var aliases: [String: String] = [:]
        var command: Command?
    }

    private var root = Node()

    init(_ commands: [Command]) {
        for command in commands { Self.insert(command, command.keywords[...], into: &root) }
    }

    /// The words that commands begin with.
    var firstKeywords: [String] { root.keywords }

    private static func insert(_ command: Command, _ rest: ArraySlice<String>, into node: inout Node) {
        guard let keyword = rest.first else {
            node.command = command
            return
        }
        if node.children[keyword] == nil { node.keywords.append(keyword) }
        if rest.count == 1, let alias = command.alias { node.aliases[alias] = keyword }
        insert(command, rest.dropFirst(), into: &node.children[keyword, default: Node()])
    }

    /// Reads as many keywords as lead to a command; `nil` when not even the first word is known.
    func find(_ words: inout Words) throws(Problem) -> Command? {
        var node = root
        var isFirst = true
        while let keyword = try Self.keyword(of: node, &words), let child = node.children[keyword] {
            node = child
            isFirst = false
        }
        if let command = node.command { return command }
        if isFirst { return nil }
        throw words.unexpected()
    }

    private static func keyword(of node: Node, _ words: inout Words) throws(Problem) -> String? {
        guard !node.keywords.isEmpty else { return nil }
        if let token = words.next, let keyword = node.aliases[token.text] {
            words.advance(spelling: keyword)
            return keyword
        }
        if let token = words.next, token.text.hasPrefix("Cryptochecksum:"), node.children["Cryptochecksum"] != nil {
            words.advance(spelling: "Cryptochecksum")
            return "Cryptochecksum"
        }
        // Where a name may stand as well, two letters are more likely a name than a keyword cut short.
        if let token = words.next, node.command != nil, token.text.utf8.count < 3 {
            words.ask(oneOf: node.keywords)
            return nil
        }
        return try words.optionalKeyword(node.keywords)
    }
}
