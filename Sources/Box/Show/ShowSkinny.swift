import Inspection
import Wire

/// `show skinny [detail]` (cisco-facts 6.8): the phones' connections, each with the media of its calls.
struct ShowSkinny: CallRendering {
    private let tables: CallTables
    private let streams: [StreamSummary]
    private let calls: [BrainStreamID?: [CallSummary]]

    init(_ tables: CallTables) {
        self.tables = tables
        calls = Dictionary(grouping: tables.calls.filter { $0.signalling == .skinny }, by: \.stream)
        streams = tables.streams.filter { $0.signalling == .skinny }
    }

    func text(isDetailed: Bool) -> String {
        var lines = [
            "LOCAL                   FOREIGN                 STATE",
            "---------------------------------------------------------------",
        ]
        for (place, stream) in streams.enumerated() {
            let number = Self.padded("\(place + 1)", 8)
            lines.append(
                number + Self.padded(stream.phone.slashed, 24) + Self.padded(stream.server.slashed, 24)
                    + "\(stream.registrations)")
            for call in calls(of: stream) { lines += text(call, isDetailed: isDetailed) }
        }
        if isDetailed {
            let counters = tables.skinnyCounters
            lines.append(
                "messages \(counters.messages), malformed \(counters.malformed), dropped \(counters.dropped), answered "
                    + "\(counters.answered), keep-alives \(counters.keepAlives), keys made \(counters.keysMade), "
                    + "channels without keys refused \(counters.unprotectable)")
        }
        return lines.joined(separator: "\n")
    }

    private func text(_ call: CallSummary, isDetailed: Bool) -> [String] {
        var lines: [String] = []
        if isDetailed {
            let idle = ClockText.duration(from: call.lastSeen, to: tables.now)
            lines.append(
                "  CALL \(call.callID) from \(call.from) to \(call.to), state \(call.state.rawValue), idle \(idle)")
        }
        return lines
            + call.media.map { media in
                "  \(media.kind == .video ? "VIDEO" : "MEDIA") "
                    + Self.padded(media.phone?.slashed ?? "-", 24) + (media.far?.slashed ?? "-")
            }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.utf8.count))
    }

    private func calls(of stream: StreamSummary) -> [CallSummary] { calls[stream.id] ?? [] }

    var json: JSONValue {
        let counters = tables.skinnyCounters
        return .object([
            ("total", .count(streams.count)),
            ("messages", .count(counters.messages)),
            ("keepAlives", .count(counters.keepAlives)),
            ("malformed", .count(counters.malformed)),
            ("dropped", .count(counters.dropped)),
            ("answered", .count(counters.answered)),
            ("keysMade", .count(counters.keysMade)),
            ("phones", .array(streams.map { json($0) })),
        ])
    }

    private func json(_ stream: StreamSummary) -> JSONValue {
        .object([
            ("phone", .string(stream.phone.description)),
            ("server", .string(stream.server.description)),
            ("device", .optional(stream.device) { .string("\($0)") }),
            ("registered", .bool(stream.registrations > 0)),
            ("calls", .array(calls(of: stream).map { json($0) })),
        ])
    }

    private func json(_ call: CallSummary) -> JSONValue {
        .object([
            ("number", .count(call.number)),
            ("id", .string(call.callID)),
            ("state", .string(call.state.rawValue)),
            ("from", .string(call.from)),
            ("to", .string(call.to)),
            ("mediaSessions", .count(call.sessions.count)),
            ("media", .count(call.media.count)),
        ])
    }
}
