import Inspection

extension ReplayReport {
    /// The report for people.
    public var text: String {
        let counts = counters
        var lines = [
            "\(counts.read) packets read: \(counts.forwarded) forwarded (\(counts.rewritten) rewritten), "
                + "\(counts.dropped) dropped, \(counts.undecodable) undecodable"
        ]
        lines += DropReason.allCases
            .filter { counts.count(of: $0) > 0 }
            .map { "  \($0.text) (\($0.name)) \(counts.count(of: $0))" }
        lines.append("\(counts.udpFlows) UDP, \(counts.tcpFlows) TCP, \(counts.otherFlows) other flows")
        lines += tls?.lines ?? []
        lines += tftp.sorted { $0.started < $1.started }.map(Self.line)
        return lines.joined(separator: "\n")
    }

    private static func line(_ transfer: TFTPTransfer) -> String {
        let error = transfer.errorMessage.map { " (\($0))" } ?? ""
        return "TFTP \(transfer.client) \(transfer.operation == .read ? "reads" : "writes") \(transfer.file) "
            + "\(transfer.operation == .read ? "from" : "to") \(transfer.server): \(transfer.status.rawValue)\(error), "
            + "\(transfer.blocks) blocks, \(transfer.bytes) bytes, \(transfer.retransmissions) retransmissions"
    }
}
