import ConfigLanguage
import Inspection
import Wire

/// Events as the ASA's log messages.
public struct SyslogText: Sendable {
    /// One line, and its severity: 0 (emergencies) to 7 (debugging).
    public struct Message: Hashable, Sendable {
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

    /// - Parameter egress: the interface behind which a packet's destination lies, for messages that name both sides.
    func message(_ event: Event, egress: (FlowKey) -> InterfaceIndex?) -> Message {
        switch event.kind {
        case .flowBuilt(let flow): built(flow)
        case .flowEnded(let flow, let end): ended(flow, end, at: event.time)
        case .accessDenied(let key, let entry): denied(Attempt(key, names, egress), entry)
        case .accessPermitted(let key, let entry): logged(Attempt(key, names, egress), entry, "permitted")
        case .tftpRequested(let transfer): tftp(transfer, "requested")
        case .tftpFinished(let transfer): tftp(transfer, transfer.status.rawValue)
        case .pinholeOpened(let pinhole):
            pinhole.purpose == .tftp ? pinholeMessage("Pre-allocate", pinhole) : allocated(pinhole)
        case .pinholeUsed(let pinhole): pinholeMessage("Used", pinhole)
        case .pinholeClosed(let pinhole, let end): pinholeMessage("Closed (\(end.rawValue))", pinhole)
        case .phoneProxy(let fact):
            fact.severity == .error ? own(4, "PHONE-PROXY", text(fact)) : Self.debugTrace(text(fact))
        case .phoneFileNotSigned(let request): notSigned(request)
        case .phoneFileNotFound(let request): notFound(request)
        case .securePhoneRefused(let mac, let interface, let address):
            asa(
                3, 337009,
                "Unable to create secure phone entry, \(names[interface]):\(address) is already configured for the "
                    + "same MAC \(mac).")
        case .securePhoneMismatch(let message, let mac): mismatch(message, mac)
        case .streamLimit(let maximum): asa(4, 446001, "Maximum TLS Proxy session limit of \(maximum) reached.")
        case .mediaPortsExhausted(let address, let client, let interface): noMediaPort(address, client, interface)
        case .signalling(let fact): message(fact)
        case .media(let fact): message(fact)
        case .sip(let fact): message(fact)
        case .skinny(let fact): message(fact)
        case .mediaRefused(let refusal): message(refusal)
        }
    }

    /// A line of `debug phone-proxy tftp`.
    func text(_ fact: PhoneProxyEvent) -> String { fact.text { names[$0] } }

    /// What `debug` prints, as a log message: 711001.
    static func debugTrace(_ text: String) -> Message { Message(severity: 7, text: "%ASA-7-711001: \(text)") }

    func asa(_ severity: Int, _ number: Int, _ text: String) -> Message {
        Message(severity: severity, text: "%ASA-\(severity)-\(number): \(text)")
    }

    /// What the ASA has no number for.
    func own(_ severity: Int, _ topic: String, _ text: String) -> Message {
        Message(severity: severity, text: "%PHONEPROXY-\(severity)-\(topic): \(text)")
    }

    private func tftp(_ transfer: TFTPTransfer, _ what: String) -> Message {
        let error = transfer.errorMessage.map { ": \($0)" } ?? ""
        return own(
            transfer.status == .error ? 4 : 6, "TFTP",
            "\(transfer.operation == .read ? "RRQ" : "WRQ") \"\(transfer.file)\" from "
                + "\(names[transfer.interface]):\(transfer.client.slashed) to \(transfer.server.slashed) \(what)"
                + (what == "requested" ? "" : ", \(transfer.blocks) blocks, \(transfer.bytes) bytes") + error)
    }

    /// In the words of 607001 and 608001.
    private func pinholeMessage(_ what: String, _ pinhole: PinholeSummary) -> Message {
        own(
            6, "PINHOLE",
            "\(what) \(Self.word(pinhole)) secondary channel for \(names[pinhole.interface]):\(pinhole.source) to "
                + pinhole.destination.slashed)
    }
}

// MARK: Phone proxy: 337006, 337007

extension SyslogText {
    private func notSigned(_ request: PhoneFileRequest) -> Message {
        asa(
            3, 337006,
            "Phone Proxy SRTP: Failed to sign file \(request.file) requested by UDP client "
                + "\(request.clientText { names[$0] }) for \(request.serverText { names[$0] })")
    }

    private func notFound(_ request: PhoneFileRequest) -> Message {
        asa(
            3, 337007,
            "Phone Proxy SRTP: Failed to find configuration file \(request.file) for UDP client "
                + "\(request.clientText { names[$0] }) by server \(request.serverText { names[$0] })")
    }
}

// MARK: Connections: 302013 to 302016, 302020, 302021

extension SyslogText {
    private func built(_ flow: FlowSummary) -> Message {
        let sides = FlowSides(flow, names)
        let direction = sides.isInbound ? "inbound" : "outbound"
        let ends = "\(side(sides.foreign, mapped: true)) to \(side(sides.local, mapped: true))"
        switch flow.initiator.transport {
        case .tcp: return asa(6, 302013, "Built \(direction) TCP connection \(flow.number) for \(ends)")
        case .udp: return asa(6, 302015, "Built \(direction) UDP connection \(flow.number) for \(ends)")
        case .icmp, .icmpV6: return asa(6, 302020, "Built \(direction) ICMP connection for \(echo(sides))")
        case let other: return own(6, "FLOW", "Built \(direction) \(name(other)) connection \(flow.number) for \(ends)")
        }
    }

    private func ended(_ flow: FlowSummary, _ end: FlowEnd, at time: Timestamp) -> Message {
        let sides = FlowSides(flow, names)
        let life =
            "\(side(sides.foreign, mapped: false)) to \(side(sides.local, mapped: false)) duration "
            + "\(ClockText.duration(from: flow.started, to: time)) bytes \(flow.bytes)"
        switch flow.initiator.transport {
        case .tcp: return asa(6, 302014, "Teardown TCP connection \(flow.number) for \(life) \(end.rawValue)")
        case .udp: return asa(6, 302016, "Teardown UDP connection \(flow.number) for \(life)")
        case .icmp, .icmpV6: return asa(6, 302021, "Teardown ICMP connection for \(echo(sides))")
        case let other: return own(6, "FLOW", "Teardown \(name(other)) connection \(flow.number) for \(life)")
        }
    }

    private func side(_ side: FlowSides.Side, mapped: Bool) -> String {
        "\(side.interface):\(side.real.slashed)" + (mapped ? " (\(side.mapped.slashed))" : "")
    }

    /// Foreign, global and local address; the foreign one with the echo's identifier.
    private func echo(_ sides: FlowSides) -> String {
        "faddr \(sides.foreign.real.slashed) gaddr \(sides.local.mapped.address)/0 laddr \(sides.local.real.address)/0"
    }

    private func name(_ transport: IPProtocol) -> String { transport.description.uppercased() }
}

// MARK: Refusals: 106001, 106006, 106010, 106023, 106100

/// A flow that wants in, with the interfaces that messages name for its two sides.
private struct Attempt {
    let key: FlowKey
    let ingress: String
    let egress: String

    init(_ key: FlowKey, _ names: InterfaceNames, _ egress: (FlowKey) -> InterfaceIndex?) {
        self.key = key
        ingress = names[key.interface]
        // The box itself, for what is not routed.
        self.egress = egress(key).map { names[$0] } ?? "identity"
    }

    var ends: String {
        "src \(ingress):\(key.sourceEndpoint.slashed) dst \(egress):\(key.destinationEndpoint.slashed)"
    }
}

extension SyslogText {
    private func denied(_ attempt: Attempt, _ entry: AccessEntryIndex?) -> Message {
        guard let entry else { return deniedByLevel(attempt) }
        let list = accessLists[Int(entry.list)]
        if let place = entry.entry, list.entries[Int(place)].logs { return logged(attempt, entry, "denied") }
        return asa(
            4, 106023, "Deny \(attempt.key.transport) \(attempt.ends) by access-group \"\(list.name)\"")
    }

    /// Nobody asked an access list: the security levels said no.
    private func deniedByLevel(_ attempt: Attempt) -> Message {
        let key = attempt.key
        let (source, destination) = (key.sourceEndpoint.slashed, key.destinationEndpoint.slashed)
        switch key.transport {
        case .tcp:
            // Only a SYN asks for a new connection.
            return asa(
                2, 106001,
                "Inbound TCP connection denied from \(source) to \(destination) flags SYN on interface \(attempt.ingress)"
            )
        case .udp:
            return asa(2, 106006, "Deny inbound UDP from \(source) to \(destination) on interface \(attempt.ingress)")
        case let other:
            return asa(3, 106010, "Deny inbound \(other) \(attempt.ends)")
        }
    }

    /// An entry with `log`; every flow is told, so each is the first hit of its own.
    private func logged(_ attempt: Attempt, _ entry: AccessEntryIndex, _ what: String) -> Message {
        let key = attempt.key
        return asa(
            6, 106100,
            "access-list \(accessLists[Int(entry.list)].name) \(what) \(key.transport) "
                + "\(attempt.ingress)/\(key.source)(\(key.sourcePort)) -> "
                + "\(attempt.egress)/\(key.destination)(\(key.destinationPort)) hit-cnt 1 first hit")
    }
}
