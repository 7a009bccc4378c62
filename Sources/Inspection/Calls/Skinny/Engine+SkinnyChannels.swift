import Wire

/// Media channels of phones of a phone proxy: each message about one is changed so that phone and server both talk to the
/// box.
extension Engine {
    /// Messages about channels; all others pass.
    mutating func followChannel(
        _ message: inout SkinnyMessage, _ summary: SkinnyMessageSummary, of stream: SignallingStream,
        at now: Timestamp
    ) -> SkinnyDecision {
        switch message.id {
        case .openReceiveChannel, .openMultiMediaReceiveChannel:
            return openChannel(&message, summary, of: stream, at: now)
        case .startMediaTransmission, .startMultiMediaTransmission:
            return startTransmission(&message, summary, of: stream, at: now)
        case .openReceiveChannelAck, .openMultiMediaReceiveChannelAck:
            return acknowledge(&message, .ipAddr, summary, of: stream, at: now)
        case .startMediaTransmissionAck, .startMultiMediaTransmissionAck:
            return acknowledge(&message, .transmitIpAddr, summary, of: stream, at: now)
        case .mediaTransmissionFailure: return failTransmission(&message, of: stream, at: now)
        case .closeReceiveChannel, .closeMultiMediaReceiveChannel:
            stop(message, \.receives, of: stream, at: now)
        case .stopMediaTransmission, .stopMultiMediaTransmission:
            stop(message, \.transmits, of: stream, at: now)
        case .portReq: return requestPort(message, of: stream, at: now)
        case .portRes: return tellPort(&message, of: stream)
        case .portClose:
            if let place = findChannel(message, of: stream) { endLine(place.line, of: place.call, at: now) }
        default: break
        }
        return .pass
    }

    // MARK: Finding and making

    /// The channel that a message is about, of the kind of media that it is about. Where several fit, the conference tells.
    func findChannel(_ message: SkinnyMessage, of stream: SignallingStream) -> CallTable.LinePlace? {
        guard let party = message.number(.passThroughPartyId) ?? Self.unnamed(stream) else { return nil }
        let (reference, conference) = (message.number(.callReference), message.number(.conferenceId))
        let isVideo = Self.isAboutVideo(message)
        var found: CallTable.LinePlace?
        for id in streams[stream.id]?.calls ?? [] {
            for (index, channel) in (calls[id]?.channels ?? []).enumerated() {
                guard let channel, channel.fits(party: party, reference: reference),
                    isVideo ?? channel.isVideo == channel.isVideo
                else { continue }
                let place = CallTable.LinePlace(call: id, line: index)
                if channel.conference == conference { return place }
                found = found ?? place
            }
        }
        return found
    }

    /// `nil`: a message that does not say.
    private static func isAboutVideo(_ message: SkinnyMessage) -> Bool? {
        switch message.id {
        case .openReceiveChannel, .openReceiveChannelAck, .startMediaTransmission, .startMediaTransmissionAck,
            .closeReceiveChannel, .stopMediaTransmission:
            false
        case .openMultiMediaReceiveChannel, .openMultiMediaReceiveChannelAck, .startMultiMediaTransmission,
            .startMultiMediaTransmissionAck, .closeMultiMediaReceiveChannel, .stopMultiMediaTransmission:
            true
        default: nil
        }
    }

    /// What stands for a number that the first servers do not give. Without keys it is enough to go by.
    private static func unnamed(_ stream: SignallingStream) -> UInt32? { stream.service.isPlain ? 0 : nil }

    enum ChannelMaking<Made> {
        case made(Made)
        case refused(String)
    }

    /// The call that a channel belongs to which the server opens, with the place where it is entered, and as what.
    struct NewChannel {
        var call: SlabID
        var line: Int
        var channel: SkinnyChannel
    }

    /// Finds the place for the channel that a server's message opens.
    mutating func placeChannel(
        _ message: SkinnyMessage, isVideo: Bool, of stream: SignallingStream, at now: Timestamp
    ) -> ChannelMaking<NewChannel> {
        guard let conference = message.number(.conferenceId) ?? Self.unnamed(stream),
            let party = message.number(.passThroughPartyId) ?? Self.unnamed(stream)
        else { return .refused("it says of no channel what it is about") }
        let told = message.number(.callReference) ?? 0
        let reference = told != 0 ? told : conference
        guard
            let id = findSkinnyCall(told, conference, of: stream.id)
                ?? beginSkinnyCall(reference, of: stream.id, at: now), let call = calls[id]
        else { return .refused("there is no room for another call") }
        calls[id]?.lastSeen = now
        let channels = call.channels
        let free = channels.firstIndex { $0 == nil } ?? channels.count
        guard free < Call.lineLimit else { return .refused("the call has more channels than it may have") }
        return .made(
            NewChannel(
                call: id, line: free,
                channel: SkinnyChannel(conference: conference, party: party, reference: told, isVideo: isVideo)))
    }

    /// The channel that a server's message opens, with ports of its own on both sides.
    mutating func makeChannel(
        _ message: SkinnyMessage, isVideo: Bool, of stream: SignallingStream, at now: Timestamp
    ) -> ChannelMaking<CallTable.LinePlace> {
        if let known = findChannel(message, of: stream) { return .made(known) }
        let new: NewChannel
        switch placeChannel(message, isVideo: isVideo, of: stream, at: now) {
        case .made(let made): new = made
        case .refused(let why): return .refused(why)
        }
        guard let call = calls[new.call] else { return .refused("there is no room for another call") }
        guard let ports = mediaPorts.take(call.phoneInterface, call.farInterface) else {
            counters.media.portsExhausted &+= 1
            let address = mediaPorts.address(on: stream.interface)
            events.append(
                .mediaPortsExhausted(address, client: stream.phone, interface: stream.interface), at: now)
            return .refused("no media port is left")
        }
        var line = MediaLine(kind: isVideo ? .video : .audio, phonePort: ports.first, farPort: ports.second)
        line.channel = new.channel
        line.phone.terms = MediaTerms(profile: isVideo ? .rtpAVP : .rtpSAVP, sends: false, receives: false)
        line.far.terms = MediaTerms(profile: .rtpAVP, sends: false, receives: false)
        if new.line == call.lines.count { calls[new.call]?.lines.append(nil) }
        calls[new.call]?.lines[new.line] = line
        let place = CallTable.LinePlace(call: new.call, line: new.line)
        calls.enter(place, at: ports.second)
        return .made(place)
    }

    subscript(_ place: CallTable.LinePlace) -> MediaLine? {
        get { calls[place.call]?.lines[place.line] }
        set { calls[place.call]?.lines[place.line] = newValue }
    }

    // MARK: What can not be

    /// The phone does not hear of the channel, and the server that there is none.
    func refuseChannel(_ message: SkinnyMessage, _ why: String) -> SkinnyDecision {
        let ack: SkinnyMessageID
        switch message.id {
        case .openReceiveChannel: ack = .openReceiveChannelAck
        case .openMultiMediaReceiveChannel: ack = .openMultiMediaReceiveChannelAck
        // Not every server waits for an answer to these.
        default: return .drop(why)
        }
        let isWide = message.layoutVersion >= 17
        var answer = SkinnyMessage(ack, length: isWide ? 40 : 24, headerVersion: message.headerVersion)
        // Unknown error.
        answer.set(.status, to: 1)
        answer.set(.passThroughPartyId, to: message.number(.passThroughPartyId) ?? 0)
        answer.set(.callReference, to: message.number(.callReference) ?? 0)
        return .answer(answer, why)
    }

    static func endpoint(
        _ message: SkinnyMessage, _ address: SkinnyField, _ port: SkinnyField
    ) -> Endpoint? {
        guard let address = message.address(address), !address.isUnspecified, let port = message.port(port), port > 0
        else { return nil }
        return Endpoint(address, port)
    }
}
