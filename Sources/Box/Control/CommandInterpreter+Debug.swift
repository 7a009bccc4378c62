/// show debug, debug, no debug, undebug
extension CommandInterpreter {
    static let debugCommands: [Command] =
        [
            Command("show debug") { interpreter, _, _ in interpreter.showDebug() },
            Command("undebug all") { interpreter, _, _ in interpreter.confirm(.debug(.allOff)) },
        ]
        + Debugging.Topic.allCases.flatMap { topic in
            [
                Command("debug \(topic.rawValue)", kindsUsage, rest: 0...1) { interpreter, rest, _ in
                    interpreter.debug(topic, rest) { .on(topic, $0) }
                },
                Command("no debug \(topic.rawValue)", kindsUsage, rest: 0...1) { interpreter, rest, _ in
                    interpreter.debug(topic, rest) { .off(topic, $0) }
                },
            ]
        }

    private static let kindsUsage = "[events | errors]"

    private func showDebug() -> ControlResponse {
        let answer = mailbox.ask(.debugging)
        guard case .debugging(let debugging) = answer else { return .unexpected(answer) }
        return .text(debugging.text)
    }

    /// `all`, which the ASA takes for some topics, is the same as no word.
    private func debug(
        _ topic: Debugging.Topic, _ rest: [String], _ change: (Set<Debugging.Kind>) -> Debugging.Change
    ) -> ControlResponse {
        let words = rest.filter { $0 != "all" }
        let kinds = Debugging.Kind.allCases.filter { kind in words.allSatisfy { kind.rawValue.hasPrefix($0) } }
        guard words.isEmpty || kinds.count == 1 else { return .failure("% debug \(topic.rawValue) \(Self.kindsUsage)") }
        return confirm(.debug(change(Set(kinds))))
    }
}
