import ConfigLanguage
import Inspection

/// `show media-termination`: the addresses, and what has come to them.
struct ShowMediaTermination: CallRendering {
    private let definition: MediaTerminationDefinition?
    private let tables: CallTables
    private let facts: MediaFacts

    init(_ configuration: Configuration, _ tables: CallTables, _ facts: MediaFacts) {
        definition = configuration.mediaTerminationInForce
        self.tables = tables
        self.facts = facts
    }

    func text(isDetailed: Bool) -> String {
        guard let definition else { return "there is no media-termination in force" }
        var lines = ["Media-termination '\(definition.name)':"]
        for address in definition.addresses {
            lines.append("  address \(address.address)\(address.interface.map { " interface \($0)" } ?? "")")
        }
        let counters = facts.counters
        lines += [
            "  RTP ports \(definition.ports.lowerBound)-\(definition.ports.upperBound), \(tables.mediaPortsInUse) in use",
            "  sessions \(counters.sessions), opened \(tables.mediaCounters.sessionsOpened), calls without a port "
                + "\(tables.mediaCounters.portsExhausted)",
            "  packets received \(counters.received.packets), sent \(counters.sent.packets), dropped \(counters.drops.total)",
            "  sent by the kernel's own way \(counters.sentByKernel), lost in full rings \(counters.ringOverruns)",
        ]
        return lines.joined(separator: "\n")
    }

    var json: JSONValue {
        let counters = facts.counters
        return .object([
            ("name", .optional(definition) { .string($0.name) }),
            ("addresses", .array((definition?.addresses ?? []).map { .string("\($0.address)") })),
            ("portsInUse", .count(tables.mediaPortsInUse)),
            ("sessions", .count(counters.sessions)),
            ("sessionsOpened", .count(tables.mediaCounters.sessionsOpened)),
            ("portsExhausted", .count(tables.mediaCounters.portsExhausted)),
            ("packetsReceived", .count(counters.received.packets)),
            ("packetsSent", .count(counters.sent.packets)),
            ("sentByKernel", .count(counters.sentByKernel)),
            ("ringOverruns", .count(counters.ringOverruns)),
            ("drops", .object(facts.drops.map { ($0.name, .count($0.count)) })),
        ])
    }
}
