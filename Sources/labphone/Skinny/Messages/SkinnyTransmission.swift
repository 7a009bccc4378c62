import Wire

/// StartMediaTransmission: where the phone is to send to.
struct StartMediaTransmission {
    /// Whose voice goes over the stream, when it is not the call itself but a copy for a recorder.
    enum Part: UInt32 { case call, near, far }

    var stream: SkinnyStream
    var remote: Endpoint
    var milliseconds: UInt32 = 20
    var codec: UInt32 = SkinnyCodec.muLaw
    var key = SkinnyKey.Block.none
    var part = Part.call

    init(_ stream: SkinnyStream, to remote: Endpoint) {
        self.stream = stream
        self.remote = remote
    }

    /// A body of 132 bytes or more has the long address.
    init(_ body: SkinnyReader) {
        let shift = body.bytes.count >= 132 ? 16 : 0
        stream = SkinnyStream(
            conference: body.number(at: 0), party: body.number(at: 4), callReference: body.number(at: 40 + shift))
        remote = Endpoint(
            body.address(at: shift > 0 ? 12 : 8), UInt16(truncatingIfNeeded: body.number(at: 12 + shift)))
        milliseconds = body.number(at: 16 + shift)
        codec = body.number(at: 20 + shift)
        key = SkinnyKey.read(body, at: 44 + shift)
        if body.number(at: 108 + shift) == 1 { part = Part(rawValue: body.number(at: 112 + shift)) ?? .call }
    }

    func body(version: UInt32) -> [UInt8] {
        var writer = SkinnyWriter()
        writer.number(stream.conference)
        writer.number(stream.party)
        writer.address(remote.address, version: version)
        // precedenceValue is the TOS byte; ssValue and maxFramesPerPacket are 0, and so are the codec's parameters.
        for value in [UInt32(remote.port), milliseconds, codec, 0xb8, 0, 0, 0] { writer.number(value) }
        guard version >= 5 else { return writer.bytes }
        writer.number(stream.callReference)
        SkinnyKey.write(key.key, to: &writer, version: version)
        guard version >= 6 else { return writer.bytes }
        for value in [0, 0, 101, 10] as [UInt32] { writer.number(value) }
        // mixingMode, partyDirection
        writer.number(part == .call ? 0 : 1)
        writer.number(part.rawValue)
        if version >= 21 { writer.zeros(36) }
        return writer.bytes
    }
}

/// StartMediaTransmissionAck: where the phone sends from.
struct StartMediaTransmissionAck: Equatable {
    var stream: SkinnyStream
    var source: Endpoint
    var status: UInt32 = 0

    init(_ stream: SkinnyStream, from source: Endpoint, status: UInt32 = 0) {
        self.stream = stream
        self.source = source
        self.status = status
    }

    init(_ body: SkinnyReader) {
        let shift = body.bytes.count >= 40 ? 16 : 0
        stream = SkinnyStream(
            conference: body.number(at: 0), party: body.number(at: 4), callReference: body.number(at: 8))
        source = Endpoint(
            body.address(at: shift > 0 ? 16 : 12), UInt16(truncatingIfNeeded: body.number(at: 16 + shift)))
        status = body.number(at: 20 + shift)
    }

    func body(version: UInt32) -> [UInt8] {
        var writer = SkinnyWriter()
        for value in [stream.conference, stream.party, stream.callReference] { writer.number(value) }
        writer.address(source.address, version: version)
        writer.number(UInt32(source.port))
        writer.number(status)
        return writer.bytes
    }
}
