import Inspection
import MediaTermination
import Wire

/// `show phone-proxy media-sessions [detail]` (cisco-facts 6.1): a session by the box's port toward each of its two ends, with
/// packets as the box has sent and received them.
struct ShowMedia: CallRendering {
    private let names: InterfaceNames
    private let tables: CallTables
    private let figures: [UInt64: MediaSessionStatistics]

    init(_ names: InterfaceNames, _ tables: CallTables, _ figures: [UInt64: MediaSessionStatistics]) {
        self.names = names
        self.tables = tables
        self.figures = figures
    }

    /// One end of a session.
    private struct End {
        var name: String
        var leg: BrainMediaLeg
        var figures: HandLegStatistics

        var peer: Endpoint? { figures.peer ?? leg.peer }
    }

    private func ends(_ entry: Engine.MediaSessionSummary) -> [End] {
        let counted = figures[entry.session.id.rawValue]
        return [
            End(name: "phone", leg: entry.session.phone, figures: counted?.a ?? HandLegStatistics()),
            End(name: "far", leg: entry.session.far, figures: counted?.b ?? HandLegStatistics()),
        ]
    }

    func text(isDetailed: Bool) -> String {
        let count = tables.media.count
        let most = max(count, tables.mediaMostUsed)
        var lines = ["\(count) in use, \(most) most used"]
        for entry in tables.media {
            for end in ends(entry) {
                lines.append("Media-session: \(end.leg.local.slashed) refcnt 1")
                lines.append("  <---> \(connection(end))")
                if isDetailed { lines += details(end, entry) }
            }
        }
        return lines.joined(separator: "\n")
    }

    private func connection(_ end: End) -> String {
        let kind = end.leg.isProtected ? "SRTP" : "RTP"
        return "\(kind) connection to \(end.peer.map(\.slashed) ?? "unknown") tx_pkts \(end.figures.sent.packets)  "
            + "rx_pkts \(end.figures.received.packets)"
    }

    private func details(_ end: End, _ entry: Engine.MediaSessionSummary) -> [String] {
        let figures = end.figures
        let drops = figures.drops.nonzero.map { "\($0.reason.name) \($0.count)" }.joined(separator: ", ")
        return [
            "        interface \(names[end.leg.interface]), \(entry.session.kind.rawValue), call-id \(entry.call.callID)",
            "        lost \(figures.lost), out of order \(figures.outOfOrder), duplicates \(figures.duplicates), "
                + "jitter \(figures.jitterMilliseconds) ms, RTCP tx \(figures.sentRTCP.packets) rx "
                + "\(figures.receivedRTCP.packets)",
        ] + (drops.isEmpty ? [] : ["        dropped: \(drops)"])
    }

    var json: JSONValue {
        .object([
            ("inUse", .count(tables.media.count)),
            ("sessions", .array(tables.media.map { session($0) })),
        ])
    }

    private func session(_ entry: Engine.MediaSessionSummary) -> JSONValue {
        .object([
            ("id", .count(entry.session.id.rawValue)),
            ("kind", .string(entry.session.kind.rawValue)),
            ("callID", .string(entry.call.callID)),
            ("legs", .array(ends(entry).map { leg($0) })),
        ])
    }

    private func leg(_ end: End) -> JSONValue {
        let figures = end.figures
        return .object([
            ("end", .string(end.name)),
            ("interface", .string(names[end.leg.interface])),
            ("local", .string("\(end.leg.local)")),
            ("peer", .optional(end.peer) { .string("\($0)") }),
            ("profile", .string(end.leg.isProtected ? "SRTP" : "RTP")),
            ("suite", .optional(end.leg.receives ?? end.leg.sends) { .string($0.suite.name) }),
            ("secured", .bool(figures.isSecured)),
            ("packetsReceived", .count(figures.received.packets)),
            ("packetsSent", .count(figures.sent.packets)),
            ("bytesReceived", .count(figures.received.bytes)),
            ("bytesSent", .count(figures.sent.bytes)),
            ("rtcpReceived", .count(figures.receivedRTCP.packets)),
            ("rtcpSent", .count(figures.sentRTCP.packets)),
            ("lost", .count(figures.lost)),
            ("outOfOrder", .count(figures.outOfOrder)),
            ("duplicates", .count(figures.duplicates)),
            ("jitterMs", .decimal(figures.jitterMilliseconds)),
            ("drops", .object(figures.drops.nonzero.map { ($0.reason.name, .count($0.count)) })),
        ])
    }
}
