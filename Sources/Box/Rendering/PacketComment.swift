import ConfigLanguage
import Inspection

/// What the engine did to a packet and why, as the comment that stands beside it in a capture.
struct PacketComment {
    let names: InterfaceNames
    /// In the engine's order.
    let accessLists: [AccessList]

    func text(_ verdict: Verdict, flow: FlowSummary?) -> String {
        switch verdict.action {
        case .drop: return "Drop-reason: " + refusal(verdict)
        case .hold: return "hold: fragment, waits for the rest of its datagram"
        case .consume: return "consume: for the box itself, " + passage(verdict, flow)
        case .forward: return "forward: " + passage(verdict, flow)
        }
    }

    func text(_ release: Release) -> String {
        switch release.origin {
        case .fragment: "forward: fragment, its datagram is whole" + (release.isRewritten ? ", translated" : "")
        case .box: "inject: made by the box"
        }
    }

    private func refusal(_ verdict: Verdict) -> String {
        guard let reason = verdict.reason else { return "no reason" }
        let entry = verdict.accessEntry.map { ", \(describeEntry($0))" } ?? ""
        return "(\(reason.name)) \(reason.text)\(entry)"
    }

    private func passage(_ verdict: Verdict, _ flow: FlowSummary?) -> String {
        var parts = [verdict.trafficClass.name]
        if let egress = verdict.egress { parts.append("\(names[verdict.ingress]) -> \(names[egress])") }
        if let flow {
            parts.append("flow \(flow.number)\(verdict.opensFlow ? " opened" : "")")
            if verdict.isRewritten { parts.append(translation(flow)) }
        }
        if let entry = verdict.accessEntry { parts.append(describeEntry(entry)) }
        return parts.joined(separator: ", ")
    }

    /// The entry's command, or whose implicit deny it was.
    private func describeEntry(_ index: AccessEntryIndex) -> String {
        let list = accessLists[Int(index.list)]
        guard let entry = index.entry else { return "access-list \(list.name) implicit deny" }
        return list.entries[Int(entry)].text
    }

    private func translation(_ flow: FlowSummary) -> String {
        let source = (flow.initiator.sourceEndpoint, flow.responder.destinationEndpoint)
        let destination = (flow.responder.sourceEndpoint, flow.initiator.destinationEndpoint)
        return [source, destination]
            .filter { $0.0 != $0.1 }
            .map { "NAT \($0.0) seen as \($0.1)" }
            .joined(separator: ", ")
    }
}
