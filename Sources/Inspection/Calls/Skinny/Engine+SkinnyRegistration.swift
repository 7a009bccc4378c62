import ConfigLanguage
import Wire

/// Registration: who a phone is to the call server, and what each is told of the other.
extension Engine {
    /// The phone's Register: of the device that its certificate names, with the address that the server sees.
    mutating func register(
        _ message: inout SkinnyMessage, of stream: SignallingStream, at now: Timestamp
    ) -> SkinnyDecision {
        let name = message.text(.deviceName) ?? []
        if let mac = stream.device?.mac, let named = MACAddress(deviceName: name[...]), named != mac {
            counters.skinny.mismatches &+= 1
            let reject = rejection("Not the certificate's device", to: message)
            return .answer(reject, "it names another device than the certificate does")
        }
        giveOwnAddress(&message, of: stream)
        let policy = stream.service.skinnyPolicy
        if let limit = policy.versionLimit, let offered = message.number(.protocolVer), offered > limit {
            message.set(.protocolVer, to: UInt32(limit))
        }
        streams[stream.id]?.skinny.offered = message.number(.protocolVer).map { UInt8(clamping: $0) }
        streams[stream.id]?.skinny.negotiated = nil
        streams[stream.id]?.skinny.deviceName = name
        // A CIPC that only authenticates (cisco-facts 2.5).
        streams[stream.id]?.isAuthenticatedOnly =
            configuration.phoneProxy?.authenticatesCIPC == true && message.number(.deviceType) == Self.communicator
        return .pass
    }

    /// Cisco's number for the IP Communicator.
    private static let communicator: UInt32 = 30_016

    private func rejection(_ why: String, to message: SkinnyMessage) -> SkinnyMessage {
        var reject = SkinnyMessage(.registerReject, length: 36, headerVersion: message.headerVersion)
        reject.set(.text, to: Array(why.utf8))
        return reject
    }

    /// A phone says which address it has behind its home router; the server is to know the one that it is reached from.
    func giveOwnAddress(_ message: inout SkinnyMessage, of stream: SignallingStream) {
        guard let local = stream.local else { return }
        message.set(.stationIpAddr, to: local.address.isV4 ? local.address : .anyV4)
        message.clear(.stationIpV6Addr)
    }

    mutating func acknowledgeRegistration(_ message: SkinnyMessage, of id: StreamID, at now: Timestamp) {
        guard let stream = streams[id], !stream.skinny.deviceName.isEmpty else { return }
        counters.skinny.registrations &+= 1
        let device = SkinnyDevice(of: stream)
        // The phone has come back by another connection, or gone to another server, before its last one missed it.
        if let old = skinnyDevices[device], old != id {
            endSkinnyRegistration(of: old, at: now)
            // A server that does not answer ends nothing by itself.
            if streams[old]?.phoneHasFinished == true { reset(old, .finished, at: now) }
        }
        skinnyDevices[device] = id
        streams[id]?.skinny.negotiated = SkinnyVersion.negotiated(
            offered: stream.skinny.offered, answered: message.number(.protocolVer))
        streams[id]?.skinny.isRegistered = true
        let interval = message.number(.keepAliveInterval) ?? 30
        streams[id]?.skinny.keepAliveInterval = Int(min(max(interval, 1), 86_400))
        keepSkinnyRegistration(of: id, at: now)
    }

    /// A keep-alive proves that the phone is still there.
    mutating func keepSkinnyRegistration(of id: StreamID, at now: Timestamp) {
        guard let stream = streams[id], stream.skinny.isRegistered else { return }
        setRegistration(Self.text(stream.skinny.deviceName), UInt32(stream.skinny.patience), of: id, at: now)
    }

    mutating func rejectRegistration(_ message: SkinnyMessage, of id: StreamID, at now: Timestamp) {
        guard let stream = streams[id] else { return }
        let why = Self.text(message.text(.text) ?? [])
        events.append(.signalling(.registrationRejected(summary(stream), why)), at: now)
        endSkinnyRegistration(of: id, at: now)
    }

    /// The phone is not registered any more over this connection, and has no calls.
    mutating func endSkinnyRegistration(of id: StreamID, at now: Timestamp) {
        guard let stream = streams[id] else { return }
        for call in stream.calls { endCall(call, .unregistered, at: now) }
        forgetDevice(of: stream)
        guard stream.skinny.isRegistered else { return }
        streams[id]?.skinny.isRegistered = false
        setRegistration(Self.text(stream.skinny.deviceName), 0, of: id, at: now)
    }

    mutating func forgetDevice(of stream: SignallingStream) {
        let device = SkinnyDevice(of: stream)
        if skinnyDevices[device] == stream.id { skinnyDevices[device] = nil }
    }

    static func text(_ bytes: [UInt8]) -> String { TFTPTransfer.text(bytes.span, bytes.indices) }
}
