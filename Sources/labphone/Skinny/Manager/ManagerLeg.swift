import Wire

/// One phone's part in a conversation: what the phone calls a call.
final class ManagerLeg: ManagerParty {
    let station: ManagerStation
    let callReference: UInt32
    weak var conversation: Conversation?
    /// What has been dialled.
    var digits = ""
    var isHeld = false
    /// The key that is to join it with another, once it is pressed again.
    var joins: (key: SkinnySoftKey, first: ManagerLeg)?
    private let manager: CallManager
    private var stream: SkinnyStream?
    private var isTransmitting = false
    private var opened: ((Endpoint) -> Void)?
    private var recordings: [(stream: SkinnyStream, port: ManagerPort)] = []

    init(_ manager: CallManager, _ station: ManagerStation) {
        self.manager = manager
        self.station = station
        callReference = manager.nextReference()
        station.legs[callReference] = self
    }

    var number: String { station.number }
    /// Before version 5 there is no room for a key.
    var takesKeys: Bool { layout >= 5 }

    /// Which version's media messages the phone gets.
    private var layout: UInt32 { manager.settings.hasLongForms ? max(10, station.version) : station.version }

    func show(_ state: SkinnyCallState) {
        station.send(.callState, SkinnyCallStateChange(state, callReference: callReference).body)
    }

    func inform(calling: String, called: String, isIncoming: Bool) {
        let info = SkinnyCallInfo(
            calling: calling, called: called, callReference: callReference, type: isIncoming ? 1 : 2)
        let (kind, body) = info.message(version: station.version)
        station.send(kind, body)
    }

    /// 0x21 dial tone, 0x24 ring back, 0x23 busy; to the ear.
    func tone(_ tone: UInt32) { station.send(.startTone, SkinnyKeys.body(tone, 0, 1, callReference)) }

    func stopTone() { station.send(.stopTone, SkinnyKeys.body(1, callReference, 0)) }

    /// 1 off, 2 inside ring.
    func ring(_ mode: UInt32) { station.send(.setRinger, SkinnyKeys.body(mode, 1, 1, callReference)) }

    /// Which of the sets of soft keys stands there.
    func keys(_ set: UInt32) {
        station.send(.selectSoftKeys, SkinnyKeys.body(1, callReference, set, 0xffff_ffff))
    }

    func open(_ key: SkinnyKey?, _ opened: @escaping (Endpoint) -> Void) {
        let made = SkinnyStream(
            conference: callReference, party: manager.nextParty(), callReference: callReference)
        stream = made
        self.opened = opened
        var message = OpenReceiveChannel(made)
        message.key = SkinnyKey.Block(key)
        station.send(.openReceiveChannel, message.body(version: layout))
    }

    /// The phone has opened its port; whether it was asked to.
    func acknowledge(_ ack: OpenReceiveChannelAck) -> Bool {
        guard let stream, ack.party == stream.party, let opened else { return false }
        self.opened = nil
        guard ack.status == 0 else {
            manager.refusals += 1
            return true
        }
        opened(ack.receiver)
        return true
    }

    func transmit(to remote: Endpoint, _ key: SkinnyKey?) {
        guard let stream else { return }
        isTransmitting = true
        var message = StartMediaTransmission(stream, to: remote)
        message.key = SkinnyKey.Block(key)
        station.send(.startMediaTransmission, message.body(version: layout))
    }

    /// Has the phone send a copy of what it says, or hears, to a port.
    func record(_ part: StartMediaTransmission.Part, at port: ManagerPort, withKeys: Bool) {
        // Older messages do not say whose voice it is.
        guard layout >= 11 else { return }
        let key = withKeys && takesKeys ? SkinnyKey.random() : nil
        guard let receiver = port.open(key) else { return }
        let made = SkinnyStream(
            conference: callReference, party: manager.nextParty(), callReference: manager.nextReference())
        recordings.append((made, port))
        var message = StartMediaTransmission(made, to: receiver)
        message.key = SkinnyKey.Block(key)
        message.part = part
        station.send(.startMediaTransmission, message.body(version: layout))
    }

    func close() {
        for (stream, port) in recordings {
            station.send(.stopMediaTransmission, ChannelEnd(stream).body(version: layout))
            port.closeSoon()
        }
        recordings = []
        guard let stream else { return }
        let body = ChannelEnd(stream).body(version: layout)
        station.send(.closeReceiveChannel, body)
        if isTransmitting { station.send(.stopMediaTransmission, body) }
        self.stream = nil
        isTransmitting = false
        opened = nil
    }

    /// The phone's call is over.
    func end() {
        close()
        var request = SkinnyAnswers.number(number, version: station.version)
        request.raw(SkinnyKeys.body(callReference, 0))
        station.send(.connectionStatisticsReq, request.bytes)
        show(.onHook)
        keys(0)
        station.legs[callReference] = nil
    }
}
