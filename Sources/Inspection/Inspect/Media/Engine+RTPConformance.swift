import Wire

/// `rtp-conformance`: what comes through a pinhole for media has to be media, and with `enforce-payloadtype` of a type that
/// was agreed on.
extension Engine {
    @inline(never)
    mutating func examineRTP(
        _ packet: Span<UInt8>, _ headers: PacketHeaders, _ place: UInt32, fromInitiator: Bool, at now: Timestamp
    ) throws(Refusal) {
        guard let id = passingFlows.id(at: flows.flows.span[Int(place)].session) else { return }
        do throws(Refusal) {
            try examineRTP(packet, headers, passingFlows[id]?.terms)
        } catch {
            let flow = flows.flows[Int(place)]
            tell(error.reason, SIPPassage(flow, nil, fromInitiator: fromInitiator), id, at: now)
            throw error
        }
    }

    /// Of the packet that would open `flow`.
    mutating func examineFirstRTP(
        _ packet: Span<UInt8>, _ headers: PacketHeaders, _ flow: Flow, at now: Timestamp
    ) throws(Refusal) {
        guard let id = passingFlows.id(at: flow.session) else { return }
        do throws(Refusal) {
            try examineRTP(packet, headers, passingFlows[id]?.terms)
        } catch {
            tell(error.reason, SIPPassage(flow, nil, fromInitiator: true), id, at: now)
            throw error
        }
    }

    private func examineRTP(
        _ packet: Span<UInt8>, _ headers: PacketHeaders, _ terms: PassingTerms?
    ) throws(Refusal) {
        guard let terms, let conformance = terms.conformance, !headers.ip.isTruncated else { return }
        let payload = packet.extracting(headers.payload)
        switch MediaPacketKind.of(payload) {
        // Both are spoken on media ports to find a way through NAT, or to agree on keys.
        case .stun, .dtls: return
        case .rtcp where terms.carriesControl: try checkControl(payload)
        case .rtp where terms.carriesRTP:
            let header: RTPHeader
            do throws(WireError) {
                header = try RTPHeader.decode(payload)
            } catch {
                throw Refusal(.rtpInvalidLength)
            }
            if conformance.enforcesPayloadType, !terms.isNamed(header.payloadType) {
                throw Refusal(.rtpInvalidPayloadType)
            }
        case .rtp: throw Refusal(.rtcpInvalidPayloadType)
        case .rtcp: throw Refusal(.rtpInvalidPayloadType)
        case .unknown:
            let isShort = payload.count < (terms.carriesRTP ? RTPHeader.length : RTCPHeader.length)
            if terms.carriesRTP { throw Refusal(isShort ? .rtpInvalidLength : .rtpInvalidVersion) }
            throw Refusal(isShort ? .rtcpInvalidLength : .rtcpInvalidVersion)
        }
    }

    /// The first header is in the clear in SRTCP, too.
    private func checkControl(_ payload: Span<UInt8>) throws(Refusal) {
        do throws(WireError) {
            _ = try RTCPHeader.decode(payload)
        } catch {
            throw Refusal(.rtcpInvalidLength)
        }
    }

    /// Once a second at most: an attacker decides how many such packets there are.
    private mutating func tell(_ reason: DropReason, _ passage: SIPPassage, _ id: SlabID, at now: Timestamp) {
        if let last = passingFlows[id]?.lastTold, last.adding(seconds: 1) > now { return }
        passingFlows[id]?.lastTold = now
        events.append(
            .mediaRefused(
                MediaRefusal(
                    isControl: passingFlows[id]?.terms.carriesRTP == false, source: passage.source,
                    sourceInterface: passage.ingress, destination: passage.realDestination,
                    destinationInterface: passage.egress, reason: reason)), at: now)
    }
}

/// A packet on a pinhole for media that is none, or not of what was agreed on: ASA 431001 and 431002.
public struct MediaRefusal: Hashable, Sendable {
    /// It came where RTCP alone may come.
    public var isControl: Bool
    public var source: Endpoint
    public var sourceInterface: InterfaceIndex
    public var destination: Endpoint
    public var destinationInterface: InterfaceIndex
    public var reason: DropReason
}
