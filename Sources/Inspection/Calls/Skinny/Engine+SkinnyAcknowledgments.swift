import Wire

/// What a phone says of its media: where it takes it, and from where it sends. The server learns of the box's ports, never of
/// the phone's.
extension Engine {
    /// OpenReceiveChannelAck and StartMediaTransmissionAck: the server learns of the box's port, never of the phone's.
    mutating func acknowledge(
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
    mutating func failTransmission(
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

    mutating func requestPort(
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

    func tellPort(_ message: inout SkinnyMessage, of stream: SignallingStream) -> SkinnyDecision {
        guard let place = findChannel(message, of: stream), let line = calls[place.call]?.lines[place.line] else {
            return .drop("it answers to no channel that is asked for")
        }
        message.set(.ipAddr, to: line.farPort.address)
        message.set(.portNumber, to: UInt32(line.farPort.port))
        message.set(.rtcpPortNumber, to: UInt32(line.farPort.port) + 1)
        return .pass
    }
}
