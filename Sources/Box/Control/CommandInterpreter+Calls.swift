import Inspection

/// show and clear of phones' calls: signalling, media and TLS.
extension CommandInterpreter {
    static let callCommands: [Command] = [
        Command("show phone-proxy media-sessions", "[detail]", rest: 0...1) { interpreter, rest, json in
            interpreter.showMedia(rest, json: json)
        },
        Command("show phone-proxy signaling-sessions", "[detail]", rest: 0...1) { interpreter, rest, json in
            interpreter.renderCalls(
                rest, json, [.streams, .registrations, .calls], "show phone-proxy signaling-sessions [detail]"
            ) { ShowSignalling(interpreter.names, $0) }
        },
        Command("show tls-proxy sessions", "[detail]", rest: 0...1) { interpreter, rest, json in
            interpreter.renderCalls(rest, json, .streams, "show tls-proxy sessions [detail]") {
                ShowTLSSessions(interpreter.names, $0, maximum: interpreter.configuration.maximumTLSProxySessions)
            }
        },
        Command("show sip", "[detail]", rest: 0...1) { interpreter, rest, json in
            interpreter.renderCalls(rest, json, .calls, "show sip [detail]") { ShowSIP($0) }
        },
        Command("show skinny", "[detail]", rest: 0...1) { interpreter, rest, json in
            interpreter.renderCalls(rest, json, [.streams, .calls], "show skinny [detail]") { ShowSkinny($0) }
        },
        Command("show media-termination") { interpreter, _, json in
            interpreter.renderCalls([], json, [], "show media-termination") {
                ShowMediaTermination(interpreter.configuration, $0, interpreter.hands.mediaFacts())
            }
        },
        Command("clear sip", "[NUMBER]", rest: 0...1) { interpreter, rest, _ in
            interpreter.clear(rest, "call(s) ended.", "clear sip [NUMBER]") { .clearCalls($0) }
        },
        Command("clear phone-proxy media-sessions") { interpreter, _, _ in
            interpreter.clear([], "call(s) ended.", "") { .clearCalls($0) }
        },
        Command("clear phone-proxy signaling-sessions", "[NUMBER]", rest: 0...1) { interpreter, rest, _ in
            interpreter.clear(rest, "session(s) closed.", "clear phone-proxy signaling-sessions [NUMBER]") {
                .clearStreams($0.map { BrainStreamID($0) })
            }
        },
        Command("clear tls-proxy session", "[NUMBER]", rest: 0...1) { interpreter, rest, _ in
            interpreter.clear(rest, "session(s) closed.", "clear tls-proxy session [NUMBER]") {
                .clearStreams($0.map { BrainStreamID($0) })
            }
        },
    ]

    private func callTables(_ parts: CallTables.Parts) -> Result<CallTables, ControlFailure> {
        let answer = mailbox.ask(.calls(parts))
        guard case .calls(let tables) = answer else { return .failure(ControlFailure(.unexpected(answer))) }
        return .success(tables)
    }

    private func renderCalls(
        _ rest: [String], _ json: Bool, _ parts: CallTables.Parts, _ usage: String,
        _ make: (CallTables) -> some CallRendering
    ) -> ControlResponse {
        guard rest.allSatisfy({ "detail".hasPrefix($0) }) else { return .failure("% \(usage)") }
        switch callTables(parts) {
        case .failure(let failure): return failure.response
        case .success(let tables):
            let rendering = make(tables)
            return .text(json ? rendering.json.pretty : rendering.text(isDetailed: !rest.isEmpty))
        }
    }

    private func showMedia(_ rest: [String], json: Bool) -> ControlResponse {
        let figures = hands.mediaFigures()
        return renderCalls(rest, json, .media, "show phone-proxy media-sessions [detail]") {
            ShowMedia(names, $0, figures)
        }
    }

    private func clear(
        _ rest: [String], _ what: String, _ usage: String, _ order: (UInt64?) -> Order
    ) -> ControlResponse {
        let number = rest.first.flatMap { word in
            word.hasPrefix("0x") ? UInt64(word.dropFirst(2), radix: 16) : UInt64(word)
        }
        guard rest.isEmpty || number != nil else { return .failure("% \(usage)") }
        let answer = mailbox.ask(order(number))
        guard case .cleared(let count) = answer else { return .unexpected(answer) }
        return .text("\(count) \(what)")
    }
}

/// Why there is nothing to show.
struct ControlFailure: Error {
    let response: ControlResponse

    init(_ response: ControlResponse) { self.response = response }
}
