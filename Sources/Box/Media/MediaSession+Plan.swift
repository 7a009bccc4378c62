import Inspection
import MediaTermination

extension BrainMediaSession {
    /// What the relay is asked for; leg a is the phone's.
    ///
    /// - Parameter devices: by interface.
    func plan(_ devices: [String]) -> MediaSessionPlan {
        MediaSessionPlan(
            id: id.rawValue, a: phone.plan(devices), b: far.plan(devices), content: .rtp,
            timeout: UInt32(clamping: idleLimit))
    }
}

extension BrainMediaLeg {
    fileprivate func plan(_ devices: [String]) -> MediaLegPlan {
        let place = Int(interface.rawValue)
        return MediaLegPlan(
            device: devices.indices.contains(place) ? devices[place] : "", local: local, peer: peer,
            peerRTCP: controlPeer, learnsPeer: learnsPeer, protection: protection,
            multiplexesRTCP: multiplexesControl, payloadTypes: payloadTypes.isEmpty ? nil : PayloadTypes(payloadTypes),
            clockRate: clockRate, receives: peerSends, sends: peerReceives)
    }

    private var protection: HandProtection {
        guard isProtected else { return .plain }
        return .srtp(
            receive: receives.map { MediaKey($0.suite, $0.key) }, send: sends.map { MediaKey($0.suite, $0.key) })
    }
}

extension HandLegStatistics {
    /// As the engine counts: RTP and RTCP together.
    var brain: BrainLegStatistics {
        var sum = BrainLegStatistics()
        sum.packetsReceived = received.packets &+ receivedRTCP.packets
        sum.bytesReceived = received.bytes &+ receivedRTCP.bytes
        sum.packetsSent = sent.packets &+ sentRTCP.packets
        sum.bytesSent = sent.bytes &+ sentRTCP.bytes
        sum.dropped = drops.total
        sum.learned = isSecured ? peer : nil
        return sum
    }
}
