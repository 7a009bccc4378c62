import Wire

/// What an inspector has found in a packet, while nothing has followed from it yet.
enum Finding {
    case nothing
    case tftp(TFTPMessage)
}

/// Inspection in two steps: `examine` reads and judges, and at most reports what it could not read; `follow` acts on what
/// was found, once the packet is sure to go on.
extension Engine {
    /// Looks into a packet of a known flow.
    @inline(__always)
    mutating func examine(
        _ packet: Span<UInt8>, _ headers: PacketHeaders, _ place: UInt32, fromInitiator: Bool, at now: Timestamp
    ) throws(Refusal) -> Finding {
        guard flows.flows[Int(place)].trafficClass == .inspectTFTP else { return .nothing }
        let flow = flows.flows[Int(place)]
        return try examineTFTP(packet, headers, flow, fromInitiator: fromInitiator, isFirst: false, at: now)
    }

    /// Looks into the packet that would open `flow`.
    mutating func examineFirst(
        _ packet: Span<UInt8>, _ headers: PacketHeaders, _ flow: Flow, at now: Timestamp
    ) throws(Refusal) -> Finding {
        guard flow.trafficClass == .inspectTFTP else { return .nothing }
        return try examineTFTP(packet, headers, flow, fromInitiator: true, isFirst: true, at: now)
    }

    @inline(__always)
    mutating func follow(
        _ finding: Finding, _ packet: Span<UInt8>, _ headers: PacketHeaders, _ place: UInt32, fromInitiator: Bool,
        at now: Timestamp
    ) {
        guard case .tftp(let message) = finding else { return }
        follow(message, packet, headers, place, fromInitiator: fromInitiator, at: now)
    }
}
