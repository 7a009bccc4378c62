import ConfigLanguage

/// The ASA's exec commands to a running box. Words may be abbreviated as long as they are unambiguous.
///
/// Belongs to one thread.
final class CommandInterpreter {
    let configuration: Configuration
    /// What the configuration was read from: commands such as `capture` are read in its context.
    let configurationText: String
    let names: InterfaceNames
    /// `nil` without a phone proxy.
    let phoneFiles: PhoneFiles?
    let mailbox: Mailbox
    /// Of media and signalling, what is asked of the hands themselves.
    let hands: HandFacts
    /// What the kernel had counted when its counters were last cleared: they themselves only grow.
    var cleared = KernelBaseline()
    private let kernel: () -> KernelFacts

    init(
        _ configuration: Configuration, text: String, phoneFiles: PhoneFiles? = nil, mailbox: Mailbox,
        hands: HandFacts = HandFacts(), kernel: @escaping () -> KernelFacts
    ) {
        self.configuration = configuration
        configurationText = text
        names = InterfaceNames(configuration)
        self.phoneFiles = phoneFiles
        self.mailbox = mailbox
        self.hands = hands
        self.kernel = kernel
    }

    /// One command: its words, what may stand behind them, and what it does with that.
    struct Command {
        var words: [String]
        /// How many words may stand behind them.
        var rest: ClosedRange<Int>
        var usage: String
        var run: @Sendable (CommandInterpreter, [String], Bool) -> ControlResponse

        init(
            _ words: String, _ usage: String = "", rest: ClosedRange<Int> = 0...0,
            _ run: @escaping @Sendable (CommandInterpreter, [String], Bool) -> ControlResponse
        ) {
            self.words = words.split(separator: " ").map(String.init)
            self.rest = rest
            self.usage = usage.isEmpty ? words : "\(words) \(usage)"
            self.run = run
        }

        /// Whether the command begins as `given` does, as far as both go.
        func agrees(with given: [String]) -> Bool { zip(words, given).allSatisfy { $0.hasPrefix($1) } }

        func isSpelledOut(in given: [String]) -> Bool { given.starts(with: words) }
    }

    private static let commands = showCommands + phoneProxyCommands + changeCommands + callCommands + debugCommands

    func run(_ request: ControlRequest) -> ControlResponse {
        let agreeing = Self.commands.filter { $0.agrees(with: request.words) }
        let complete = agreeing.filter { request.words.count >= $0.words.count }
        guard !request.words.isEmpty, !agreeing.isEmpty else {
            return .failure("% Invalid command: \(request.words.joined(separator: " "))\n\(Self.help)")
        }
        guard !complete.isEmpty else {
            return .failure("% Incomplete command: \(Self.list(agreeing))")
        }
        let exact = agreeing.filter { $0.isSpelledOut(in: request.words) }
        let candidates = Self.furthest(exact.isEmpty ? agreeing : exact, given: request.words.count)
        guard let command = candidates.first, candidates.count == 1 else {
            return .failure("% Ambiguous command: \(Self.list(candidates))")
        }
        let rest = Array(request.words.dropFirst(command.words.count))
        guard command.rest.contains(rest.count) else { return .failure("% \(command.usage)") }
        return command.run(self, rest, request.json)
    }

    /// Where one command goes on from another (`show phone-proxy secure-phones`), the longer one is meant as soon as so many
    /// words were given.
    private static func furthest(_ commands: [Command], given: Int) -> [Command] {
        commands.filter { one in
            !commands.contains { other in
                let (short, long) = one.words.count < other.words.count ? (one, other) : (other, one)
                guard short.words.count < long.words.count, long.words.starts(with: short.words) else { return false }
                return given >= long.words.count ? one.words == short.words : one.words == long.words
            }
        }
    }

    private static var help: String { "Commands: " + list(commands) }

    private static func list(_ commands: [Command]) -> String { commands.map(\.usage).joined(separator: ", ") }

    /// The kernel's facts, less what was cleared.
    func kernelFacts() -> KernelFacts { cleared.subtracted(from: facts()) }

    func noteCleared(_ change: (inout KernelBaseline, KernelFacts) -> Void) { change(&cleared, facts()) }

    private func facts() -> KernelFacts {
        var facts = kernel()
        facts.media = hands.mediaFacts()
        return facts
    }
}

extension ControlResponse {
    /// An answer of a kind that its order never gets.
    static func unexpected(_ answer: Answer) -> ControlResponse {
        if case .failed(let reason) = answer { return .failure(reason) }
        return .failure("unexpected answer")
    }
}
