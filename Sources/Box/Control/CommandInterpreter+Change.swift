import ConfigLanguage

/// clear, capture, copy
extension CommandInterpreter {
    static let changeCommands: [Command] = [
        Command("clear conn", "[all]", rest: 0...1) { interpreter, rest, _ in interpreter.clearConn(rest) },
        Command("clear asp drop") { interpreter, _, _ in
            interpreter.noteCleared { $0.clearDrops($1, at: WallClock.now) }
            return interpreter.confirm(.clearDrops)
        },
        Command("clear access-list", "counters", rest: 1...1) { interpreter, rest, _ in
            interpreter.clearAccessList(rest)
        },
        Command("clear capture", "{NAME | /all}", rest: 1...1) { interpreter, rest, _ in
            interpreter.confirm(.clearCapture(rest[0] == "/all" ? nil : rest[0]))
        },
        Command("clear logging", "[buffer]", rest: 0...1) { interpreter, rest, _ in
            guard rest.allSatisfy({ "buffer".hasPrefix($0) }) else { return .failure("% clear logging [buffer]") }
            return interpreter.confirm(.clearLog)
        },
        Command("capture", "NAME [type …] [interface …] …", rest: 1...64) { interpreter, rest, _ in
            interpreter.capture(rest)
        },
        Command("no capture", "NAME", rest: 1...1) { interpreter, rest, _ in
            interpreter.confirm(.stopCapture(rest[0]))
        },
        Command("copy", "[/noconfirm] [/pcap] capture:NAME FILE", rest: 2...4) { interpreter, rest, _ in
            interpreter.copy(rest)
        },
    ]

    func confirm(_ order: Order) -> ControlResponse {
        let answer = mailbox.ask(order)
        guard case .done = answer else { return .unexpected(answer) }
        return .text("")
    }

    private func clearConn(_ rest: [String]) -> ControlResponse {
        guard rest.allSatisfy({ "all".hasPrefix($0) }) else { return .failure("% clear conn [all]") }
        let answer = mailbox.ask(.clearFlows)
        guard case .cleared(let count) = answer else { return .unexpected(answer) }
        return .text("\(count) connection(s) deleted.")
    }

    /// Of all lists; one by itself can not be cleared.
    private func clearAccessList(_ rest: [String]) -> ControlResponse {
        guard "counters".hasPrefix(rest[0]) else { return .failure("% clear access-list counters") }
        noteCleared { $0.clearAccessHits($1) }
        return confirm(.clearAccessHits)
    }

    /// `capture NAME …`: as in a configuration, read behind the one in force so that its names are known.
    private func capture(_ rest: [String]) -> ControlResponse {
        let line = (["capture"] + rest).joined(separator: " ")
        let text = configurationText + "\n" + line + "\n"
        let lineNumber = text.utf8.count { $0 == UInt8(ascii: "\n") }
        let read = Configuration.readForBox(text, file: "capture")
        let problems = read.diagnostics.filter { $0.line == lineNumber && $0.severity != .warning }
        if !problems.isEmpty { return .failure(problems.map(\.description).joined(separator: "\n")) }
        guard let definition = read.configuration.captures.first(where: { $0.name == rest[0] }) else {
            return .failure("capture \(rest[0]) could not be read")
        }
        return confirm(.startCapture(definition))
    }

    /// Hands the file out; where it goes is the caller's affair.
    private func copy(_ rest: [String]) -> ControlResponse {
        let options = rest.dropLast(2)
        let source = rest[rest.count - 2]
        guard options.allSatisfy({ $0 == "/noconfirm" || $0 == "/pcap" }), source.hasPrefix("capture:") else {
            return .failure("% copy [/noconfirm] [/pcap] capture:NAME FILE")
        }
        let answer = mailbox.ask(.captureFile(String(source.dropFirst("capture:".count))))
        guard case .file(let bytes) = answer else { return .unexpected(answer) }
        return .file(bytes)
    }
}
