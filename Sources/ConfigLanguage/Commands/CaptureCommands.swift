import Wire

/// `capture NAME …`: what to record.
enum CaptureCommands {
    private enum Option: String, CaseIterable {
        case type, interface, match, buffer, include
        case accessList = "access-list"
        case circularBuffer = "circular-buffer"
        case packetLength = "packet-length"
        case headersOnly = "headers-only"
    }

    static func capture(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("capture name", limit: 63)
        var options: [Change] = []
        while !words.isAtEnd {
            try words.refuse("ethernet-type", "real-time", "trace")
            try options.append(option(try words.keyword(Option.self), &words))
        }
        let read = options
        let isNegated = words.isNegated
        if isNegated { return removal(name, read) }
        return { reading throws(Problem) in
            let index = reading.draft.captures.firstIndex { $0.name == name }
            var capture =
                index.map { reading.draft.captures[$0] }
                ?? CaptureDraft(name: name, definition: CaptureDefinition(name: name.value))
            for change in read { change(&capture) }
            try Limit.check(
                capture.definition.matches.count - 1, below: Limit.captureMatches, "matches", at: name.site)
            if let index {
                reading.draft.captures[index] = capture
            } else {
                try Limit.check(reading.draft.captures.count, below: Limit.captures, "captures", at: name.site)
                reading.draft.captures.append(capture)
            }
        }
    }

    private typealias Change = (inout CaptureDraft) -> Void

    /// `no capture NAME` removes it; with options, it takes those back.
    private static func removal(_ name: Located<String>, _ options: [Change]) -> Command.Change {
        { reading in
            guard let index = reading.draft.captures.firstIndex(where: { $0.name == name }) else {
                return reading.warnNothingToRemove("capture", at: name.site)
            }
            guard !options.isEmpty else {
                reading.draft.captures.remove(at: index)
                return
            }
            var taken = CaptureDraft(name: name, definition: CaptureDefinition(name: name.value))
            for change in options { change(&taken) }
            reading.draft.captures[index].takeBack(taken)
        }
    }

    private static func option(_ option: Option, _ words: inout Words) throws(Problem) -> Change {
        switch option {
        case .type:
            let (kind, reason) = try kind(&words)
            return { ($0.definition.kind, $0.reason) = (kind, reason) }
        case .interface:
            let interface = try words.name("interface name")
            return { if !$0.interfaces.contains(interface) { $0.interfaces.append(interface) } }
        case .accessList:
            let list = try words.name("access-list name")
            return { $0.accessList = list }
        case .match: return try match(&words)
        case .buffer:
            let bytes = try words.number(in: 1534...33_554_432)
            return { $0.definition.buffer = bytes }
        case .packetLength:
            let bytes = try words.number(in: 14...9216)
            return { $0.definition.packetLength = bytes }
        case .circularBuffer: return { $0.definition.isCircular = true }
        case .headersOnly: return { $0.definition.headersOnly = true }
        case .include:
            _ = try words.keyword(["keys"])
            return { $0.definition.includesKeys = true }
        }
    }

    /// Packets in both directions, as the ASA's `match`: permitted, without an access list's ranges of names.
    private static func match(_ words: inout Words) throws(Problem) -> Change {
        let read = words.spelled.count
        let rule = try words.accessRule(.permit)
        let text = "match " + words.spelled[read...].joined(separator: " ")
        guard case .match(let source) = rule.source, case .match(let destination) = rule.destination else {
            throw Problem(
                site: words.readSite, message: "'match' takes addresses, not objects or interfaces",
                expected: ["any", "host", "A.B.C.D"])
        }
        let entry = AccessEntry(
            action: .permit, transport: rule.transport, source: source, sourcePorts: rule.sourcePorts,
            destination: destination, destinationPorts: rule.destinationPorts, icmpType: rule.icmpType, text: text)
        return { if !$0.definition.matches.contains(entry) { $0.definition.matches.append(entry) } }
    }

    private static func kind(
        _ words: inout Words
    ) throws(Problem) -> (kind: CaptureDefinition.Kind, reason: Located<String>?) {
        try words.refuse("inline-tag", "isakmp", "lacp", "switch", "webvpn")
        switch try words.keyword(["asp-drop", "raw-data", "tls-proxy"]) {
        case "raw-data": return (.rawData, nil)
        case "tls-proxy": return (.tlsProxy, nil)
        default:
            let reason = try reason(&words)
            return (.aspDrop(reason: reason?.value), reason)
        }
    }

    /// A drop reason, unless what follows is an option; `nil` for all.
    private static func reason(_ words: inout Words) throws(Problem) -> Located<String>? {
        words.ask("all", "drop reason")
        guard let token = words.next, !isOption(token.text) else { return nil }
        if token.text == "all" {
            words.advance(spelling: "all")
            return nil
        }
        guard token.text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || isLetterOrDigit($0) }) else {
            throw words.wrong("\(token.quoted) is not a drop reason")
        }
        return try words.name("drop reason", limit: 64)
    }

    private static func isOption(_ word: String) -> Bool {
        word.utf8.count >= 3 && Option.allCases.contains { Keyword.isAbbreviation(word, of: $0.rawValue) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }
}

extension CaptureDraft {
    /// Takes back what `other` has said.
    fileprivate mutating func takeBack(_ other: CaptureDraft) {
        let unset = CaptureDefinition(name: name.value)
        interfaces.removeAll { other.interfaces.contains($0) }
        if accessList == other.accessList { accessList = nil }
        definition.matches.removeAll { other.definition.matches.contains($0) }
        if other.definition.kind != unset.kind { (definition.kind, reason) = (unset.kind, nil) }
        if other.definition.buffer != unset.buffer { definition.buffer = unset.buffer }
        if other.definition.packetLength != unset.packetLength { definition.packetLength = unset.packetLength }
        if other.definition.isCircular { definition.isCircular = false }
        if other.definition.headersOnly { definition.headersOnly = false }
        if other.definition.includesKeys { definition.includesKeys = false }
    }
}
