import Wire

/// What the server has a phone do with its media: take it, send it, and stop.
extension Engine {
    /// OpenReceiveChannel: the phone is to take media, from the box.
    mutating func openChannel(
        _ message: inout SkinnyMessage, _ summary: SkinnyMessageSummary, of stream: SignallingStream,
        at now: Timestamp
    ) -> SkinnyDecision {
        let isVideo = message.id == .openMultiMediaReceiveChannel
        let (place, protection): (CallTable.LinePlace, SkinnyProtection)
        switch beginChannel(&message, isVideo: isVideo, of: stream, at: now) {
        case .made(let made): (place, protection) = made
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
    mutating func startTransmission(
        _ message: inout SkinnyMessage, _ summary: SkinnyMessageSummary, of stream: SignallingStream,
        at now: Timestamp
    ) -> SkinnyDecision {
        let isVideo = message.id == .startMultiMediaTransmission
        let (place, protection): (CallTable.LinePlace, SkinnyProtection)
        switch beginChannel(&message, isVideo: isVideo, of: stream, at: now) {
        case .made(let made): (place, protection) = made
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

    /// The channel that a message opens a direction of, and how its media is protected there.
    private mutating func beginChannel(
        _ message: inout SkinnyMessage, isVideo: Bool, of stream: SignallingStream, at now: Timestamp
    ) -> ChannelMaking<(CallTable.LinePlace, SkinnyProtection)> {
        let protection = protect(&message, isVideo: isVideo, of: stream)
        if case .refused(let why) = protection { return .refused(why) }
        switch makeChannel(message, isVideo: isVideo, of: stream, at: now) {
        case .made(let place): return .made((place, protection))
        case .refused(let why): return .refused(why)
        }
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
        let policy = stream.service.skinnyPolicy
        guard policy.rtpConformance?.enforcesPayloadType == true, let type = codec.payloadType else { return }
        let digits = message.number(.rfc2833PayloadType).flatMap { $0 == 0 ? nil : UInt8(exactly: $0) }
        line.phone.terms?.payloadTypes = [type] + (digits.map { [$0] } ?? [])
    }

    /// CloseReceiveChannel, StopMediaTransmission: the port may stay for a next channel of the same number.
    mutating func stop(
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

    private mutating func tellOfPlainVideo(_ summary: SkinnyMessageSummary, at now: Timestamp) {
        events.append(
            .skinny(.noted(summary, "video is not encrypted: Skinny phones have no keys for it")), at: now)
    }
}
