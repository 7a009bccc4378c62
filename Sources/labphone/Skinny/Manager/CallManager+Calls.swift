import Wire

/// What phones do in calls.
extension CallManager {
    private static let digits = 4

    func takeInCall(_ kind: SkinnyKind, _ body: SkinnyReader, from station: ManagerStation) {
        switch kind {
        case .offHook: takeOff(station)
        case .onHook: if let leg = leg(body.number(at: 4), of: station) { leg.conversation?.leave(leg) }
        case .keypadButton: press(body, station)
        case .enblocCall:
            if station.isFree { begin(ManagerLeg(self, station)) }
            if let leg = leg(0, of: station) { dialled(body.text(at: 0, 24), leg) }
        case .softKeyEvent: soft(body, station)
        case .openReceiveChannelAck:
            let ack = OpenReceiveChannelAck(body)
            if !acknowledge(ack, station) { strayAcks += 1 }
        case .startMediaTransmissionAck, .connectionStatisticsRes, .mediaTransmissionFailure: break
        default: unknownMessages += 1
        }
    }

    /// With party 0 the call tells whose it is.
    private func acknowledge(_ ack: OpenReceiveChannelAck, _ station: ManagerStation) -> Bool {
        if let leg = station.legs[ack.callReference] { return leg.acknowledge(ack) }
        return station.legs.values.contains { $0.acknowledge(ack) }
    }

    /// The call that a phone means; without a number the newest.
    private func leg(_ reference: UInt32, of station: ManagerStation) -> ManagerLeg? {
        guard reference == 0 else { return station.legs[reference] }
        return station.legs.values.max { $0.callReference < $1.callReference }
    }

    private func takeOff(_ station: ManagerStation) {
        if let ringing = station.legs.values.first(where: { $0.conversation?.state == .ringing }) {
            ringing.conversation?.answer()
            return
        }
        guard station.isFree else { return }
        begin(ManagerLeg(self, station))
    }

    private func press(_ body: SkinnyReader, _ station: ManagerStation) {
        guard let leg = leg(body.number(at: 8), of: station), let digit = SkinnyKeys.digit(body.number(at: 0)),
            let conversation = leg.conversation, conversation.state == .dialling
        else { return }
        leg.digits.append(digit)
        if leg.digits.count == 1 { leg.stopTone() }
        if leg.digits.count == Self.digits { dialled(leg.digits, leg) }
    }

    private func dialled(_ number: String, _ leg: ManagerLeg) {
        guard let conversation = leg.conversation, conversation.state == .dialling else { return }
        var info = SkinnyAnswers.number(number, version: leg.station.version)
        info.raw(SkinnyKeys.body(1, leg.callReference))
        leg.station.send(.dialedNumber, info.bytes)
        route(number, conversation)
    }

    private func soft(_ body: SkinnyReader, _ station: ManagerStation) {
        guard let key = SkinnySoftKey(rawValue: body.number(at: 0)) else { return }
        if key == .newCall { return takeOff(station) }
        guard let leg = leg(body.number(at: 8), of: station), let conversation = leg.conversation else { return }
        switch key {
        case .answer: if conversation.state == .ringing { conversation.answer() }
        case .endCall: conversation.leave(leg)
        case .hold: conversation.hold(leg)
        case .resume: conversation.resume(leg)
        case .transfer, .conference: join(key, leg, conversation)
        case .redial, .newCall: break
        }
    }

    /// Pressed once, the key begins a second call; pressed again, it puts the two together.
    private func join(_ key: SkinnySoftKey, _ leg: ManagerLeg, _ conversation: Conversation) {
        if let (joining, first) = leg.joins, joining == key, let held = first.conversation,
            conversation.state == .connected
        {
            if key == .transfer {
                held.transfer(first, to: conversation, leg)
            } else {
                held.confer(first, with: conversation, leg)
            }
            return
        }
        guard conversation.state == .connected, leg.station.legs.count == 1 else { return }
        conversation.hold(leg)
        let second = ManagerLeg(self, leg.station)
        second.joins = (key, leg)
        begin(second)
    }
}
