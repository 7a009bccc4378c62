import ConfigLanguage
import Inspection
import Wire

/// Events as the ASA's log messages.
public struct SyslogText: Sendable {
    /// One line, and its severity: 0 (emergencies) to 7 (debugging).
    public struct Message: Sendable {
        public var severity: Int
        public var text: String
    }

    let names: InterfaceNames
    let accessLists: [AccessList]

    /// `lists` in the engine's order.
    init(_ names: InterfaceNames, accessLists: [AccessList]) {
        self.names = names
        self.accessLists = accessLists
    }

    func message(_ event: Event) -> Message {
        switch event.kind {
        case .flowBuilt(let flow): built(flow)
        case .flowEnded(let flow, let end): ended(flow, end, at: event.time)
        case .accessDenied(let key, let entry): denied(key, entry)
        case .accessPermitted(let key, let entry): permitted(key, entry)
        case .tftpRequested(let transfer): tftp(transfer, "requested")
        case .tftpFinished(let transfer): tftp(transfer, transfer.status.rawValue)
        case .pinholeOpened(let pinhole): pinholeMessage("Pre-allocate", pinhole)
        case .pinholeUsed(let pinhole): pinholeMessage("Used", pinhole)
        case .pinholeClosed(let pinhole, let end): pinholeMessage("Closed (\(end.rawValue))", pinhole)
        }
    }

    private func asa(_ severity: Int, _ number: Int, _ text: String) -> Message {
        Message(severity: severity, text: "%ASA-\(severity)-\(number): \(text)")
    }

    /// What the ASA has no number for.
    private func own(_ severity: Int, _ topic: String, _ text: String) -> Message {
        Message(severity: severity, text: "%PHONEPROXY-\(severity)-\(topic): \(text)")
    }

    private func slashed(_ endpoint: Endpoint) -> String { "\(endpoint.address)/\(endpoint.port)" }

    private func side(_ side: FlowSides.Side, mapped: Bool) -> String {
        "\(side.interface):\(slashed(side.real))" + (mapped ? " (\(slashed(side.mapped)))" : "")
    }

    private func protocolName(_ transport: IPProtocol) -> String { transport.description.uppercased() }

    private func built(_ flow: FlowSummary) -> Message {
        let sides = FlowSides(flow, names)
        return asa(
            6, number(flow.initiator.transport, tcp: 302013, udp: 302015, other: 302020),
            "Built \(sides.isInbound ? "inbound" : "outbound") \(protocolName(flow.initiator.transport)) connection "
                + "\(flow.number) for \(side(sides.foreign, mapped: true)) to \(side(sides.local, mapped: true))")
    }

    private func ended(_ flow: FlowSummary, _ end: FlowEnd, at time: Timestamp) -> Message {
        let sides = FlowSides(flow, names)
        let reason = flow.initiator.transport == .tcp || end == .closed ? " \(end.rawValue)" : ""
        return asa(
            6, number(flow.initiator.transport, tcp: 302014, udp: 302016, other: 302021),
            "Teardown \(protocolName(flow.initiator.transport)) connection \(flow.number) for "
                + "\(side(sides.foreign, mapped: false)) to \(side(sides.local, mapped: false)) duration "
                + "\(ClockText.duration(from: flow.started, to: time)) bytes \(flow.bytes)\(reason)")
    }

    private func number(_ transport: IPProtocol, tcp: Int, udp: Int, other: Int) -> Int {
        transport == .tcp ? tcp : transport == .udp ? udp : other
    }

    private func denied(_ key: FlowKey, _ entry: AccessEntryIndex?) -> Message {
        let source = "\(names[key.interface]):\(slashed(key.sourceEndpoint))"
        guard let entry else {
            // Nobody asked an access list: the security levels said no.
            return asa(
                2, 106006,
                "Deny inbound \(protocolName(key.transport)) from \(slashed(key.sourceEndpoint)) to "
                    + "\(slashed(key.destinationEndpoint)) on interface \(names[key.interface])")
        }
        return asa(
            4, 106023,
            "Deny \(key.transport) src \(source) dst \(slashed(key.destinationEndpoint)) by access-group "
                + "\"\(accessLists[Int(entry.list)].name)\"")
    }

    private func permitted(_ key: FlowKey, _ entry: AccessEntryIndex) -> Message {
        asa(
            6, 106100,
            "access-list \(accessLists[Int(entry.list)].name) permitted \(key.transport) "
                + "\(names[key.interface])/\(key.source)(\(key.sourcePort)) -> "
                + "\(key.destination)(\(key.destinationPort))")
    }

    private func tftp(_ transfer: TFTPTransfer, _ what: String) -> Message {
        let failed = transfer.status == .error
        let error = transfer.errorMessage.map { ": \($0)" } ?? ""
        return own(
            failed ? 4 : 6, "TFTP",
            "\(transfer.operation == .read ? "RRQ" : "WRQ") \"\(transfer.file)\" from "
                + "\(names[transfer.interface]):\(slashed(transfer.client)) to \(slashed(transfer.server)) \(what)"
                + (what == "requested" ? "" : ", \(transfer.blocks) blocks, \(transfer.bytes) bytes")
                + error)
    }

    private func pinholeMessage(_ what: String, _ pinhole: PinholeSummary) -> Message {
        own(
            6, "PINHOLE",
            "\(what) TFTP secondary channel for \(names[pinhole.interface]):\(pinhole.source) to "
                + slashed(pinhole.destination))
    }
}
