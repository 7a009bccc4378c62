import Inspection
import Wire

extension ReplayReport {
    /// Rows of a table; more are counted and not shown, so that a browser can open the page.
    static let longestTable = 10_000

    /// The report as an HTML file.
    ///
    /// - Parameter sources: what was read: recordings, or devices.
    public func html(of sources: [String]) -> String {
        var page = HTMLPage(title: "Phoneproxy: \(sources.joined(separator: ", "))")
        writeSummary(&page)
        writeDrops(&page)
        writeFlows(&page)
        writeTransfers(&page)
        writeWarnings(&page)
        return page.text
    }

    private func writeSummary(_ page: inout HTMLPage) {
        page.heading("Summary")
        page.pairs([
            ("Recorded", Self.period(start, end)),
            ("Packets read", "\(counters.read)"),
            ("Forwarded", "\(counters.forwarded), of which \(counters.rewritten) rewritten"),
            ("Injected", "\(counters.injected)"),
            ("Dropped", "\(counters.dropped)"),
            ("Undecodable", "\(counters.undecodable)"),
            ("Seen on their way out", "\(outgoing)"),
            (
                "Pinholes",
                "\(counters.pinholesOpened) opened, \(counters.pinholesUsed) used, \(counters.pinholesExpired) expired"
            ),
        ])
    }

    private static func period(_ start: Timestamp?, _ end: Timestamp?) -> String {
        guard let start, let end else { return "no packet has a time" }
        return "\(ClockText.moment(start)) to \(ClockText.moment(end)), \(seconds(from: start, to: end)) s"
    }

    private static func seconds(from start: Timestamp, to end: Timestamp) -> String {
        JSONValue.decimal(end.seconds(since: start)).compact
    }

    private func writeDrops(_ page: inout HTMLPage) {
        page.heading("Drops")
        let reasons = DropReason.allCases.filter { counters.count(of: $0) > 0 }
        if reasons.isEmpty { return page.paragraph("No packet was dropped.") }
        page.table(["Reason", "Name", "Packets"], reasons.map { [$0.text, $0.name, "\(counters.count(of: $0))"] })
    }

    // MARK: Flows

    private func writeFlows(_ page: inout HTMLPage) {
        page.heading("Flows")
        let total = counters.udpFlows + counters.tcpFlows + counters.otherFlows
        page.paragraph(
            "\(total) flows: \(counters.udpFlows) UDP, \(counters.tcpFlows) TCP, \(counters.otherFlows) other. Packets: "
                + TrafficClass.allCases.filter { $0 != .through }
                .map { "\(counters.count(of: $0)) \($0.name)" }.joined(separator: ", ") + ".")
        if flows.isEmpty { return }
        if UInt64(flows.count) < total { page.paragraph("The \(flows.count) that ended first:") }
        page.table(
            [
                "Flow", "Class", "Protocol", "Initiator", "Responder", "Opened", "Seconds", "Packets",
                "Bytes from initiator", "Bytes from responder", "Ended by",
            ], flows.sorted { $0.summary.number < $1.summary.number }.map(row))
    }

    private func row(_ flow: EndedFlow) -> [String] {
        let summary = flow.summary
        let sides = FlowSides(summary, interfaces)
        let (initiator, responder) = sides.isInbound ? (sides.foreign, sides.local) : (sides.local, sides.foreign)
        return [
            "\(summary.number)", summary.trafficClass.name, summary.initiator.transport.description,
            Self.side(initiator), Self.side(responder), ClockText.moment(summary.started),
            Self.seconds(from: summary.started, to: summary.lastSeen), "\(summary.packets)",
            "\(summary.bytesFromInitiator)", "\(summary.bytesFromResponder)",
            flow.end?.rawValue ?? "end of the recording",
        ]
    }

    private static func side(_ side: FlowSides.Side) -> String {
        let seen = side.mapped == side.real ? "" : " (seen as \(side.mapped))"
        return "\(side.interface) \(side.real)\(seen)"
    }

    // MARK: Transfers

    private func writeTransfers(_ page: inout HTMLPage) {
        page.heading("TFTP transfers")
        if tftp.isEmpty { return page.paragraph("There were none.") }
        if tftp.count > Self.longestTable {
            page.paragraph("The first \(Self.longestTable) of \(tftp.count):")
        }
        page.table(
            [
                "Started", "Client", "Server", "Operation", "File", "Mode", "Options", "Block size", "Blocks", "Bytes",
                "Retransmissions", "Seconds", "Status", "Error",
            ], tftp.sorted { $0.started < $1.started }.prefix(Self.longestTable).map(Self.row))
    }

    private static func row(_ transfer: TFTPTransfer) -> [String] {
        let seen = transfer.realServer == transfer.server ? "" : " (really \(transfer.realServer))"
        let error = [transfer.errorCode.map { "\($0)" }, transfer.errorMessage].compactMap(\.self)
        return [
            ClockText.moment(transfer.started), "\(transfer.client)", "\(transfer.server)\(seen)",
            transfer.operation.rawValue, transfer.file, transfer.mode, options(transfer), "\(transfer.blockSize)",
            "\(transfer.blocks)", "\(transfer.bytes)", "\(transfer.retransmissions)",
            seconds(from: transfer.started, to: transfer.ended), transfer.status.rawValue,
            error.joined(separator: ": "),
        ]
    }

    /// As asked for, and behind each what was granted.
    private static func options(_ transfer: TFTPTransfer) -> String {
        transfer.options.map { option in
            let granted = transfer.grantedOptions.first { $0.name == option.name }
            return "\(option.name)=\(option.value)" + (granted.map { " (granted \($0.value))" } ?? "")
        }.joined(separator: ", ")
    }

    private func writeWarnings(_ page: inout HTMLPage) {
        page.heading("Warnings")
        var all = warnings
        if lostEvents > 0 { all.append("\(lostEvents) events were lost: flows and transfers are missing here") }
        if all.isEmpty { page.paragraph("None.") } else { page.list(all) }
    }
}
