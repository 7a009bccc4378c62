import ConfigLanguage
import Inspection
import Wire

/// What a replay found: everything that `replay` tells.
public struct ReplayReport: Sendable {
    /// A flow as it was at its end.
    public struct EndedFlow: Sendable {
        public var summary: FlowSummary
        /// `nil`: it was open when the recording ended.
        public var end: FlowEnd?
    }

    public var counters = Counters()
    /// The first ones that ended, at most ``longestTable``.
    public var flows: [EndedFlow] = []
    public var tftp: [TFTPTransfer] = []
    public private(set) var sip = SIPObservation()
    public private(set) var skinny = SkinnyObservation()
    public private(set) var rtp: [RTPStreamSummary] = []
    /// `nil`: there was no key log.
    private(set) var tls: RecordedTLS.Facts?
    public var start: Timestamp?
    public var end: Timestamp?
    /// Packets that a recording shows on their way out of the box; counted as forwarded.
    public var outgoing: UInt64 = 0
    /// What was wrong with the files, and was got over.
    public var warnings: [String] = []
    public var lostEvents: UInt64 = 0
    let interfaces: InterfaceNames

    init(_ interfaces: InterfaceNames) { self.interfaces = interfaces }

    mutating func take(_ event: Event) {
        switch event.kind {
        case .tftpFinished(let transfer): tftp.append(transfer)
        case .flowEnded(let summary, let end): take(summary, end)
        default: break
        }
    }

    mutating func take(_ flow: FlowSummary, _ end: FlowEnd?) {
        if flows.count < Self.longestTable { flows.append(EndedFlow(summary: flow, end: end)) }
    }

    mutating func take(_ observed: FrameSorter.Result) {
        tls = observed.tls
        sip = observed.observer.sip
        skinny = observed.observer.skinny
        rtp = observed.observer.rtp
    }

    mutating func sawPacket(at time: Timestamp) {
        start = min(start ?? time, time)
        end = max(end ?? time, time)
    }
}

extension ReplayReport {
    public var json: JSONValue {
        let parts: [(String, JSONValue)] = [
            ("packets", packets),
            ("drops", reasons { !$0.isUndecodable }),
            ("undecodable", reasons(where: \.isUndecodable)),
            ("flows", flowCounts),
            ("classes", classes),
            ("tftp", .list(tftp.sorted { $0.started < $1.started }) { $0.json }),
            ("sip", sip.json),
            ("skinny", skinny.json),
            ("registrations", .list(sip.registrations + skinny.registrations) { $0.json }),
            ("calls", .list(sip.calls + skinny.calls) { $0.json }),
            ("rtp", .list(rtp) { $0.json }),
            ("pinholes", pinholes),
            ("recorded", recorded),
            ("warnings", .array(warnings.map { .string($0) })),
        ]
        return .object(parts + (tls.map { [("tls", $0.json)] } ?? []))
    }

    private var packets: JSONValue {
        .object([
            ("read", .count(counters.read)),
            ("forwarded", .count(counters.forwarded)),
            ("rewritten", .count(counters.rewritten)),
            ("injected", .count(counters.injected)),
            ("dropped", .count(counters.dropped)),
            ("undecodable", .count(counters.undecodable)),
            ("outgoing", .count(outgoing)),
        ])
    }

    private func reasons(where isWanted: (DropReason) -> Bool) -> JSONValue {
        .object(
            DropReason.allCases
                .filter { isWanted($0) && counters.count(of: $0) > 0 }
                .map { ($0.name, .count(counters.count(of: $0))) })
    }

    private var flowCounts: JSONValue {
        .object([
            ("total", .count(counters.udpFlows + counters.tcpFlows + counters.otherFlows)),
            ("udp", .count(counters.udpFlows)),
            ("tcp", .count(counters.tcpFlows)),
            ("other", .count(counters.otherFlows)),
        ])
    }

    private var classes: JSONValue {
        .object(
            TrafficClass.allCases
                .filter { $0 != .through }
                .map { ($0.name, .count(counters.count(of: $0))) })
    }

    private var pinholes: JSONValue {
        .object([
            ("opened", .count(counters.pinholesOpened)),
            ("used", .count(counters.pinholesUsed)),
            ("expired", .count(counters.pinholesExpired)),
        ])
    }

    private var recorded: JSONValue {
        .object([
            ("start", .optional(start) { .decimal(Double($0.nanoseconds) / 1e9) }),
            ("end", .optional(end) { .decimal(Double($0.nanoseconds) / 1e9) }),
            (
                "seconds",
                .optional(end.flatMap { end in start.map { end.seconds(since: $0) } }) { .decimal($0) }
            ),
        ])
    }
}

extension TFTPTransfer {
    var json: JSONValue {
        .object([
            ("client", .string(client.description)),
            ("server", .string(server.description)),
            ("realServer", .string(realServer.description)),
            ("operation", .string(operation.rawValue)),
            ("file", .string(file)),
            ("mode", .string(mode)),
            ("options", Self.json(options)),
            ("grantedOptions", Self.json(grantedOptions)),
            ("blockSize", .count(blockSize)),
            ("blocks", .count(blocks)),
            ("bytes", .count(bytes)),
            ("retransmissions", .count(retransmissions)),
            ("status", .string(status.rawValue)),
            ("errorCode", .optional(errorCode) { .count($0) }),
            ("errorMessage", .optional(errorMessage) { .string($0) }),
            ("seconds", .decimal(ended.seconds(since: started))),
        ])
    }

    private static func json(_ options: [Option]) -> JSONValue {
        // A name that was sent twice stands once: the last value counts.
        var members: [(String, JSONValue)] = []
        for option in options {
            members.removeAll { $0.0 == option.name }
            members.append((option.name, .string(option.value)))
        }
        return .object(members)
    }
}
