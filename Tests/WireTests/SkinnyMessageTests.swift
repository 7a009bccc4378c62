import TestSupport
import Testing
import Wire

@Suite("Skinny messages")
struct SkinnyMessageTests {
    private func read(_ bytes: SkinnyBytes, negotiated: UInt8? = nil) throws -> SkinnyMessage {
        try SkinnyMessage.read(bytes.all.span, negotiated: negotiated)
    }

    /// Where the fields stand that are changed, from the start of the body, by hand from the protocol's tables: the
    /// message, a length, the version agreed on, and the offsets.
    struct Place: Sendable, CustomTestStringConvertible {
        var id: SkinnyMessageID
        var length: Int
        var version: UInt8
        var offsets: [SkinnyField: Int]
        var testDescription: String { "\(id.label) \(length) v\(version)" }
    }

    static let places = [
        Place(
            id: .register, length: 128, version: 11,
            offsets: [.stationIpAddr: 24, .protocolVer: 40, .stationIpV6Addr: 72]),
        Place(id: .registerAck, length: 24, version: 0, offsets: [.keepAliveInterval: 0, .protocolVer: 16]),
        Place(id: .registerTokenReq, length: 56, version: 0, offsets: [.stationIpAddr: 24, .stationIpV6Addr: 32]),
        Place(
            id: .serverRes, length: 284, version: 8,
            offsets: [.serverName: 0, .serverTcpListenPort: 240, .serverIpAddr: 260]),
        Place(id: .serverRes, length: 364, version: 17, offsets: [.serverTcpListenPort: 240, .serverIpAddr: 260]),
        Place(
            id: .openReceiveChannel, length: 72, version: 5,
            offsets: [.callReference: 24, .algorithmID: 28, .key: 36, .salt: 52]),
        Place(
            id: .openReceiveChannel, length: 112, version: 11,
            offsets: [.salt: 52, .sourceIpAddr: 100, .sourcePortNumber: 104]),
        Place(
            id: .openReceiveChannel, length: 116, version: 16, offsets: [.sourceIpAddr: 100, .sourcePortNumber: 104]),
        Place(
            id: .openReceiveChannel, length: 136, version: 17, offsets: [.sourceIpAddr: 100, .sourcePortNumber: 120]),
        Place(
            id: .openReceiveChannel, length: 172, version: 22, offsets: [.sourceIpAddr: 100, .sourcePortNumber: 120]),
        Place(
            id: .openReceiveChannelAck, length: 20, version: 5,
            offsets: [.ipAddr: 4, .portNumber: 8, .passThroughPartyId: 12]),
        Place(
            id: .openReceiveChannelAck, length: 24, version: 11,
            offsets: [.ipAddr: 4, .portNumber: 8, .callReference: 16]),
        Place(
            id: .openReceiveChannelAck, length: 40, version: 20,
            offsets: [.ipAddr: 4, .portNumber: 24, .passThroughPartyId: 28, .callReference: 32]),
        Place(
            id: .startMediaTransmission, length: 88, version: 5,
            offsets: [.remoteIpAddr: 8, .remotePortNumber: 12, .callReference: 40, .algorithmID: 44, .salt: 68]),
        Place(
            id: .startMediaTransmission, length: 120, version: 11,
            offsets: [.remoteIpAddr: 8, .remotePortNumber: 12, .algorithmID: 44]),
        Place(
            id: .startMediaTransmission, length: 136, version: 20,
            offsets: [.remoteIpAddr: 8, .remotePortNumber: 28, .callReference: 56, .algorithmID: 60, .salt: 84]),
        Place(
            id: .startMediaTransmission, length: 172, version: 22,
            offsets: [.remoteIpAddr: 8, .remotePortNumber: 28, .algorithmID: 60]),
        Place(id: .startMediaTransmissionAck, length: 28, version: 8, offsets: [.transmitIpAddr: 12, .portNumber: 16]),
        Place(
            id: .startMediaTransmissionAck, length: 44, version: 17,
            offsets: [.transmitIpAddr: 12, .portNumber: 32, .status: 36]),
        Place(
            id: .mediaTransmissionFailure, length: 24, version: 8,
            offsets: [.remoteIpAddr: 8, .remotePortNumber: 12, .callReference: 16]),
        Place(
            id: .mediaTransmissionFailure, length: 40, version: 17,
            offsets: [.remoteIpAddr: 8, .remotePortNumber: 28, .callReference: 32]),
        Place(
            id: .openMultiMediaReceiveChannel, length: 176, version: 11,
            offsets: [.algorithmID: 108, .sourceIpAddr: 164, .sourcePortNumber: 168]),
        Place(
            id: .openMultiMediaReceiveChannel, length: 196, version: 17,
            offsets: [.algorithmID: 108, .sourceIpAddr: 164, .sourcePortNumber: 184]),
        Place(id: .openMultiMediaReceiveChannelAck, length: 40, version: 17, offsets: [.ipAddr: 4, .portNumber: 24]),
        Place(
            id: .startMultiMediaTransmission, length: 172, version: 11,
            offsets: [.remoteIpAddr: 12, .remotePortNumber: 16, .callReference: 20, .algorithmID: 112]),
        Place(
            id: .startMultiMediaTransmission, length: 188, version: 17,
            offsets: [.remoteIpAddr: 12, .remotePortNumber: 32, .callReference: 36, .algorithmID: 128]),
        Place(
            id: .startMultiMediaTransmissionAck, length: 44, version: 17,
            offsets: [.transmitIpAddr: 12, .portNumber: 32]),
        Place(id: .portRes, length: 28, version: 8, offsets: [.ipAddr: 12, .portNumber: 16, .rtcpPortNumber: 20]),
        Place(
            id: .portRes, length: 48, version: 19,
            offsets: [.ipAddr: 12, .portNumber: 32, .rtcpPortNumber: 36, .mediaType: 40]),
        Place(id: .connectionStatisticsReq, length: 36, version: 17, offsets: [.callReference: 24]),
        Place(id: .connectionStatisticsReq, length: 40, version: 18, offsets: [.callReference: 28]),
        Place(id: .spcpRegisterTokenReq, length: 40, version: 0, offsets: [.stationIpAddr: 24]),
        Place(
            id: .callInfo, length: 388, version: 8,
            offsets: [.calledParty: 104, .callReference: 132, .callType: 136, .callSecurityStatus: 376]),
    ]

    @Test("fields stand where the protocol's tables have them, by header or by agreement", arguments: places)
    func offsets(_ place: Place) throws {
        let ways: [(UInt32, UInt8?)] = [(UInt32(place.version), nil), (0, place.version)]
        for (header, negotiated) in ways {
            let message = try read(
                SkinnyBytes(place.id.rawValue, version: header, length: place.length), negotiated: negotiated)
            for (field, offset) in place.offsets {
                #expect(message.range(of: field)?.lowerBound == offset + 12, "\(field)")
            }
        }
    }

    @Test("cut anywhere, no field reaches outside, and what is there is where it was", arguments: places)
    func truncation(_ place: Place) throws {
        let whole = SkinnyBytes(place.id.rawValue, version: UInt32(place.version), length: place.length)
        for count in 0..<whole.body.count {
            var cut = whole
            cut.body = Array(cut.body[..<count])
            var message = try read(cut)
            for field in message.fields {
                guard let range = message.range(of: field) else { continue }
                #expect(range.upperBound <= message.bytes.count)
                _ = (message.number(field), message.address(field), message.text(field))
                message.clear(field)
            }
            _ = message.encryption
            #expect(message.bytes == cut.all)
        }
    }

    @Test("for messages with addresses the length decides, whatever header and agreement say")
    func lengthWins() throws {
        let short = try read(SkinnyBytes(0x22, version: 20, length: 24, [(4, "c0000232"), (8, "36450000")]))
        #expect(short.address(.ipAddr) == IPAddress(v4: 0xc000_0232) && short.port(.portNumber) == 17_718)
        let long = SkinnyBytes(0x22, length: 40, [(4, "00000000 c0000232"), (24, "36450000")])
        #expect(try read(long, negotiated: 5).port(.portNumber) == 17_718)
        // Filled up with zeros, as one server sends it to phones of any version.
        let filled = SkinnyBytes(0x105, length: 172, [(100, "c0000232"), (104, "a00f0000")])
        #expect(try read(filled, negotiated: 11).address(.sourceIpAddr) == IPAddress(v4: 0xc000_0232))
        let wide = SkinnyBytes(0x105, length: 172, [(104, "c0000232"), (120, "a00f0000")])
        #expect(try read(wide, negotiated: 21).address(.sourceIpAddr) == IPAddress(v4: 0xc000_0232))
        // The longer list of servers goes to older phones, too.
        let servers = SkinnyBytes(0x9e, version: 11, length: 364, [(264, "c0000265")])
        #expect(try read(servers).address(.serverIpAddr, 1) == IPAddress(v4: 0xc000_0265))
    }

    @Test("CallManager 2's StartMediaTransmission is known by its length")
    func first() throws {
        let message = try read(SkinnyBytes(0x8a, length: 40, [(0, "c0000232"), (4, "36450000")]))
        #expect(message.address(.remoteIpAddr) == IPAddress(v4: 0xc000_0232))
        #expect(message.port(.remotePortNumber) == 17_718 && message.encryption == .impossible)
    }

    @Test("an address is changed in its field alone, of either family")
    func addresses() throws {
        let garbage = SkinnyBytes(
            0x8a, version: 17, length: 136, [(8, "01000000 20010db8000000010000000000000002"), (28, "36450000")])
        var message = try read(garbage)
        #expect(message.address(.remoteIpAddr) == Host.phone6)
        let changes = [message.set(.remoteIpAddr, to: Host.phone), message.set(.remotePortNumber, to: 16_384)]
        #expect(changes == [true, true])
        #expect(message.address(.remoteIpAddr) == Host.phone && message.port(.remotePortNumber) == 16_384)
        let expected = SkinnyBytes(0x8a, version: 17, length: 136, [(12, "c0000202"), (28, "00400000")])
        #expect(message.bytes == expected.all, "\(hexDifference(message.bytes, expected.all))")
        message.set(.remoteIpAddr, to: Host.server6)
        #expect(message.address(.remoteIpAddr) == Host.server6)
        var narrow = try read(SkinnyBytes(0x8a, version: 11, length: 120))
        let isChanged = narrow.set(.remoteIpAddr, to: Host.server6)
        #expect(!isChanged)
    }

    @Test("texts end at their first zero, and padding is left alone")
    func texts() throws {
        let register = SkinnyBytes(1, length: 128, [(0, "53455000 deadbeef deadbeef deadbeef"), (40, "14")])
        var message = try read(register)
        #expect(message.text(.deviceName) == Array("SEP".utf8) && message.number(.protocolVer) == 20)
        #expect(message.bytes == register.all)
        message.set(.deviceName, to: Array("SEP0011223344556677".utf8))
        #expect(message.text(.deviceName) == Array("SEP001122334455".utf8))
    }

    @Test("a key goes in and comes out, and nothing prints it")
    func keys() throws {
        let secret = (1...30).map { UInt8($0) }
        let key = try #require(SRTPMasterKey(secret, for: .aesCM128HMACSHA1x32))
        for (id, length, version) in [
            (0x105, 72, 5), (0x105, 136, 17), (0x8a, 88, 5), (0x8a, 136, 20), (0x131, 196, 17),
        ] {
            var message = try read(SkinnyBytes(UInt32(id), length: length), negotiated: UInt8(version))
            #expect(message.encryption == SkinnyMessage.Encryption.none)
            let isSet = message.setEncryption(.aesCM128HMACSHA1x32, key)
            #expect(isSet && message.encryption == .key(.aesCM128HMACSHA1x32, key))
            let start = try #require(message.range(of: .algorithmID)).lowerBound
            #expect(
                Array(message.bytes[start..<start + 40])
                    == bytes(hex: "01000000 1000 0e00") + secret + [0, 0])
            #expect(!"\(message.encryption)".contains("30"))
        }
        for (id, length) in [(0x105, 28), (0x8a, 44), (0x8a, 40)] {
            var message = try read(SkinnyBytes(UInt32(id), length: length), negotiated: 3)
            let isSet = message.setEncryption(.aesCM128HMACSHA1x32, key)
            #expect(!isSet && message.encryption == .impossible)
        }
        let odd = try read(SkinnyBytes(0x105, length: 136, [(28, "03000000 1000 0e00")]), negotiated: 17)
        #expect(odd.encryption == .unusable)
    }

    @Test("what nobody knows has a number for a name, and no fields")
    func unknown() throws {
        let bytes = SkinnyBytes(0x15b, version: 22, length: 9, [(0, "0102030405")])
        let message = try read(bytes)
        #expect(message.id.name == nil && message.id.label == "0x015b" && message.bytes == bytes.all)
        #expect(message.fields.isEmpty)
    }

    @Test("CallInfoV2's strings are one behind the other")
    func strings() throws {
        var bytes = SkinnyBytes(0x14a, version: 20, length: 36)
        bytes.body += Array("1001\0\u{0}1002".utf8)
        let message = try read(bytes)
        #expect(message.strings(upTo: 16) == [Array("1001".utf8), [], Array("1002".utf8)])
    }

    @Test("names as the protocol has them")
    func names() {
        #expect(
            SkinnyMessageID.keepAlive.name == "KeepAliveMessage" && SkinnyMessageID.register.name == "RegisterMessage")
        #expect(SkinnyMessageID.openReceiveChannelAck.name == "OpenReceiveChannelAck")
        #expect(SkinnyMessageID(0x160).name == "RecordingStatus")
    }
}
