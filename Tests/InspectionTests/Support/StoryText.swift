import TestSupport
import Wire

@testable import Inspection

/// `source > destination` of a packet, ports with them.
func addressLine(_ packet: [UInt8]) -> String {
    guard let ip = try? IPHeader.decode(packet.span, allowTruncation: true) else { return "unreadable" }
    guard !ip.isFragment, let headers = try? PacketHeaders.decode(packet.span, ip),
        ip.transport == .udp || ip.transport == .tcp
    else { return "\(ip.source) > \(ip.destination)" }
    return "\(Endpoint(ip.source, headers.sourcePort)) > \(Endpoint(ip.destination, headers.destinationPort))"
}

extension TestBox {
    func line(_ name: String, _ packet: [UInt8], _ outcome: Outcome) -> String {
        let before = addressLine(packet)
        var line = name.isEmpty ? before : "\(name) \(before)"
        line += payloadText(packet)
        switch outcome.verdict.action {
        case .hold: return line + " | held"
        case .consume: return line + " | taken"
        case .drop: return line + " | " + (outcome.verdict.reason?.name ?? "no reason")
        case .forward: break
        }
        if let egress = outcome.verdict.egress, egress != outcome.verdict.ingress { line += " | \(self.name(egress))" }
        return outcome.route == before ? line : line + " " + outcome.route
    }

    private func payloadText(_ packet: [UInt8]) -> String {
        guard let ip = try? IPHeader.decode(packet.span, allowTruncation: true), !ip.isFragment else { return "" }
        if ip.transport == .udp, let udp = try? UDPHeader.decode(packet.span, ip) {
            guard let message = try? TFTPMessage.decode(packet.span, in: udp.payload) else { return "" }
            return " " + text(message, packet)
        }
        return ip.transport == .udp || ip.transport == .tcp ? "" : " \(ip.transport)"
    }

    private func text(_ message: TFTPMessage, _ packet: [UInt8]) -> String {
        switch message {
        case .request(let request):
            let name = TFTPTransfer.text(packet.span, request.filename)
            return request.operation == .read ? "RRQ \(name)" : "WRQ \(name)"
        case .data(let block, let payload): return "DATA \(block) (\(payload.count))"
        case .acknowledgment(let block): return "ACK \(block)"
        case .error(let code, _): return "ERROR \(code)"
        case .optionAcknowledgment: return "OACK"
        }
    }

    func describe(_ event: Event) -> String {
        switch event.kind {
        case .flowBuilt(let flow):
            let ends = "\(text(flow.initiator)), answers \(text(flow.responder))"
            return "built \(flow.initiator.transport) \(flow.number): \(ends)"
        case .flowEnded(let flow, let reason): return "ended \(flow.number): \(reason.rawValue), \(flow.bytes) bytes"
        case .accessDenied(let key, let entry): return "denied \(text(key)) by \(text(entry))"
        case .accessPermitted(let key, let entry): return "permitted \(text(key)) by \(text(entry))"
        case .tftpRequested(let transfer):
            return "tftp \(transfer.operation) \(transfer.file) from \(transfer.realServer)"
        case .tftpFinished(let transfer): return "tftp \(transfer.file) \(text(transfer))"
        case .pinholeOpened(let hole): return "pinhole \(text(hole)) opened"
        case .pinholeUsed(let hole): return "pinhole \(text(hole)) used"
        case .pinholeClosed(let hole, let reason): return "pinhole \(text(hole)) \(reason.rawValue)"
        case .phoneProxy(let fact): return fact.text { name($0) }
        case .phoneFileNotSigned(let request): return "not signed: \(request.file)"
        case .phoneFileNotFound(let request): return "not found: \(request.file)"
        case .securePhoneRefused(let mac, let interface, let address):
            return "refused: \(mac) is at \(name(interface)):\(address)"
        case .mediaRefused(let refusal): return "media refused: \(refusal.reason.name) from \(refusal.source)"
        case .securePhoneMismatch, .streamLimit, .mediaPortsExhausted, .signalling, .media, .sip, .skinny:
            return callLine(event) { name($0) }
        }
    }

    private func text(_ key: FlowKey) -> String {
        "\(name(key.interface)) \(key.sourceEndpoint) > \(key.destinationEndpoint)"
    }

    private func text(_ hole: PinholeSummary) -> String {
        "\(name(hole.interface)) \(hole.source) > \(hole.destination)"
    }

    private func text(_ index: AccessEntryIndex?) -> String {
        guard let index else { return "security level" }
        return index.entry.map { "entry \($0) of list \(index.list)" } ?? "the end of list \(index.list)"
    }

    private func text(_ transfer: TFTPTransfer) -> String {
        var text = "\(transfer.status): \(transfer.blocks) blocks of \(transfer.blockSize), \(transfer.bytes) bytes"
        if transfer.retransmissions > 0 { text += ", \(transfer.retransmissions) again" }
        if let code = transfer.errorCode { text += ", error \(code) \(transfer.errorMessage ?? "")" }
        return text
    }
}
