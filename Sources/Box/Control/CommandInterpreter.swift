import ConfigLanguage

/// The ASA's exec commands to a running box. Words may be abbreviated as long as they are unambiguous.
final class CommandInterpreter {
    private let configuration: Configuration
    /// What the configuration was read from: commands such as `capture` are read in its context.
    private let configurationText: String
    private let names: InterfaceNames
    private let mailbox: Mailbox
    private let kernel: () -> KernelFacts

    init(
        _ configuration: Configuration, text: String, mailbox: Mailbox, kernel: @escaping () -> KernelFacts
    ) {
        self.configuration = configuration
        configurationText = text
        names = InterfaceNames(configuration)
        self.mailbox = mailbox
        self.kernel = kernel
    }

    private typealias Action = @Sendable (CommandInterpreter, [String], Bool) -> ControlResponse

    /// Every command there is: its words, and what it does with the words behind them.
    private static let commands: [(words: [String], run: Action)] = [
        (["show", "conn"], { $0.showConn($1, json: $2) }),
        (["show", "xlate"], { $0.showXlate($1, json: $2) }),
        (["show", "asp", "drop"], { $0.showAspDrop($1, json: $2) }),
        (["show", "access-list"], { $0.showAccessList($1, json: $2) }),
        (["show", "service-policy"], { $0.showServicePolicy($1, json: $2) }),
        (["show", "version"], { $0.showVersion($1, json: $2) }),
        (["show", "interface"], { $0.showInterface($1, json: $2) }),
        (["show", "capture"], { $0.showCapture($1, json: $2) }),
        (["show", "logging"], { $0.showLogging($1, json: $2) }),
        (["clear", "conn"], { interpreter, _, _ in interpreter.clearConn() }),
        (["clear", "asp", "drop"], { interpreter, _, _ in interpreter.confirm(.clearDrops) }),
        (["clear", "access-list"], { interpreter, _, _ in interpreter.confirm(.clearAccessHits) }),
        (["clear", "capture"], { interpreter, rest, _ in interpreter.clearCapture(rest) }),
        (["clear", "logging"], { interpreter, _, _ in interpreter.confirm(.clearLog) }),
        (["capture"], { interpreter, rest, _ in interpreter.capture(rest) }),
        (["no", "capture"], { interpreter, rest, _ in interpreter.noCapture(rest) }),
        (["copy"], { interpreter, rest, _ in interpreter.copy(rest) }),
    ]

    func run(_ request: ControlRequest) -> ControlResponse {
        let matching = Self.commands.filter { Self.matches($0.words, request.words) }
        let exact = matching.filter { Array(request.words.prefix($0.words.count)) == $0.words }
        let candidates = exact.isEmpty ? matching : exact
        guard let command = candidates.first else {
            return .failure("% Invalid command: \(request.words.joined(separator: " "))\n\(Self.help)")
        }
        guard candidates.count == 1 else {
            let names = candidates.map { $0.words.joined(separator: " ") }.joined(separator: ", ")
            return .failure("% Ambiguous command: \(names)")
        }
        return command.run(self, Array(request.words.dropFirst(command.words.count)), request.json)
    }

    private static func matches(_ words: [String], _ given: [String]) -> Bool {
        given.count >= words.count && zip(words, given).allSatisfy { $0.hasPrefix($1) }
    }

    private static var help: String {
        "Commands: " + commands.map { $0.words.joined(separator: " ") }.joined(separator: ", ")
    }
}

// MARK: show

extension CommandInterpreter {
    private func render(
        _ json: Bool, flows: Bool = false, _ text: (BoxTables) -> String, _ value: (BoxTables) -> JSONValue
    ) -> ControlResponse {
        switch mailbox.ask(.tables(withFlows: flows)) {
        case .tables(let tables): .text(json ? value(tables).pretty : text(tables))
        case .failed(let reason): .failure(reason)
        default: .failure("unexpected answer")
        }
    }

    private func showConn(_ rest: [String], json: Bool) -> ControlResponse {
        guard rest.isEmpty || rest == ["all"] else { return .failure("% show conn [all]") }
        return render(
            json, flows: true, { ShowConn.text($0, self.names) }, { ShowConn.json($0, self.names) })
    }

    private func showXlate(_ rest: [String], json: Bool) -> ControlResponse {
        render(
            json, flows: true, { ShowXlate.text(self.configuration, $0) }, { ShowXlate.json(self.configuration, $0) })
    }

    private func showAspDrop(_ rest: [String], json: Bool) -> ControlResponse {
        let facts = kernel()
        return render(json, { ShowAspDrop.text($0, facts) }, { ShowAspDrop.json($0, facts) })
    }

    private func showAccessList(_ rest: [String], json: Bool) -> ControlResponse {
        if let name = rest.first, configuration.accessLists[name] == nil {
            return .failure("access-list \(name) does not exist")
        }
        let facts = kernel()
        return render(
            json, { ShowAccessList.text($0, facts, only: rest.first) },
            { ShowAccessList.json($0, facts, only: rest.first) })
    }

    private func showServicePolicy(_ rest: [String], json: Bool) -> ControlResponse {
        render(
            json, { ShowServicePolicy.text(self.configuration, $0) }, { ShowServicePolicy.json(self.configuration, $0) })
    }

    private func showVersion(_ rest: [String], json: Bool) -> ControlResponse {
        render(
            json, { ShowVersion.text(self.configuration.hostname, $0) },
            { ShowVersion.json(self.configuration.hostname, $0) })
    }

    private func showInterface(_ rest: [String], json: Bool) -> ControlResponse {
        let facts = kernel()
        return render(
            json, { ShowInterface.text(self.configuration, $0, facts) },
            { ShowInterface.json(self.configuration, $0, facts) })
    }

    private func showCapture(_ rest: [String], json: Bool) -> ControlResponse {
        guard let name = rest.first else {
            return render(json, { ShowCapture.text($0.captures) }, { ShowCapture.json($0.captures) })
        }
        switch mailbox.ask(.capturedPackets(name)) {
        case .packets(let packets):
            return .text(json ? ShowCapture.json(packets).pretty : ShowCapture.text(packets))
        case .failed(let reason): return .failure(reason)
        default: return .failure("unexpected answer")
        }
    }

    private func showLogging(_ rest: [String], json: Bool) -> ControlResponse {
        switch mailbox.ask(.log) {
        case .log(let log): .text(json ? ShowLogging.json(log).pretty : ShowLogging.text(log))
        case .failed(let reason): .failure(reason)
        default: .failure("unexpected answer")
        }
    }
}

// MARK: clear, capture, copy

extension CommandInterpreter {
    private func confirm(_ order: Order) -> ControlResponse {
        if case .failed(let reason) = mailbox.ask(order) { return .failure(reason) }
        return .text("")
    }

    private func clearConn() -> ControlResponse {
        switch mailbox.ask(.clearFlows) {
        case .cleared(let count): .text("\(count) connection(s) deleted.")
        case .failed(let reason): .failure(reason)
        default: .failure("unexpected answer")
        }
    }

    private func clearCapture(_ rest: [String]) -> ControlResponse {
        guard let name = rest.first else { return .failure("% clear capture {NAME | /all}") }
        return confirm(.clearCapture(name == "/all" ? nil : name))
    }

    private func noCapture(_ rest: [String]) -> ControlResponse {
        guard let name = rest.first, rest.count == 1 else { return .failure("% no capture NAME") }
        return confirm(.stopCapture(name))
    }

    /// `capture NAME …`: as in a configuration, read behind the one in force so that its names are known.
    private func capture(_ rest: [String]) -> ControlResponse {
        guard let name = rest.first else { return .failure("% capture NAME [type …] [interface …] …") }
        let line = (["capture"] + rest).joined(separator: " ")
        let text = configurationText + "\n" + line + "\n"
        let lineNumber = text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
        let read = Configuration.read(text, file: "capture")
        let problems = read.diagnostics.filter { $0.line == lineNumber && $0.severity != .warning }
        if !problems.isEmpty { return .failure(problems.map(\.description).joined(separator: "\n")) }
        guard let definition = read.configuration.captures.first(where: { $0.name == name }) else {
            return .failure("capture \(name) could not be read")
        }
        return confirm(.startCapture(definition))
    }

    /// `copy [/noconfirm] [/pcap] capture:NAME …`: hands the file out; where it goes is the caller's affair.
    private func copy(_ rest: [String]) -> ControlResponse {
        guard let source = rest.first(where: { $0.hasPrefix("capture:") }) else {
            return .failure("% copy [/noconfirm] [/pcap] capture:NAME FILE")
        }
        switch mailbox.ask(.captureFile(String(source.dropFirst("capture:".count)))) {
        case .file(let bytes): return .file(bytes)
        case .failed(let reason): return .failure(reason)
        default: return .failure("unexpected answer")
        }
    }
}
