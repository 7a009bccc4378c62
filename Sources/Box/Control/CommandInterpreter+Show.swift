import Inspection

extension CommandInterpreter {
    static let showCommands: [Command] = [
        Command("show conn", "[all]", rest: 0...1) { $0.showConn($1, json: $2) },
        Command("show xlate") { interpreter, _, json in
            let configuration = interpreter.configuration
            return interpreter.render(
                json, flows: true, { ShowXlate.text(configuration, $0) }, { ShowXlate.json(configuration, $0) })
        },
        Command("show asp drop") { interpreter, _, json in
            let facts = interpreter.kernelFacts()
            let cleared = interpreter.cleared.dropsClearedAt
            return interpreter.render(
                json, { ShowAspDrop.text($0, facts, cleared: cleared) }, { ShowAspDrop.json($0, facts) })
        },
        Command("show access-list", "[NAME]", rest: 0...1) { $0.showAccessList($1, json: $2) },
        Command("show service-policy") { interpreter, _, json in
            let configuration = interpreter.configuration
            return interpreter.render(
                json, { ShowServicePolicy.text(configuration, $0) }, { ShowServicePolicy.json(configuration, $0) })
        },
        Command("show version") { interpreter, _, json in
            let hostname = interpreter.configuration.hostname
            return interpreter.render(
                json, { ShowVersion.text(hostname, $0) }, { ShowVersion.json(hostname, $0) })
        },
        Command("show interface") { interpreter, _, json in
            let (configuration, facts) = (interpreter.configuration, interpreter.kernelFacts())
            return interpreter.render(
                json, { ShowInterface.text(configuration, $0, facts) }, { ShowInterface.json(configuration, $0, facts) }
            )
        },
        Command("show capture", "[NAME]", rest: 0...1) { $0.showCapture($1, json: $2) },
        Command("show logging") { $0.showLogging($1, json: $2) },
    ]

    func render(
        _ json: Bool, flows: Bool = false, _ text: (BoxTables) -> String, _ value: (BoxTables) -> JSONValue
    ) -> ControlResponse {
        let answer = flows ? tablesWithFlows() : mailbox.ask(.tables)
        guard case .tables(let tables) = answer else { return .unexpected(answer) }
        return .text(json ? value(tables).pretty : text(tables))
    }

    /// The flows come slice by slice, between which packets go on. The rest comes last, so that its time is no earlier
    /// than any flow's.
    private func tablesWithFlows() -> Answer {
        var flows: [FlowSummary] = []
        var next: Int? = 0
        while let start = next {
            let answer = mailbox.ask(.flows(from: start))
            guard case .flows(let slice) = answer else { return answer }
            flows += slice.flows
            next = slice.next
        }
        let answer = mailbox.ask(.tables)
        guard case .tables(var tables) = answer else { return answer }
        tables.flows = flows.sorted { $0.number < $1.number }
        return .tables(tables)
    }

    /// `all` adds the connections to the box itself on an ASA; here there are none that the engine follows.
    private func showConn(_ rest: [String], json: Bool) -> ControlResponse {
        guard rest.allSatisfy({ "all".hasPrefix($0) }) else { return .failure("% show conn [all]") }
        return render(json, flows: true, { ShowConn.text($0, self.names) }, { ShowConn.json($0, self.names) })
    }

    private func showAccessList(_ rest: [String], json: Bool) -> ControlResponse {
        if let name = rest.first, configuration.accessLists[name] == nil {
            return .failure("access-list \(name) does not exist")
        }
        let facts = kernelFacts()
        return render(
            json, { ShowAccessList.text($0, facts, only: rest.first) },
            { ShowAccessList.json($0, facts, only: rest.first) })
    }

    private func showCapture(_ rest: [String], json: Bool) -> ControlResponse {
        guard let name = rest.first else {
            return render(json, { ShowCapture.text($0.captures) }, { ShowCapture.json($0.captures) })
        }
        let answer = mailbox.ask(.capturedPackets(name))
        guard case .packets(let packets) = answer else { return .unexpected(answer) }
        return .text(json ? ShowCapture.json(packets).pretty : ShowCapture.text(packets))
    }

    private func showLogging(_ rest: [String], json: Bool) -> ControlResponse {
        let answer = mailbox.ask(.log)
        guard case .log(let log) = answer else { return .unexpected(answer) }
        return .text(json ? ShowLogging.json(log).pretty : ShowLogging.text(log, configuration.logging))
    }
}
