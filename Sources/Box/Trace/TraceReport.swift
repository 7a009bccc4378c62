import ConfigLanguage
import Inspection
import Wire

/// What `packet-tracer` prints: the ASA's phases, and its result.
public struct TraceReport: Sendable {
    struct Phase: Sendable {
        var type: String
        var subtype = ""
        var isAllowed = true
        /// The commands that decided.
        var config: [String] = []
        var information: [String] = []
    }

    let phases: [Phase]
    let ingress: String
    let egress: String?
    let reason: DropReason?
    /// `source > destination` as the packet leaves.
    let leaving: String?

    init(_ tracer: PacketTracer, _ trace: Trace, leaving packet: [UInt8], accessLists: [AccessList]) {
        let phases = PhaseText(tracer: tracer, accessLists: accessLists, verdict: trace.verdict)
        var told = trace.steps.map { phases.phase($0) }
        reason = trace.verdict.action == .drop ? trace.verdict.reason : nil
        if reason != nil, !told.isEmpty { told[told.count - 1].isAllowed = false }
        self.phases = told
        ingress = tracer.names[tracer.ingress]
        egress = trace.verdict.egress.map { tracer.names[$0] }
        leaving = trace.verdict.action == .forward ? PacketLine.text(packet) : nil
    }
}

extension TraceReport {
    public var text: String {
        (phases.enumerated().map { Self.text($0 + 1, $1) } + [result]).joined(separator: "\n\n")
    }

    private static func text(_ number: Int, _ phase: Phase) -> String {
        ([
            "Phase: \(number)", "Type: \(phase.type)", "Subtype: \(phase.subtype)",
            "Result: \(phase.isAllowed ? "ALLOW" : "DROP")", "Config:",
        ] + phase.config + ["Additional Information:"] + phase.information).joined(separator: "\n")
    }

    private var result: String {
        var lines = ["Result:", "input-interface: \(ingress)"]
        if let egress { lines.append("output-interface: \(egress)") }
        lines.append("Action: \(reason == nil ? "allow" : "drop")")
        if let reason { lines.append("Drop-reason: (\(reason.name)) \(reason.text)") }
        if let leaving { lines.append("Leaves as: \(leaving)") }
        return lines.joined(separator: "\n")
    }

    public var json: JSONValue {
        .object([
            (
                "phases",
                .array(
                    phases.enumerated().map { number, phase in
                        .object([
                            ("phase", .count(number + 1)),
                            ("type", .string(phase.type)),
                            ("subtype", .string(phase.subtype)),
                            ("result", .string(phase.isAllowed ? "ALLOW" : "DROP")),
                            ("config", .array(phase.config.map { .string($0) })),
                            ("information", .array(phase.information.map { .string($0) })),
                        ])
                    })
            ),
            ("inputInterface", .string(ingress)),
            ("outputInterface", .optional(egress) { .string($0) }),
            ("action", .string(reason == nil ? "allow" : "drop")),
            ("dropReason", .optional(reason) { .string($0.name) }),
            ("dropText", .optional(reason) { .string($0.text) }),
            ("leavesAs", .optional(leaving) { .string($0) }),
        ])
    }
}

/// The engine's steps in the words of the ASA's phases.
private struct PhaseText {
    let tracer: PacketTracer
    let accessLists: [AccessList]
    let verdict: Verdict

    func phase(_ step: Trace.Step) -> TraceReport.Phase {
        switch step {
        case .untranslated(let rule, let real):
            let egress = verdict.egress.map { ["NAT divert to egress interface \(tracer.names[$0])"] } ?? []
            return TraceReport.Phase(
                type: "UN-NAT", subtype: "static", config: command(tracer.configuration.translations[rule]),
                information: egress + ["Untranslate \(tracer.destination.slashed) to \(real.slashed)"])
        case .routed(let egress):
            let found =
                egress.map { "found egress ifc \(tracer.names[$0])" } ?? "no egress ifc: the box itself, or nowhere"
            return TraceReport.Phase(type: "ROUTE-LOOKUP", subtype: "Resolve Egress Interface", information: [found])
        case .admitted(let entry): return admission(entry)
        case .translated(let rule, let mapped):
            guard let rule else { return TraceReport.Phase(type: "NAT", subtype: "rpf-check") }
            return TraceReport.Phase(
                type: "NAT", config: command(tracer.configuration.translations[rule]),
                information: ["Static translate \(tracer.source.slashed) to \(mapped.slashed)"])
        case .inspected(let trafficClass):
            return TraceReport.Phase(type: "INSPECT", subtype: trafficClass.name)
        case .flowOpened:
            return TraceReport.Phase(
                type: "FLOW-CREATION",
                information: verdict.opensFlow ? ["New flow created with id 1, packet dispatched to next module"] : [])
        }
    }

    private func admission(_ entry: AccessEntryIndex?) -> TraceReport.Phase {
        guard let entry else {
            return TraceReport.Phase(type: "ACCESS-LIST", config: ["Implicit Rule"], information: ["by security level"])
        }
        let list = accessLists[Int(entry.list)]
        let groups = tracer.configuration.accessGroups.filter { $0.list == list.name }.map { group in
            "access-group \(list.name) "
                + (group.interface.map { "\(group.direction.rawValue) interface \($0)" } ?? "global")
        }
        guard let place = entry.entry else {
            return TraceReport.Phase(
                type: "ACCESS-LIST", config: groups + ["Implicit Rule"],
                information: ["no entry of access-list \(list.name) matches"])
        }
        return TraceReport.Phase(
            type: "ACCESS-LIST", subtype: list.entries[Int(place)].logs ? "log" : "",
            config: groups + [list.entries[Int(place)].text])
    }

    private func command(_ translation: StaticTranslation) -> [String] {
        func text(_ prefix: IPPrefix) -> String { prefix.isHost ? prefix.address.description : prefix.description }
        let sides = "(\(translation.realInterface ?? "any"),\(translation.mappedInterface ?? "any"))"
        let mapped = translation.mapsToInterface ? "interface" : text(translation.mapped)
        let service = translation.service.map { "\($0.transport) \($0.realPort) \($0.mappedPort)" }
        if let object = translation.object {
            return [
                "object network \(object)", " nat \(sides) static \(mapped)" + (service.map { " service \($0)" } ?? ""),
            ]
        }
        guard let service = translation.service else { return ["static \(sides) \(mapped) \(text(translation.real))"] }
        return [
            "static \(sides) \(service.transport) \(mapped) \(service.mappedPort) \(text(translation.real)) "
                + "\(service.realPort)"
        ]
    }
}
