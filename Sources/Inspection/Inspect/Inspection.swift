import Wire

/// What an inspector has found in a packet, while nothing has followed from it yet.
enum Finding {
    case nothing
    case tftp(TFTPMessage)
    /// Messages that wait in ``Engine/sipPending``.
    case sip
    /// The box itself takes the packet.
    case phoneFile(PhoneFileFinding)

    var isForTheBox: Bool {
        if case .phoneFile = self { true } else { false }
    }
}

/// Inspection in two steps: `examine` reads and judges, and at most reports what it could not read; `follow` acts on what
/// was found, once the packet is sure to go on.
extension Engine {
    /// Looks into a packet of a known flow.
    @inline(__always)
    mutating func examine(
        _ packet: Span<UInt8>, _ headers: PacketHeaders, _ place: UInt32, fromInitiator: Bool, at now: Timestamp
    ) throws(Refusal) -> Finding {
        let trafficClass = flows.flows.span[Int(place)].trafficClass
        guard trafficClass != .through else { return .nothing }
        if trafficClass == .inspectRTP {
            try examineRTP(packet, headers, place, fromInitiator: fromInitiator, at: now)
            return .nothing
        }
        if trafficClass == .inspectSIP {
            return try examineSIP(
                packet, headers, SIPPassage(flows.flows[Int(place)], flows.id(place), fromInitiator: fromInitiator),
                at: now)
        }
        guard trafficClass == .inspectTFTP || trafficClass == .inspectPhoneProxy else { return .nothing }
        do throws(Refusal) {
            if trafficClass == .inspectTFTP {
                let role = flows.flows.span[Int(place)].role
                return try examineTFTP(packet, headers, role, fromInitiator: fromInitiator, isFirst: false)
            }
            let flow = flows.flows[Int(place)]
            return try examinePhoneProxy(
                packet, headers, flow, fromInitiator: fromInitiator, isFirst: false, at: now)
        } catch {
            let flow = flows.flows[Int(place)]
            tellUnreadable(error, packet, headers, flow, fromInitiator: fromInitiator, at: now)
            throw error
        }
    }

    /// Looks into the packet that would open `flow`.
    mutating func examineFirst(
        _ packet: Span<UInt8>, _ headers: PacketHeaders, _ flow: Flow, at now: Timestamp
    ) throws(Refusal) -> Finding {
        do throws(Refusal) {
            switch flow.trafficClass {
            case .inspectTFTP:
                return try examineTFTP(packet, headers, flow.role, fromInitiator: true, isFirst: true)
            case .inspectPhoneProxy:
                return try examinePhoneProxy(packet, headers, flow, fromInitiator: true, isFirst: true, at: now)
            case .inspectSIP:
                return try examineSIP(packet, headers, SIPPassage(flow, nil, fromInitiator: true), at: now)
            case .inspectRTP:
                try examineFirstRTP(packet, headers, flow, at: now)
                return .nothing
            default: return .nothing
            }
        } catch {
            tellUnreadable(error, packet, headers, flow, fromInitiator: true, at: now)
            throw error
        }
    }

    @inline(__always)
    mutating func follow(
        _ finding: Finding, _ packet: Span<UInt8>, _ headers: PacketHeaders, _ place: UInt32, fromInitiator: Bool,
        at now: Timestamp
    ) {
        guard case .tftp(let message) = finding else { return }
        if case .request = message, flows.flows[Int(place)].trafficClass == .inspectPhoneProxy {
            // The port now waits for the server's own answer.
            leaveSessions(flows.flows[Int(place)], at: now)
        }
        follow(message, packet, headers, place, fromInitiator: fromInitiator, at: now)
    }
}
