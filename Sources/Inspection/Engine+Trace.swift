import ConfigLanguage
import Wire

/// How the engine came to its verdict about a packet that opens a flow: what `packet-tracer` tells.
public struct Trace: Sendable {
    /// One step, in the order in which they are taken.
    public enum Step: Sendable {
        /// A mapped address was asked for; the place of the translation in the configuration.
        case untranslated(rule: Int, to: Endpoint)
        /// `nil`: to the box itself.
        case routed(InterfaceIndex?)
        /// `nil`: the security levels decided.
        case admitted(AccessEntryIndex?)
        /// `nil`: no translation applies, but one should.
        case translated(rule: Int?, to: Endpoint)
        case inspected(TrafficClass)
        case flowOpened
    }

    /// The last of them refused the packet if the verdict is to drop it.
    public var steps: [Step] = []
    public var verdict: Verdict
}

extension Engine {
    /// Decides about a packet as ``process(_:from:at:isCut:)`` does, and tells how. The packet counts as any other.
    public mutating func trace(
        _ packet: inout MutableSpan<UInt8>, from ingress: InterfaceIndex, at now: Timestamp
    ) -> Trace {
        let path = path(of: packet.span, from: ingress)
        let verdict = process(&packet, from: ingress, at: now)
        guard let path else { return Trace(steps: [.routed(nil)], verdict: verdict) }
        return Trace(steps: steps(path, verdict), verdict: verdict)
    }

    /// The class that a new flow with this key would be in.
    public func trafficClass(of key: FlowKey) -> TrafficClass {
        guard let path = try? findPath(key) else { return .through }
        let question = AccessPolicy.Question(
            transport: key.transport, source: key.sourceEndpoint, mappedSource: path.source.address,
            destination: key.destinationEndpoint, realDestination: path.destination)
        return classifier.classify(
            question, from: key.interface, to: path.egress, midstream: settings.acceptsMidstream)
    }

    private func path(of packet: Span<UInt8>, from ingress: InterfaceIndex) -> Path? {
        guard let ip = try? IPHeader.decode(packet), let headers = try? PacketHeaders.decode(packet, ip) else {
            return nil
        }
        return try? findPath(headers.key(on: ingress))
    }

    /// The steps that a packet on `path` takes, as far as its verdict let it come.
    private func steps(_ path: Path, _ verdict: Verdict) -> [Trace.Step] {
        let refusal = verdict.action == .drop ? verdict.reason : nil
        var steps: [Trace.Step] = []
        if let rule = path.destinationRule { steps.append(.untranslated(rule: rule, to: path.destination)) }
        steps += [.routed(path.egress), .admitted(verdict.accessEntry)]
        if refusal == .aclDrop { return steps }
        if path.sourceRule != nil || refusal == .natReversePathFailed {
            steps.append(.translated(rule: path.sourceRule, to: path.source))
        }
        if refusal == .natReversePathFailed { return steps }
        if verdict.trafficClass != .through { steps.append(.inspected(verdict.trafficClass)) }
        if let refusal, refusal.isOfInspection { return steps }
        return steps + (path.egress == nil ? [] : [.flowOpened])
    }
}
