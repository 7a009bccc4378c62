import Inspection
import Wire

/// `show sip [detail]` (cisco-facts 6.8).
struct ShowSIP: CallRendering {
    private let tables: CallTables

    private let calls: [CallSummary]

    init(_ tables: CallTables) {
        self.tables = tables
        calls = tables.calls.filter { $0.signalling == .sip }
    }

    func text(isDetailed: Bool) -> String {
        var lines = ["Total: \(calls.count)"]
        for call in calls {
            lines.append("call-id \(call.callID)")
            lines.append(
                "state \(call.state.rawValue), idle \(ClockText.duration(from: call.lastSeen, to: tables.now))")
            if isDetailed { lines.append("    number \(call.number), from \(call.from), to \(call.to)") }
        }
        if isDetailed {
            let counters = tables.sipCounters
            lines.append(
                "messages \(counters.messages), malformed \(counters.malformed), dropped \(counters.dropped), answered "
                    + "\(counters.answered), keep-alives \(counters.keepAlives)")
        }
        return lines.joined(separator: "\n")
    }

    var json: JSONValue {
        let counters = tables.sipCounters
        return .object([
            ("total", .count(calls.count)),
            ("mostUsed", .count(tables.callsMostUsed)),
            ("messages", .count(counters.messages)),
            ("malformed", .count(counters.malformed)),
            ("dropped", .count(counters.dropped)),
            ("answered", .count(counters.answered)),
            ("calls", .array(calls.map { call($0) })),
        ])
    }

    private func call(_ call: CallSummary) -> JSONValue {
        .object([
            ("number", .count(call.number)),
            ("callID", .string(call.callID)),
            ("state", .string(call.state.rawValue)),
            ("from", .string(call.from)),
            ("to", .string(call.to)),
            ("device", .optional(call.device) { .string("\($0)") }),
            ("mediaSessions", .count(call.sessions.count)),
        ])
    }
}
