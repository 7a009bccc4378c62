import Inspection
import Wire

/// `show phone-proxy signaling-sessions [detail]`. The original's layout was not recovered: one line a session, and with
/// `detail` what belongs to it [I].
struct ShowSignalling: CallRendering {
    private let names: InterfaceNames
    private let tables: CallTables
    private let registrations: [BrainStreamID: [RegistrationSummary]]
    private let calls: [BrainStreamID?: [CallSummary]]

    init(_ names: InterfaceNames, _ tables: CallTables) {
        self.names = names
        self.tables = tables
        registrations = Dictionary(grouping: tables.registrations, by: \.stream)
        calls = Dictionary(grouping: tables.calls, by: \.stream)
    }

    func text(isDetailed: Bool) -> String {
        var lines = ["\(tables.securedStreams.count) in use, \(tables.streamsMostUsed) most used"]
        for stream in tables.securedStreams {
            lines.append(line(stream))
            if isDetailed { lines += details(stream) }
        }
        return lines.joined(separator: "\n")
    }

    private func line(_ stream: StreamSummary) -> String {
        let device = stream.device.map { " \($0)" } ?? ""
        return "\(names[stream.interface]) \(stream.phone) \(names[stream.serverInterface]) \(stream.server) "
            + "\(stream.signalling.rawValue) \(stream.stage.rawValue)\(device)"
    }

    private func details(_ stream: StreamSummary) -> [String] {
        var lines = [
            "    number \(stream.id.rawValue), registrations \(stream.registrations), calls \(stream.calls), idle "
                + ClockText.duration(from: stream.lastSeen, to: tables.now)
        ]
        for registration in registrations[stream.id] ?? [] {
            let left = ClockText.duration(from: tables.now, to: registration.expires)
            lines.append("    registration \(registration.addressOfRecord) expires in \(left)")
        }
        for call in calls[stream.id] ?? [] {
            lines.append("    call \(call.callID) \(call.state.rawValue), media sessions \(call.sessions.count)")
        }
        return lines
    }

    var json: JSONValue {
        .object([
            ("inUse", .count(tables.securedStreams.count)),
            ("mostUsed", .count(tables.streamsMostUsed)),
            ("accepted", .count(tables.streamCounters.accepted)),
            ("closed", .count(tables.streamCounters.closed)),
            (
                "refused",
                .object(
                    StreamRefusal.allCases.compactMap { reason in
                        let count = tables.streamCounters.count(of: reason)
                        return count > 0 ? (reason.rawValue, .count(count)) : nil
                    })
            ),
            ("sessions", .array(tables.securedStreams.map { session($0) })),
            ("registrations", .array(tables.registrations.filter { $0.plain == nil }.map { registration($0) })),
        ])
    }

    private func session(_ stream: StreamSummary) -> JSONValue {
        .object([
            ("id", .count(stream.id.rawValue)),
            ("interface", .string(names[stream.interface])),
            ("phone", .string("\(stream.phone)")),
            ("mapped", .string("\(stream.mapped)")),
            ("serverInterface", .string(names[stream.serverInterface])),
            ("server", .string("\(stream.server)")),
            ("local", .optional(stream.local) { .string("\($0)") }),
            ("protocol", .string(stream.signalling.rawValue)),
            ("state", .string(stream.stage.rawValue)),
            ("device", .optional(stream.device) { .string("\($0)") }),
            ("registrations", .count(stream.registrations)),
            ("calls", .count(stream.calls)),
            ("bytesFromPhone", .count(stream.bytesFromPhone)),
            ("bytesFromServer", .count(stream.bytesFromServer)),
        ])
    }

    private func registration(_ registration: RegistrationSummary) -> JSONValue {
        .object([
            ("addressOfRecord", .string(registration.addressOfRecord)),
            ("device", .optional(registration.device) { .string("\($0)") }),
            ("phone", .string("\(registration.phone)")),
            ("server", .string("\(registration.server)")),
            ("expires", .decimal(registration.expires.seconds(since: tables.now))),
        ])
    }
}
