import Wire

/// Register: who the phone is, and the newest version it speaks.
struct SkinnyRegister {
    var device: String
    var address: IPAddress
    var version: UInt8
    /// A 7960's, like that of the lab's certificates.
    var type: UInt32 = 7

    init(device: String, address: IPAddress, version: UInt8) {
        self.device = device
        self.address = address
        self.version = version
    }

    init(_ body: SkinnyReader) {
        device = body.text(at: 0, 16)
        address = body.address(at: 24)
        type = body.number(at: 28)
        version = body.octet(at: 40)
    }

    var body: [UInt8] {
        var writer = SkinnyWriter()
        writer.text(device, 16)
        // stationUserId, stationInstance
        writer.number(0)
        writer.number(1)
        writer.address(address, version: 0)
        // deviceType, maxStreams, activeStreams
        for value in [type, 5, 0] { writer.number(value) }
        writer.raw([version, 0])
        // phoneFeatures, maxConferences, activeConferences
        writer.half(0x8572)
        writer.zeros(8)
        writer.raw(Self.macAddress(device))
        // ipV4AddressScope, maxNumberOfLines, stationIpV6Addr, ipV6AddressScope
        writer.number(0)
        writer.number(1)
        writer.zeros(20)
        writer.text("labphone", 32)
        return writer.bytes
    }

    /// Six bytes from `SEP` and twelve digits, and six that are 0.
    private static func macAddress(_ device: String) -> [UInt8] {
        let digits = device.dropFirst(3).compactMap { $0.hexDigitValue.map { UInt8($0) } }
        guard digits.count == 12 else { return [UInt8](repeating: 0, count: 12) }
        return stride(from: 0, to: 12, by: 2).map { digits[$0] << 4 | digits[$0 + 1] } + [UInt8](repeating: 0, count: 6)
    }
}

/// RegisterAck: how often the phone is to say that it lives, and the newest version that the call manager speaks.
struct SkinnyRegisterAck: Equatable {
    /// Seconds.
    var keepAlive: UInt32
    var secondaryKeepAlive: UInt32
    var version: UInt8

    init(keepAlive: UInt32, secondaryKeepAlive: UInt32, version: UInt8) {
        self.keepAlive = keepAlive
        self.secondaryKeepAlive = secondaryKeepAlive
        self.version = version
    }

    init(_ body: SkinnyReader) {
        keepAlive = body.number(at: 0)
        secondaryKeepAlive = body.number(at: 12)
        version = body.octet(at: 16)
    }

    var body: [UInt8] {
        var writer = SkinnyWriter()
        writer.number(keepAlive)
        writer.text("M/D/Y", 6)
        writer.half(0)
        writer.number(secondaryKeepAlive)
        writer.raw([version, 0, 0, 0])
        return writer.bytes
    }
}

/// RegisterTokenReq: a phone that is registered elsewhere asks whether it may come (back).
struct SkinnyTokenRequest {
    var device: String
    var address: IPAddress

    init(device: String, address: IPAddress) {
        self.device = device
        self.address = address
    }

    init(_ body: SkinnyReader) {
        device = body.text(at: 0, 16)
        address = body.address(at: 24)
    }

    var body: [UInt8] {
        var writer = SkinnyWriter()
        writer.text(device, 16)
        writer.number(0)
        writer.number(1)
        writer.address(address, version: 0)
        writer.number(7)
        writer.zeros(20)
        return writer.bytes
    }
}
