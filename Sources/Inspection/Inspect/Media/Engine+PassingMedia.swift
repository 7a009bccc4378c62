import ConfigLanguage
import Wire

/// Pinholes for media: from each side's address, any port, to where the other side takes it, and none that no two
/// descriptions agree on.
extension Engine {
    /// One end of a line: where it really is, and where packets to it go.
    private struct MediaEnd {
        var real: Endpoint
        var side: InterfaceIndex
    }

    /// What an inspection demands of the media that a call brings about.
    struct MediaDemands {
        /// The inspection map's, if it has any.
        var conformance: SIPInspectionMap.RTPConformance?
        /// What has brought it about, for the log: `INVITE`.
        var message: String
    }

    /// Sees to it that a call holds the pinholes of its lines, and no others.
    mutating func settlePassing(_ id: SlabID, _ demands: MediaDemands, at now: Timestamp) {
        guard let call = calls[id], let passing = call.passing else { return }
        var wanted: [Pinhole] = []
        for (index, line) in passing.lines.enumerated() {
            guard let line, line.isOn else { continue }
            wanted += pinholes(of: line, index, id, call, demands)
        }
        let keys = wanted.map(\.key)
        // Those for signalling stay as long as the call.
        for key in passing.holes where !keys.contains(key) && isForMedia(key) {
            release(key, .done, at: now)
            calls[id]?.passing?.holes.removeAll { $0 == key }
        }
        for pinhole in wanted { hold(pinhole, of: id, from: demands.message, at: now) }
    }

    private func isForMedia(_ key: FlowKey) -> Bool {
        pinholes.find(key).map { pinholes.pinholes[Int($0)].trafficClass == .inspectRTP } ?? true
    }

    private mutating func pinholes(
        of line: PassingLine, _ index: Int, _ id: SlabID, _ call: Call, _ demands: MediaDemands
    ) -> [Pinhole] {
        let isMuxed = line.phone.multiplexesControl && line.far.multiplexesControl
        let phoneSource = line.phoneSource.flatMap { end(Endpoint($0, 0), of: .phone, call) }
        let farSource = line.farSource.flatMap { end(Endpoint($0, 0), of: .server, call) }
        var found: [Pinhole] = []
        if let record = record(of: line, index, id, demands, carriesRTP: true, carriesControl: isMuxed) {
            let (phone, far) = (end(line.phone.peer, of: .phone, call), end(line.far.peer, of: .server, call))
            if line.far.receives && line.phone.sends {
                found += pinhole(from: phone ?? phoneSource, to: far, .rtp, record)
            }
            if line.phone.receives && line.far.sends {
                found += pinhole(from: far ?? farSource, to: phone, .rtp, record)
            }
        }
        guard !isMuxed, line.phone.isRTP, line.far.isRTP,
            let record = record(of: line, index, id, demands, carriesRTP: false, carriesControl: true)
        else { return found }
        let (phone, far) = (
            end(line.phone.controlEnd, of: .phone, call), end(line.far.controlEnd, of: .server, call)
        )
        found += pinhole(from: phone ?? phoneSource, to: far, .rtcp, record)
        found += pinhole(from: far ?? farSource, to: phone, .rtcp, record)
        return found
    }

    /// The line's record for RTP, or for RTCP; `nil` where there is no room.
    private mutating func record(
        of line: PassingLine, _ index: Int, _ id: SlabID, _ demands: MediaDemands, carriesRTP: Bool,
        carriesControl: Bool
    ) -> SlabID? {
        var record = PassingFlows(
            kind: line.kind, terms: PassingTerms(carriesRTP: carriesRTP, carriesControl: carriesControl),
            isSkinny: line.channel != nil, idleLimit: calls[id]?.mediaIdleLimit ?? timeouts.sipMedia)
        if line.phone.isRTP, line.far.isRTP { record.terms.conformance = demands.conformance }
        // Of a codec whose number is agreed on elsewhere there is nothing to enforce.
        if line.phone.payloadTypes.isEmpty, line.far.payloadTypes.isEmpty {
            record.terms.conformance?.enforcesPayloadType = false
        }
        for type in line.phone.payloadTypes + line.far.payloadTypes { record.terms.name(type) }
        let known = carriesRTP ? calls[id]?.passing?.lines[index]?.rtp : calls[id]?.passing?.lines[index]?.control
        if let known, let old = passingFlows[known] {
            record.flows = old.flows
            passingFlows[known] = record
            return known
        }
        let place = passingFlows.add(record)
        if place == nil { countPinholeOverLimit(isSkinny: record.isSkinny) }
        if carriesRTP {
            calls[id]?.passing?.lines[index]?.rtp = place
        } else {
            calls[id]?.passing?.lines[index]?.control = place
        }
        return place
    }

    /// Where an end really is that its own side has named.
    private func end(_ endpoint: Endpoint?, of side: StreamSide, _ call: Call) -> MediaEnd? {
        guard let endpoint else { return nil }
        let (from, to) =
            side == .phone ? (call.phoneInterface, call.farInterface) : (call.farInterface, call.phoneInterface)
        if configuration.interfaces.isEmpty { return MediaEnd(real: endpoint, side: from) }
        let names = HostNames(ingress: from, egress: to, translations: translations, routes: routes)
        let (real, interface) = names.resolve(endpoint, .udp)
        guard let interface, !routes.isOwn(real.address), !real.address.isMulticast, !real.address.isLoopback else {
            return nil
        }
        return MediaEnd(real: real, side: interface)
    }

    /// None between two hosts of one side: what they send each other does not pass here.
    private func pinhole(
        from sender: MediaEnd?, to receiver: MediaEnd?, _ purpose: PinholePurpose, _ record: SlabID
    ) -> [Pinhole] {
        guard let sender, let receiver, sender.real.address.isV4 == receiver.real.address.isV4,
            sender.side != receiver.side || configuration.interfaces.isEmpty
        else { return [] }
        let names = HostNames(
            ingress: sender.side, egress: receiver.side, translations: translations, routes: routes)
        let target = names.seen(receiver.real, on: receiver.side, from: sender.side, .udp)
        let seenSender = names.seen(sender.real, on: sender.side, from: receiver.side, .udp)
        return [
            Pinhole(
                key: FlowKey(
                    source: sender.real.address, destination: target.address, sourcePort: 0,
                    destinationPort: target.port, transport: .udp, interface: sender.side),
                trafficClass: .inspectRTP, session: record.place, expires: .zero,
                reverse: FlowKey(
                    source: receiver.real.address, destination: seenSender.address, sourcePort: receiver.real.port,
                    destinationPort: 0, transport: .udp, interface: receiver.side),
                purpose: purpose, isSkinny: passingFlows[record]?.isSkinny == true, likelyPort: sender.real.port)
        ]
    }

    /// Ends the flows of a line, and forgets it.
    mutating func closeMedia(_ line: PassingLine?, at now: Timestamp) {
        for id in [line?.rtp, line?.control].compactMap(\.self) {
            guard let record = passingFlows.remove(id) else { continue }
            for flow in record.flows {
                if let place = flows.place(flow) { end(place, .inspection, at: now) }
            }
        }
    }

    /// Whether anything of a call's media has come within `timeout sip_media`, or a Skinny call's `timeout media`.
    func hasMedia(_ call: Call, at now: Timestamp) -> Bool {
        let limit = call.mediaIdleLimit ?? timeouts.sipMedia
        for line in call.passing?.lines ?? [] {
            for id in [line?.rtp, line?.control].compactMap(\.self) {
                for flow in passingFlows[id]?.flows ?? [] {
                    guard let place = flows.place(flow) else { continue }
                    if deadline(limit, from: flows.flows[Int(place)].lastSeen) > now { return true }
                }
            }
        }
        return false
    }
}

extension MediaTerms {
    /// Where it takes RTCP.
    var controlEnd: Endpoint? {
        controlPeer ?? peer.flatMap { $0.port < .max ? Endpoint($0.address, $0.port + 1) : nil }
    }

    var isRTP: Bool {
        switch profile {
        case .rtpAVP, .rtpAVPF, .rtpSAVP, .rtpSAVPF, .udpTLSRTPSAVP, .udpTLSRTPSAVPF: true
        default: false
        }
    }
}
