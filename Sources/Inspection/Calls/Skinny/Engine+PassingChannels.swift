import Wire

/// Media channels of phones without a phone proxy: media goes from end to end, and what both ends of a channel are known by
/// is let through. Each message names every host as its receiver knows it.
extension Engine {
    mutating func followPassingChannel(
        _ message: inout SkinnyMessage, _ summary: SkinnyMessageSummary, of stream: SignallingStream,
        at now: Timestamp
    ) -> SkinnyDecision {
        // What a side says counts as that side knows it.
        if case .refused(let why) = notePassing(message, summary, of: stream, at: now) {
            return refuseChannel(message, why)
        }
        rename(&message, hostNames(of: stream, from: message.id.isFromPhone ? .phone : .server))
        return .pass
    }

    private mutating func notePassing(
        _ message: SkinnyMessage, _ summary: SkinnyMessageSummary, of stream: SignallingStream, at now: Timestamp
    ) -> ChannelMaking<Void> {
        switch message.id {
        case .openReceiveChannel, .openMultiMediaReceiveChannel:
            return open(message, summary, of: stream, at: now) { line in
                line.channel?.receives = true
                line.farSource = message.address(.sourceIpAddr).flatMap { $0.isUnspecified ? nil : $0 }
                line.phone.payloadTypes = Self.payloadTypes(message)
            }
        case .startMediaTransmission, .startMultiMediaTransmission:
            return open(message, summary, of: stream, at: now) { line in
                line.channel?.transmits = true
                line.far.peer = Self.endpoint(message, .remoteIpAddr, .remotePortNumber)
                line.far.payloadTypes = Self.payloadTypes(message)
            }
        case .portReq: return open(message, summary, of: stream, at: now) { _ in }
        case .openReceiveChannelAck, .openMultiMediaReceiveChannelAck, .portRes:
            if message.number(.status) ?? 0 != 0 { return stop(message, summary, \.receives, of: stream, at: now) }
            change(message, summary, of: stream, at: now) { line in
                line.phone.peer = Self.ownEndpoint(message, .portNumber, of: stream)
                line.phone.controlPeer = Self.ownEndpoint(message, .rtcpPortNumber, of: stream)
            }
        case .startMediaTransmissionAck, .startMultiMediaTransmissionAck:
            if message.number(.status) ?? 0 != 0 { return stop(message, summary, \.transmits, of: stream, at: now) }
        case .closeReceiveChannel, .closeMultiMediaReceiveChannel:
            return stop(message, summary, \.receives, of: stream, at: now)
        case .stopMediaTransmission, .stopMultiMediaTransmission:
            return stop(message, summary, \.transmits, of: stream, at: now)
        case .portClose: return stop(message, summary, nil, of: stream, at: now)
        default: break
        }
        return .made(())
    }

    // MARK: Lines

    /// A message that opens a direction of a channel, or is the first of it.
    private mutating func open(
        _ message: SkinnyMessage, _ summary: SkinnyMessageSummary, of stream: SignallingStream, at now: Timestamp,
        _ change: (inout PassingLine) -> Void
    ) -> ChannelMaking<Void> {
        if findChannel(message, of: stream) == nil {
            let mediaType = message.number(.mediaType) ?? 1
            let isVideo =
                message.id == .openMultiMediaReceiveChannel || message.id == .startMultiMediaTransmission
                || mediaType != 1
            switch placeChannel(message, isVideo: isVideo, of: stream, at: now) {
            case .made(let new): enter(new, of: stream)
            case .refused(let why): return .refused(why)
            }
        }
        self.change(message, summary, of: stream, at: now, change)
        return .made(())
    }

    private mutating func enter(_ new: NewChannel, of stream: SignallingStream) {
        let terms = MediaTerms(profile: .rtpAVP, sends: false, receives: false)
        let line = PassingLine(
            kind: new.channel.isVideo ? .video : .audio, channel: new.channel, phone: terms, far: terms,
            phoneSource: stream.phone.address)
        if new.line == calls[new.call]?.passing?.lines.count { calls[new.call]?.passing?.lines.append(nil) }
        calls[new.call]?.passing?.lines[new.line] = line
    }

    /// Changes the line that a message is about, if there is one, and lets through what follows from it.
    private mutating func change(
        _ message: SkinnyMessage, _ summary: SkinnyMessageSummary, of stream: SignallingStream, at now: Timestamp,
        _ change: (inout PassingLine) -> Void
    ) {
        guard let place = findChannel(message, of: stream), var line = calls[place.call]?.passing?.lines[place.line]
        else { return }
        change(&line)
        line.phone.sends = line.channel?.transmits ?? false
        line.phone.receives = line.channel?.receives ?? false
        line.far.sends = line.phone.receives
        line.far.receives = line.phone.sends
        calls[place.call]?.passing?.lines[place.line] = line
        calls[place.call]?.lastSeen = now
        settle(place.call, summary, of: stream, at: now)
    }

    /// Ends one direction of a channel, or both. The port may stay for a next channel of the same number.
    private mutating func stop(
        _ message: SkinnyMessage, _ summary: SkinnyMessageSummary,
        _ direction: WritableKeyPath<SkinnyChannel, Bool>?, of stream: SignallingStream, at now: Timestamp
    ) -> ChannelMaking<Void> {
        guard let place = findChannel(message, of: stream) else { return .made(()) }
        change(message, summary, of: stream, at: now) { line in
            if direction != \.transmits {
                line.channel?.receives = false
                line.farSource = nil
            }
            if direction != \.receives {
                line.channel?.transmits = false
                line.far.peer = nil
            }
        }
        guard let line = calls[place.call]?.passing?.lines[place.line], !line.isOn else { return .made(()) }
        closeMedia(line, at: now)
        let isKept = direction != nil && message.number(.portHandlingFlag) == 1
        calls[place.call]?.passing?.lines[place.line]?.rtp = nil
        calls[place.call]?.passing?.lines[place.line]?.control = nil
        if !isKept { calls[place.call]?.passing?.lines[place.line] = nil }
        return .made(())
    }

    private mutating func settle(
        _ id: SlabID, _ summary: SkinnyMessageSummary, of stream: SignallingStream, at now: Timestamp
    ) {
        settlePassing(
            id,
            MediaDemands(conformance: stream.service.skinnyPolicy.rtpConformance, message: summary.id.label), at: now)
    }

    // MARK: What messages say

    /// What a phone says of itself counts only where it is known to be.
    private static func ownEndpoint(
        _ message: SkinnyMessage, _ port: SkinnyField, of stream: SignallingStream
    ) -> Endpoint? {
        endpoint(message, .ipAddr, port).flatMap { $0.address == stream.phone.address ? $0 : nil }
    }

    private static func payloadTypes(_ message: SkinnyMessage) -> [UInt8] {
        guard let type = message.number(.compressionType).flatMap({ SkinnyCodec($0).payloadType }) else { return [] }
        let digits = message.number(.rfc2833PayloadType).flatMap { 1..<128 ~= $0 ? UInt8($0) : nil }
        return [type] + (digits.map { [$0] } ?? [])
    }
}
