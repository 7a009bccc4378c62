import Wire

/// Where media of a channel goes: each message about one is changed so that phone and server both talk to the box.
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

    /// The channel that a message is about. Where several fit, the conference tells.
    private func findChannel(_ message: SkinnyMessage, of stream: SignallingStream) -> CallTable.LinePlace? {
        guard let party = message.number(.passThroughPartyId) else { return nil }
        let (reference, conference) = (message.number(.callReference), message.number(.conferenceId))
        var found: CallTable.LinePlace?
        for id in streams[stream.id]?.calls ?? [] {
            for (index, line) in (calls[id]?.lines ?? []).enumerated() {
                guard let channel = line?.channel, channel.fits(party: party, reference: reference) else { continue }
                let place = CallTable.LinePlace(call: id, line: index)
                if channel.conference == conference { return place }
                found = found ?? place
            }
        }
        return found
    }

    private enum Making {
        case made(CallTable.LinePlace)
        case refused(String)
    }

    /// The channel that a server's message opens, with ports of its own on both sides.
    private mutating func makeChannel(
        _ message: SkinnyMessage, isVideo: Bool, of stream: SignallingStream, at now: Timestamp
    ) -> Making {
        if let known = findChannel(message, of: stream) { return .made(known) }
        guard let conference = message.number(.conferenceId), let party = message.number(.passThroughPartyId) else {
            return .refused("it says of no channel what it is about")
        }
        let told = message.number(.callReference) ?? 0
        let reference = told != 0 ? told : conference
        guard
            let id = findSkinnyCall(told, conference, of: stream.id)
                ?? beginSkinnyCall(reference, of: stream.id, at: now), let call = calls[id]
        else { return .refused("there is no room for another call") }
        calls[id]?.lastSeen = now
        let free = call.lines.firstIndex { $0 == nil } ?? call.lines.count
        guard free < Call.lineLimit else { return .refused("the call has more channels than it may have") }
        guard let ports = mediaPorts.take(call.phoneInterface, call.farInterface) else {
            counters.media.portsExhausted &+= 1
            let address = mediaPorts.address(on: stream.interface)
            events.append(
                .mediaPortsExhausted(address, client: stream.phone, interface: stream.interface), at: now)
            return .refused("no media port is left")
        }
        var line = MediaLine(kind: isVideo ? .video : .audio, phonePort: ports.first, farPort: ports.second)
        line.channel = SkinnyChannel(conference: conference, party: party, reference: told, isVideo: isVideo)
        line.phone.terms = MediaTerms(profile: isVideo ? .rtpAVP : .rtpSAVP, sends: false, receives: false)
        line.far.terms = MediaTerms(profile: .rtpAVP, sends: false, receives: false)
        if free == call.lines.count { calls[id]?.lines.append(nil) }
        calls[id]?.lines[free] = line
        let place = CallTable.LinePlace(call: id, line: free)
        calls.enter(place, at: ports.second)
        return .made(place)
    }

    private subscript(_ place: CallTable.LinePlace) -> MediaLine? {
        get { calls[place.call]?.lines[place.line] }
        set { calls[place.call]?.lines[place.line] = newValue }
    }

    // MARK: From the server

    /// OpenReceiveChannel: the phone is to take media, from the box.
    private mutating func openChannel(
        _ message: inout SkinnyMessage, _ summary: SkinnyMessageSummary, of stream: SignallingStream,
        at now: Timestamp
    ) -> SkinnyDecision {
        let isVideo = message.id == .openMultiMediaReceiveChannel
        let protection = protect(&message, isVideo: isVideo, of: stream)
        if case .refused(let why) = protection { return refuseChannel(message, why) }
        let place: CallTable.LinePlace
        switch makeChannel(message, isVideo: isVideo, of: stream, at: now) {
        case .made(let made): place = made
        case .refused(let why): return refuseChannel(message, why)
        }
        guard var line = self[place] else { return .pass }
        line.channel?.receives = true
        line.channel?.isPlain = protection.key == nil
        line.phone.sends = protection.key
        // What the server gave, the far end knows, too.
        line.far.terms?.key = protection.isGiven ? protection.key : nil
        agree(message, on: &line, of: stream)
        self[place] = line
        if isVideo, protection.key == nil { tellOfPlainVideo(summary, at: now) }
        if let source = message.address(.sourceIpAddr), !source.isUnspecified {
            message.set(.sourceIpAddr, to: line.phonePort.address)
        }
        settleMedia(of: place.call, at: now)
        return .pass
    }

    /// StartMediaTransmission: the phone is to send media, to the box.
    private mutating func startTransmission(
        _ message: inout SkinnyMessage, _ summary: SkinnyMessageSummary, of stream: SignallingStream,
        at now: Timestamp
    ) -> SkinnyDecision {
        let isVideo = message.id == .startMultiMediaTransmission
        let protection = protect(&message, isVideo: isVideo, of: stream)
        if case .refused(let why) = protection { return refuseChannel(message, why) }
        let place: CallTable.LinePlace
        switch makeChannel(message, isVideo: isVideo, of: stream, at: now) {
        case .made(let made): place = made
        case .refused(let why): return refuseChannel(message, why)
        }
        let before = partners(of: place.call)
        guard var line = self[place] else { return .pass }
        let remote = Self.endpoint(message, .remoteIpAddr, .remotePortNumber)
        guard findPhonePort(of: &line, at: place, meeting: remote) else {
            return refuseChannel(message, "no media port is left")
        }
        line.channel?.transmits = true
        line.channel?.isPlain = protection.key == nil
        line.phone.terms?.key = protection.key
        line.far.sends = protection.isGiven ? protection.key : nil
        line.far.terms?.peer = remote
        agree(message, on: &line, of: stream)
        self[place] = line
        if isVideo, protection.key == nil { tellOfPlainVideo(summary, at: now) }
        message.set(.remoteIpAddr, to: line.phonePort.address)
        message.set(.remotePortNumber, to: UInt32(line.phonePort.port))
        if let remote, let call = calls[place.call] {
            events.append(
                .skinny(
                    .channel(
                        summary, from: line.phonePort.address, call.phoneInterface, to: remote.address,
                        call.farInterface)), at: now)
        }
        settleMedia(of: place.call, before, at: now)
        return .pass
    }

    /// Both legs of a session are one worker's: the port toward the phone, of which it learns only now, is of the class of
    /// the port that it meets.
    private mutating func findPhonePort(
        of line: inout MediaLine, at place: CallTable.LinePlace, meeting remote: Endpoint?
    ) -> Bool {
        guard let call = calls[place.call] else { return false }
        let partner = remote.flatMap { calls.line(at: $0) }.flatMap { $0 == place ? nil : self[$0] }
        let wanted = MediaPorts.residue(of: (partner?.phonePort ?? line.farPort).port)
        guard MediaPorts.residue(of: line.phonePort.port) != wanted else { return true }
        guard let port = mediaPorts.take(on: call.phoneInterface, of: wanted) else { return false }
        mediaPorts.give(back: line.phonePort)
        line.phonePort = port
        return true
    }

    /// What both directions of a channel say alike.
    private func agree(_ message: SkinnyMessage, on line: inout MediaLine, of stream: SignallingStream) {
        guard let channel = line.channel else { return }
        line.isOn = channel.receives || channel.transmits
        line.phone.terms?.sends = channel.transmits
        line.phone.terms?.receives = channel.receives
        line.far.terms?.sends = channel.receives
        line.far.terms?.receives = channel.transmits
        guard let codec = message.number(.compressionType).map({ SkinnyCodec($0) }) else { return }
        line.phone.terms?.clockRate = codec.clockRate
        line.far.terms?.clockRate = codec.clockRate
        let policy = services.services[stream.service].skinnyPolicy
        guard policy.rtpConformance?.enforcesPayloadType == true, let type = codec.payloadType else { return }
        let digits = message.number(.rfc2833PayloadType).flatMap { $0 == 0 ? nil : UInt8(exactly: $0) }
        line.phone.terms?.payloadTypes = [type] + (digits.map { [$0] } ?? [])
    }

    /// CloseReceiveChannel, StopMediaTransmission: the port may stay for a next channel of the same number.
    private mutating func stop(
        _ message: SkinnyMessage, _ direction: WritableKeyPath<SkinnyChannel, Bool>, of stream: SignallingStream,
        at now: Timestamp
    ) {
        guard let place = findChannel(message, of: stream), var line = self[place] else { return }
        let before = partners(of: place.call)
        line.channel?[keyPath: direction] = false
        agree(message, on: &line, of: stream)
        if direction == \.transmits {
            line.phone.terms?.key = nil
            line.far.sends = nil
            line.far.terms?.peer = nil
        } else {
            line.phone.sends = nil
            line.far.terms?.key = nil
        }
        self[place] = line
        calls[place.call]?.lastSeen = now
        if !line.isOn, message.number(.portHandlingFlag) ?? 0 != 1 { endLine(place.line, of: place.call, at: now) }
        settleMedia(of: place.call, before, at: now)
    }

    // MARK: From the phone

    /// OpenReceiveChannelAck and StartMediaTransmissionAck: the server learns of the box's port, never of the phone's.
    private mutating func acknowledge(
        _ message: inout SkinnyMessage, _ field: SkinnyField, _ summary: SkinnyMessageSummary,
        of stream: SignallingStream, at now: Timestamp
    ) -> SkinnyDecision {
        guard let place = findChannel(message, of: stream), var line = self[place] else {
            return .drop("it answers to no channel that is open")
        }
        let isReceiving = field == .ipAddr
        if message.number(.status) ?? 0 != 0 {
            stop(message, isReceiving ? \.receives : \.transmits, of: stream, at: now)
            message.set(field, to: .anyV4)
            message.set(.portNumber, to: 0)
            return .pass
        }
        if isReceiving {
            let told = Self.endpoint(message, .ipAddr, .portNumber)
            // What it says of itself counts only where it is known to be; elsewhere its packets show where they come from.
            line.phone.terms?.peer = told?.address == stream.phone.address ? told : nil
            self[place] = line
        }
        message.set(field, to: line.farPort.address)
        message.set(.portNumber, to: UInt32(line.farPort.port))
        if isReceiving, let call = calls[place.call] {
            events.append(
                .skinny(
                    .channel(
                        summary, from: line.farPort.address, call.farInterface, to: stream.phone.address,
                        call.phoneInterface)), at: now)
        }
        settleMedia(of: place.call, at: now)
        return .pass
    }

    /// MediaTransmissionFailure names where the phone was told to send: for the server that is where it said so.
    private mutating func failTransmission(
        _ message: inout SkinnyMessage, of stream: SignallingStream, at now: Timestamp
    ) -> SkinnyDecision {
        guard let place = findChannel(message, of: stream), let line = self[place] else {
            return .drop("it is about no channel that is open")
        }
        let remote = line.far.terms?.peer
        message.set(.remoteIpAddr, to: remote?.address ?? .anyV4)
        message.set(.remotePortNumber, to: UInt32(remote?.port ?? 0))
        return .pass
    }

    // MARK: Ports that are asked for before a channel is opened

    private mutating func requestPort(
        _ message: SkinnyMessage, of stream: SignallingStream, at now: Timestamp
    ) -> SkinnyDecision {
        // 1: audio; 2, 4: video. Others carry no RTP that the box knows of.
        let type = message.number(.mediaType) ?? 1
        guard [1, 2, 4].contains(type), message.number(.mediaTransportType) ?? 1 <= 1 else {
            return .drop("its media is no RTP")
        }
        switch makeChannel(message, isVideo: type != 1, of: stream, at: now) {
        case .made: return .pass
        case .refused(let why): return .drop(why)
        }
    }

    private func tellPort(_ message: inout SkinnyMessage, of stream: SignallingStream) -> SkinnyDecision {
        guard let place = findChannel(message, of: stream), let line = calls[place.call]?.lines[place.line] else {
            return .drop("it answers to no channel that is asked for")
        }
        message.set(.ipAddr, to: line.farPort.address)
        message.set(.portNumber, to: UInt32(line.farPort.port))
        message.set(.rtcpPortNumber, to: UInt32(line.farPort.port) + 1)
        return .pass
    }

    // MARK: What can not be

    /// The phone does not hear of the channel, and the server that there is none.
    private func refuseChannel(_ message: SkinnyMessage, _ why: String) -> SkinnyDecision {
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

    private mutating func tellOfPlainVideo(_ summary: SkinnyMessageSummary, at now: Timestamp) {
        events.append(
            .skinny(.noted(summary, "video is not encrypted: Skinny phones have no keys for it")), at: now)
    }

    private static func endpoint(
        _ message: SkinnyMessage, _ address: SkinnyField, _ port: SkinnyField
    ) -> Endpoint? {
        guard let address = message.address(address), !address.isUnspecified, let port = message.port(port), port > 0
        else { return nil }
        return Endpoint(address, port)
    }
}
