import ConfigLanguage
import Wire

/// What becomes of a Skinny message, after it has been looked at.
enum SkinnyDecision {
    case pass
    /// In words for `debug skinny`.
    case drop(String)
    /// Not passed on; the sender gets this in place of the receiver's answer.
    case answer(SkinnyMessage, String)
}

/// What the two sides of a Skinny stream say to each other: cut into messages, each looked at, and passed on in place.
extension Engine {
    /// Cuts what has come into messages, and handles each. The connection is closed only where the framing is lost.
    mutating func converseInSkinny(_ bytes: Span<UInt8>, from side: StreamSide, of id: StreamID, at now: Timestamp) {
        guard var input = takeInput(side, of: id) else { return }
        input += bytes.bytes(in: 0..<bytes.count)
        var start = 0
        cutting: while start < input.count {
            switch SkinnyFraming.next(input.span.extracting(start...)) {
            case .complete(let length):
                let message = Array(input[start..<start + length])
                start += length
                handleSkinny(message, from: side, of: id, at: now)
                guard streams[id] != nil else { return }
            case .needMore: break cutting
            case .malformed(let error):
                counters.skinny.malformed &+= 1
                loseFraming(error, Array(input[start...].prefix(SkinnyFraming.bodyOffset)), from: side, of: id, at: now)
                return close(id, .malformed, at: now)
            }
        }
        if start > 0 { input.removeSubrange(..<start) }
        giveBack(input, side, of: id)
    }

    private mutating func loseFraming(
        _ error: WireError, _ header: [UInt8], from side: StreamSide, of id: StreamID, at now: Timestamp
    ) {
        guard let stream = streams[id] else { return }
        let number = header.count == SkinnyFraming.bodyOffset ? header.span.littleEndian32(at: 8) : .max
        let length = header.count >= 4 ? Int(header.span.littleEndian32(at: 0)) : 0
        let summary = skinnySummary(SkinnyMessageID(number), length, from: side, of: stream)
        events.append(.skinny(.dropped(summary, "\(error)")), at: now)
    }

    private mutating func handleSkinny(
        _ bytes: [UInt8], from side: StreamSide, of id: StreamID, at now: Timestamp
    ) {
        counters.skinny.messages &+= 1
        guard let stream = streams[id] else { return }
        guard var message = try? SkinnyMessage.read(bytes.span, negotiated: stream.skinny.negotiated) else {
            counters.skinny.malformed &+= 1
            return
        }
        let summary = skinnySummary(message.id, message.length, from: side, of: stream)
        guard admits(message, summary, from: side, of: stream, at: now) else { return }
        // Who says what only the other side can say is passed on, and not believed.
        let isInTurn = message.id.name == nil || message.id.isFromPhone == (side == .phone)
        let decision = isInTurn ? follow(&message, summary, from: side, of: stream, at: now) : .pass
        guard streams[id] != nil else { return }
        switch decision {
        case .pass:
            if tellsOfMessages { events.append(.skinny(.passed(summary)), at: now) }
            send(message.bytes, to: side.other, of: id)
        case .drop(let why):
            counters.skinny.dropped &+= 1
            events.append(.skinny(.dropped(summary, why)), at: now)
        case .answer(let answer, let why):
            counters.skinny.answered &+= 1
            events.append(.skinny(.refused(summary, why)), at: now)
            send(answer.bytes, to: side, of: id)
        }
        afterSending(message, from: side, of: id, at: now)
    }

    func skinnySummary(
        _ message: SkinnyMessageID, _ length: Int, from side: StreamSide, of stream: SignallingStream
    ) -> SkinnyMessageSummary {
        let service = stream.service
        let server = service.server
        let isFromPhone = side == .phone
        return SkinnyMessageSummary(
            id: message, length: length, source: isFromPhone ? stream.phone : server,
            sourceInterface: isFromPhone ? stream.interface : service.serverInterface,
            destination: isFromPhone ? server : stream.phone,
            destinationInterface: isFromPhone ? service.serverInterface : stream.interface)
    }

    // MARK: Which message means what

    private mutating func follow(
        _ message: inout SkinnyMessage, _ summary: SkinnyMessageSummary, from side: StreamSide,
        of stream: SignallingStream, at now: Timestamp
    ) -> SkinnyDecision {
        switch message.id {
        case .register: return register(&message, of: stream, at: now)
        case .registerTokenReq, .spcpRegisterTokenReq:
            giveOwnAddress(&message, of: stream)
            return .pass
        case .keepAlive:
            counters.skinny.keepAlives &+= 1
            keepSkinnyRegistration(of: stream.id, at: now)
            return .pass
        case .serverRes:
            if stream.service.isPlain {
                renameServers(&message, to: stream)
            } else {
                giveKnownServers(&message, to: stream)
            }
            return .pass
        case .callState, .callInfo, .callInfoV2:
            followSkinnyCall(message, of: stream, at: now)
            return .pass
        case .startMulticastMediaReception, .startMulticastMediaTransmission, .startSessionTransmission:
            events.append(.skinny(.noted(summary, "its address is left as it is")), at: now)
            return .pass
        default:
            if stream.service.isPlain { return followPassingChannel(&message, summary, of: stream, at: now) }
            return followChannel(&message, summary, of: stream, at: now)
        }
    }

    /// What follows from a message once it is on its way: what it ends may still be told of by it.
    private mutating func afterSending(
        _ message: SkinnyMessage, from side: StreamSide, of id: StreamID, at now: Timestamp
    ) {
        guard side == .server else { return }
        switch message.id {
        case .registerAck: acknowledgeRegistration(message, of: id, at: now)
        case .registerReject: rejectRegistration(message, of: id, at: now)
        case .unregisterAck:
            // With a call, the phone is to wait (2); other than that it is gone.
            if message.number(.status) ?? 0 == 0 { endSkinnyRegistration(of: id, at: now) }
        case .reset:
            // 3: only to read its configuration again.
            if message.number(.resetType) ?? 1 < 3 { endSkinnyRegistration(of: id, at: now) }
        case .callState:
            if message.number(.callState) == SkinnyCallState.onHook.rawValue {
                endSkinnyCall(message.number(.callReference), of: id, at: now)
            }
        default: return
        }
    }
}
