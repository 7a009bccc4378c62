import Inspection
import Wire

/// `show conn [all]`.
enum ShowConn {
    static func text(_ tables: BoxTables, _ names: InterfaceNames) -> String {
        (["\(tables.flowsInUse) in use, \(tables.flowsMostUsed) most used", ""]
            + tables.flows.map { line($0, names, at: tables.now) })
            .joined(separator: "\n")
    }

    private static func line(_ flow: FlowSummary, _ names: InterfaceNames, at now: Timestamp) -> String {
        let sides = FlowSides(flow, names)
        return "\(flow.initiator.transport.description.uppercased()) \(side(sides.foreign)) \(side(sides.local)), "
            + "idle \(ClockText.duration(from: flow.lastSeen, to: now)), bytes \(flow.bytes), "
            + "flags \(flags(flow, sides))"
    }

    private static func side(_ side: FlowSides.Side) -> String { "\(side.interface) \(side.real)" }

    /// The ASA's legend: B initial SYN from outside, U up, I/O inbound and outbound data, S/s awaiting inside and
    /// outside SYN, A/a awaiting inside and outside ACK to SYN, f a FIN was seen, p a phone proxy's TFTP connection, T SIP,
    /// t SIP by a pinhole, m media that SIP let in, k media that Skinny did.
    static func flags(_ flow: FlowSummary, _ sides: FlowSides) -> String {
        let inspected = inspectionFlag(flow)
        guard let state = flow.tcpState else { return inspected.isEmpty ? "-" : inspected }
        let opened = sides.isInbound ? "B" : ""
        let inbound = sides.isInbound ? flow.bytesFromInitiator : flow.bytesFromResponder
        let outbound = sides.isInbound ? flow.bytesFromResponder : flow.bytesFromInitiator
        let data = (inbound > 0 ? "I" : "") + (outbound > 0 ? "O" : "") + inspected
        return switch state {
        case .synSent: (sides.isInbound ? "SaA" : "saA") + opened
        case .synReceived: (sides.isInbound ? "a" : "A") + opened
        case .established: "U" + data + opened
        case .halfClosed, .closing: "Uf" + data + opened
        case .reset: opened
        }
    }

    private static func inspectionFlag(_ flow: FlowSummary) -> String {
        switch flow.trafficClass {
        case .inspectPhoneProxy: "p"
        case .inspectSIP: flow.isSecondary ? "t" : "T"
        case .inspectRTP: flow.isSkinny ? "k" : "m"
        case .through, .inspectTFTP, .inspectSkinny, .appRedirect: ""
        }
    }

    static func json(_ tables: BoxTables, _ names: InterfaceNames) -> JSONValue {
        .object([
            ("inUse", .count(tables.flowsInUse)),
            ("mostUsed", .count(tables.flowsMostUsed)),
            ("connections", .array(tables.flows.map { json($0, names, at: tables.now) })),
        ])
    }

    private static func json(_ flow: FlowSummary, _ names: InterfaceNames, at now: Timestamp) -> JSONValue {
        let sides = FlowSides(flow, names)
        return .object([
            ("number", .count(flow.number)),
            ("protocol", .string(flow.initiator.transport.description)),
            ("foreign", json(sides.foreign)),
            ("local", json(sides.local)),
            ("inbound", .bool(sides.isInbound)),
            ("class", .string(flow.trafficClass.name)),
            ("idle", .decimal(now.seconds(since: flow.lastSeen))),
            ("idleLimit", .count(flow.idleLimit)),
            ("packets", .count(flow.packets)),
            ("bytes", .count(flow.bytes)),
            ("flags", .string(flags(flow, sides))),
        ])
    }

    private static func json(_ side: FlowSides.Side) -> JSONValue {
        .object([
            ("interface", .string(side.interface)),
            ("real", .string(side.real.description)),
            ("mapped", .string(side.mapped.description)),
        ])
    }
}
