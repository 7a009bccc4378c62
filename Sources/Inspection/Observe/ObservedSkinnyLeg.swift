import Wire

/// One phone's part in a call, as the messages to it and from it tell.
struct ObservedSkinnyLeg: Sendable {
    let phone: Endpoint
    let server: Endpoint
    /// `nil` of servers that give none.
    let reference: UInt32?
    let start: Timestamp
    var end: Timestamp?
    var state = ObservedCall.State.initiating
    var from = ""
    var to = ""
    var isOutbound = false
    private(set) var channels: [Channel] = []

    struct Channel: Sendable {
        var isVideo: Bool
        var conference: UInt32?
        var party: UInt32?
        var reference: UInt32?
        /// Where the phone takes media, or sends it from.
        var local: Endpoint?
        var remote: Endpoint?
        var codec: SkinnyCodec?
        var isSecured = false
    }

    private static let channelLimit = 64

    init(phone: Endpoint, server: Endpoint, reference: UInt32?, start: Timestamp) {
        self.phone = phone
        self.server = server
        self.reference = reference
        self.start = start
    }

    // MARK: State

    mutating func take(_ told: SkinnyCallState?, at now: Timestamp) {
        switch told {
        case .onHook: end(at: now)
        case .ringOut, .ringIn: if state == .initiating { state = .ringing }
        case .connected: state = .active
        case .busy, .congestion, .invalidNumber: if state != .active { state = .refused }
        default: return
        }
    }

    mutating func end(at now: Timestamp) {
        guard end == nil else { return }
        end = now
        switch state {
        case .active: state = .ended
        case .initiating, .ringing: state = .cancelled
        default: return
        }
    }

    // MARK: Media

    func belongs(to conference: UInt32) -> Bool {
        reference == conference || channels.contains { $0.conference == conference }
    }

    func has(party: UInt32?, _ reference: UInt32?) -> Bool { place(party, reference) != nil }

    /// One direction may leave out the reference, or have none.
    private func place(_ party: UInt32?, _ reference: UInt32?) -> Int? {
        channels.lastIndex { channel in
            guard channel.party == party else { return false }
            guard let reference, reference != 0, let own = channel.reference, own != 0 else { return true }
            return reference == own
        }
    }

    /// Takes a message about a channel; where media goes by it, if it says that.
    mutating func take(media message: SkinnyMessage, _ ownEnd: Endpoint?) -> MediaAnnouncement? {
        let (party, reference) = (message.number(.passThroughPartyId), message.number(.callReference))
        guard let place = place(party, reference) ?? add(message, ownEnd) else { return nil }
        if let codec = message.number(.compressionType) { channels[place].codec = SkinnyCodec(codec) }
        if case .key = message.encryption { channels[place].isSecured = true }
        if case .unusable = message.encryption { channels[place].isSecured = true }
        var told: Endpoint?
        switch message.id {
        case .openReceiveChannelAck, .openMultiMediaReceiveChannelAck:
            told = Self.endpoint(message, .ipAddr, .portNumber)
            channels[place].local = told ?? channels[place].local
        case .startMediaTransmission, .startMultiMediaTransmission:
            told = Self.endpoint(message, .remoteIpAddr, .remotePortNumber)
            channels[place].remote = told ?? channels[place].remote
        case .startMediaTransmissionAck, .startMultiMediaTransmissionAck:
            told = Self.endpoint(message, .transmitIpAddr, .portNumber)
            if channels[place].local == nil { channels[place].local = told }
        default: return nil
        }
        let channel = channels[place]
        return told.map {
            MediaAnnouncement(
                kind: channel.kind, $0, channel.codec ?? SkinnyCodec(0), isSecured: channel.isSecured)
        }
    }

    private mutating func add(_ message: SkinnyMessage, _ ownEnd: Endpoint?) -> Int? {
        guard channels.count < Self.channelLimit else { return nil }
        let isVideo = [
            SkinnyMessageID.openMultiMediaReceiveChannel, .openMultiMediaReceiveChannelAck,
            .startMultiMediaTransmission, .startMultiMediaTransmissionAck,
        ].contains(message.id)
        let party = message.number(.passThroughPartyId)
        channels.append(
            Channel(
                isVideo: isVideo, conference: message.number(.conferenceId), party: party,
                reference: message.number(.callReference), local: party == nil ? ownEnd : nil))
        return channels.count - 1
    }

    private static func endpoint(
        _ message: SkinnyMessage, _ address: SkinnyField, _ port: SkinnyField
    ) -> Endpoint? {
        guard let address = message.address(address), !address.isUnspecified, let port = message.port(port), port > 0
        else { return nil }
        return Endpoint(address, port)
    }
}

extension ObservedSkinnyLeg.Channel {
    var kind: String { isVideo ? "video" : "audio" }

    var media: ObservedMedia {
        ObservedMedia(
            kind: kind, local: local, remote: remote, profile: isSecured ? "RTP/SAVP" : "RTP/AVP",
            payloadTypes: codec?.payloadType.map { [$0] } ?? [])
    }
}

// MARK: Calls

extension ObservedSkinnyLeg {
    /// How many calls back another phone's part of a call is looked for.
    private static let reach = 256

    /// The calls that legs make: each phone of a call has one.
    static func calls(of legs: [ObservedSkinnyLeg]) -> [ObservedCall] {
        var groups: [[ObservedSkinnyLeg]] = []
        for leg in legs {
            let recent = groups.indices.suffix(reach)
            if let known = recent.first(where: { groups[$0].count == 1 && groups[$0][0].meets(leg) }) {
                groups[known].append(leg)
            } else {
                groups.append([leg])
            }
        }
        return groups.map { call(of: $0) }
    }

    /// Two phones' parts of one call: with one reference, with media from one to the other, or between the same numbers at
    /// one time, one calling and the other called.
    private func meets(_ other: ObservedSkinnyLeg) -> Bool {
        guard server == other.server, phone != other.phone, overlaps(other) else { return false }
        if let reference, reference == other.reference { return true }
        if sends(to: other) || other.sends(to: self) { return true }
        return !from.isEmpty && !to.isEmpty && from == other.from && to == other.to && isOutbound != other.isOutbound
    }

    private func overlaps(_ other: ObservedSkinnyLeg) -> Bool {
        (end.map { $0 >= other.start } ?? true) && (other.end.map { $0 >= start } ?? true)
    }

    private func sends(to other: ObservedSkinnyLeg) -> Bool {
        channels.contains { own in own.remote != nil && other.channels.contains { $0.local == own.remote } }
    }

    /// From the caller's side, if both are known.
    private static func call(of legs: [ObservedSkinnyLeg]) -> ObservedCall {
        let caller = legs.first(where: \.isOutbound) ?? legs[0]
        let number = caller.reference.map { String($0) } ?? "-"
        var call = ObservedCall(
            id: "\(number)@\(caller.server)", from: caller.from, to: caller.to,
            start: legs.map(\.start).min() ?? caller.start)
        call.signalling = .skinny
        // Whose other party is gone is alone.
        let isOver = legs.contains { $0.end != nil }
        call.end = isOver ? legs.compactMap(\.end).max() : nil
        let states = legs.map(\.state)
        let order: [ObservedCall.State] =
            isOver ? [.ended, .refused, .cancelled] : [.active, .ringing, .initiating, .ended, .refused, .cancelled]
        call.state = order.first { states.contains($0) } ?? caller.state
        call.media = caller.channels.map(\.media)
        return call
    }
}
