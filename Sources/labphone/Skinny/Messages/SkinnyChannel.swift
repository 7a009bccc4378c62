import Wire

/// Which stream of which call a media message is about.
struct SkinnyStream: Equatable {
    var conference: UInt32 = 0
    /// passThroughPartyId; some call managers leave it 0.
    var party: UInt32 = 0
    var callReference: UInt32 = 0
}

/// OpenReceiveChannel: the phone is to open a port.
struct OpenReceiveChannel {
    var stream: SkinnyStream
    var milliseconds: UInt32 = 20
    var codec: UInt32 = SkinnyCodec.muLaw
    var key = SkinnyKey.Block.none
    /// Where the far end will send from, as far as the call manager knows.
    var source = Endpoint(.anyV4, 0)

    init(_ stream: SkinnyStream) { self.stream = stream }

    init(_ body: SkinnyReader) {
        stream = SkinnyStream(
            conference: body.number(at: 0), party: body.number(at: 4), callReference: body.number(at: 24))
        milliseconds = body.number(at: 8)
        codec = body.number(at: 12)
        key = SkinnyKey.read(body, at: 28)
    }

    /// Version 3 has neither the call nor a key, 5 a shorter key and nothing behind it, 11 more behind it, and so on.
    func body(version: UInt32) -> [UInt8] {
        var writer = SkinnyWriter()
        for value in [stream.conference, stream.party, milliseconds, codec, 0, 0] { writer.number(value) }
        guard version >= 5 else { return writer.bytes }
        writer.number(stream.callReference)
        SkinnyKey.write(key.key, to: &writer, version: version)
        guard version >= 6 else { return writer.bytes }
        // streamPassThroughId, associatedStreamId, RFC2833PayloadType, dtmfType
        for value in [0, 0, 101, 10] as [UInt32] { writer.number(value) }
        guard version >= 11 else { return writer.bytes }
        // mixingMode, partyDirection
        writer.zeros(8)
        writer.address(source.address, version: version)
        writer.number(UInt32(source.port))
        // requestedIpAddrType, audioLevelAdjustment, latentCaps
        if version >= 16 { writer.zeros(4) }
        if version >= 17 { writer.zeros(4) }
        if version >= 21 { writer.zeros(36) }
        return writer.bytes
    }
}

extension SkinnyKey.Block {
    /// The key, when there is one.
    var key: SkinnyKey? { if case .key(let key) = self { key } else { nil } }

    init(_ key: SkinnyKey?) { self = key.map { .key($0) } ?? .none }
}

enum SkinnyCodec {
    static let muLaw: UInt32 = 4
}

/// OpenReceiveChannelAck: the port that the phone has opened.
struct OpenReceiveChannelAck: Equatable {
    var status: UInt32 = 0
    var receiver: Endpoint
    var party: UInt32
    var callReference: UInt32 = 0

    init(status: UInt32 = 0, receiver: Endpoint, _ stream: SkinnyStream) {
        self.status = status
        self.receiver = receiver
        party = stream.party
        callReference = stream.callReference
    }

    /// A body of 36 bytes has the long address, whatever the version.
    init(_ body: SkinnyReader) {
        let shift = body.bytes.count >= 36 ? 16 : 0
        status = body.number(at: 0)
        receiver = Endpoint(
            body.address(at: shift > 0 ? 8 : 4), UInt16(truncatingIfNeeded: body.number(at: 8 + shift)))
        party = body.number(at: 12 + shift)
        callReference = body.number(at: 16 + shift)
    }

    func body(version: UInt32) -> [UInt8] {
        var writer = SkinnyWriter()
        writer.number(status)
        writer.address(receiver.address, version: version)
        writer.number(UInt32(receiver.port))
        writer.number(party)
        if version >= 6 { writer.number(callReference) }
        return writer.bytes
    }
}

/// CloseReceiveChannel and StopMediaTransmission.
struct ChannelEnd {
    var stream: SkinnyStream

    init(_ stream: SkinnyStream) { self.stream = stream }

    init(_ body: SkinnyReader) {
        stream = SkinnyStream(
            conference: body.number(at: 0), party: body.number(at: 4), callReference: body.number(at: 8))
    }

    func body(version: UInt32) -> [UInt8] {
        var writer = SkinnyWriter()
        writer.number(stream.conference)
        writer.number(stream.party)
        guard version >= 5 else { return writer.bytes }
        writer.number(stream.callReference)
        // portHandlingFlag: close
        if version >= 6 { writer.number(0) }
        return writer.bytes
    }
}
