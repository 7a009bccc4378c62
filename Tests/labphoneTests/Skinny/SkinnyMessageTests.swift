import TestSupport
import Testing
import Wire

@testable import labphone

/// The messages as labphone writes them, read by tshark, field by field; all versions in one run of it, which takes a second.
@Suite("Skinny of labphone") struct SkinnyMessageTests {
    private static let versions: [UInt32] = [6, 8, 10, 11, 15, 16, 17, 18, 19, 20, 21, 22]
    private static let far = Endpoint(IPAddress(v4: 0x4540_0102), 17_718)
    private static let stream = SkinnyStream(conference: 0x11, party: 0x0100_0022, callReference: 0x33)
    private static let key = SkinnyKey(bytes: (1...30).map { UInt8($0) })
    /// As tshark prints them.
    private static let key16 = (1...16).map(String.init).joined(separator: ",")
    private static let salt14 = (17...30).map(String.init).joined(separator: ",")

    private struct Sent {
        var version: UInt32
        var kind: SkinnyKind
        var body: [UInt8]

        init(_ version: UInt32, _ kind: SkinnyKind, _ body: [UInt8]) {
            self.version = version
            self.kind = kind
            self.body = body
        }
    }

    /// What tshark finds in each message: whether it is malformed, and the fields.
    private func read(_ messages: [Sent], _ fields: [String], fromPhone: Bool = false) throws -> [[String]] {
        let builder = PacketBuilder(from: IPAddress(v4: 0x0a00_0001), to: IPAddress(v4: 0x0a00_0002))
        let packets = messages.enumerated().map { index, sent in
            // A connection for each message.
            let phone = 50_000 + UInt16(index)
            let header = sent.version >= 10 ? sent.version : 0
            let bytes = SkinnyMessage(sent.kind, version: header, sent.body).bytes
            return fromPhone
                ? builder.tcp(from: phone, to: 2000, bytes) : builder.tcp(from: 2000, to: phone, bytes)
        }
        return try tshark(packets, fields: ["_ws.malformed"] + fields)
    }

    @Test func openReceiveChannel() throws {
        var open = OpenReceiveChannel(Self.stream)
        open.key = .key(Self.key)
        open.source = Self.far
        let fields = [
            "skinny.conferenceId", "skinny.passThroughPartyId", "skinny.callReference", "skinny.milliSecondPacketSize",
            "skinny.keylen", "skinny.saltlen", "skinny.key", "skinny.salt", "skinny.sourceIpAddr.ipv4",
            "skinny.sourcePortNumber",
        ]
        let rows = try read(
            Self.versions.map { Sent($0, .openReceiveChannel, open.body(version: $0)) }, fields)
        #expect(rows.count == Self.versions.count)
        for (version, row) in zip(Self.versions, rows) {
            #expect(Array(row[..<8]) == ["", "17", "16777250", "51", "20", "16", "14", Self.key16], "\(version)")
            #expect(row[8].hasPrefix(Self.salt14), "\(version)")
            // Older phones are not told where it will come from.
            #expect(Array(row[9...]) == (version >= 11 ? ["69.64.1.2", "17718"] : ["", ""]), "\(version)")
        }
    }

    @Test func startMediaTransmission() throws {
        var start = StartMediaTransmission(Self.stream, to: Self.far)
        start.key = .key(Self.key)
        start.part = .far
        let fields = [
            "skinny.conferenceId", "skinny.passThroughPartyId", "skinny.callReference", "skinny.remoteIpAddr.ipv4",
            "skinny.remotePortNumber", "skinny.keylen", "skinny.saltlen", "skinny.key", "skinny.salt",
            "skinny.mixingMode", "skinny.partyDirection",
        ]
        let rows = try read(
            Self.versions.map { Sent($0, .startMediaTransmission, start.body(version: $0)) }, fields)
        #expect(rows.count == Self.versions.count)
        for (version, row) in zip(Self.versions, rows) {
            let expected = ["", "17", "16777250", "51", "69.64.1.2", "17718", "16", "14", Self.key16]
            #expect(Array(row[..<9]) == expected, "\(version)")
            #expect(row[9].hasPrefix(Self.salt14), "\(version)")
            // tshark looks for the direction from version 15 on.
            #expect(Array(row[10...]) == ["1", version >= 15 ? "2" : ""], "\(version)")
        }
    }

    @Test func acknowledgments() throws {
        let open = OpenReceiveChannelAck(receiver: Self.far, Self.stream)
        let start = StartMediaTransmissionAck(Self.stream, from: Self.far)
        let fields = [
            "skinny.ipAddr.ipv4", "skinny.transmitIpAddr.ipv4", "skinny.portNumber", "skinny.passThroughPartyId",
            "skinny.callReference",
        ]
        let opened = try read(
            Self.versions.map { Sent($0, .openReceiveChannelAck, open.body(version: $0)) }, fields, fromPhone: true)
        #expect(opened == Self.versions.map { _ in ["", "69.64.1.2", "", "17718", "16777250", "51"] })
        let started = try read(
            Self.versions.map { Sent($0, .startMediaTransmissionAck, start.body(version: $0)) }, fields, fromPhone: true
        )
        #expect(started == Self.versions.map { _ in ["", "", "69.64.1.2", "17718", "16777250", "51"] })
    }

    @Test func endsOfChannels() throws {
        let end = ChannelEnd(Self.stream)
        let rows = try read(
            Self.versions.flatMap {
                [
                    Sent($0, .closeReceiveChannel, end.body(version: $0)),
                    Sent($0, .stopMediaTransmission, end.body(version: $0)),
                ]
            }, ["skinny.conferenceId", "skinny.passThroughPartyId", "skinny.callReference"])
        #expect(rows.count == 2 * Self.versions.count)
        #expect(rows.allSatisfy { $0 == ["", "17", "16777250", "51"] })
    }

    @Test func registration() throws {
        let versions: [UInt8] = [3, 8, 11, 17, 19, 20, 22]
        let registers = versions.map { version in
            let register = SkinnyRegister(device: "SEP001DA2100000", address: Self.far.address, version: version)
            return Sent(0, .register, register.body)
        }
        let rows = try read(
            registers, ["skinny.DeviceName", "skinny.stationIpAddr", "skinny.protocolVer"], fromPhone: true)
        #expect(rows == versions.map { ["", "SEP001DA2100000", "69.64.1.2", "\($0)"] })
        let acks = versions.map { SkinnyRegisterAck(keepAlive: 30, secondaryKeepAlive: 60, version: $0) }
        let read = try read(
            acks.map { Sent(0, .registerAck, $0.body) },
            ["skinny.keepAliveInterval", "skinny.secondaryKeepAliveInterval", "skinny.maxProtocolVer"])
        #expect(read == versions.map { ["", "30", "60", "\($0)"] })
        for ack in acks { #expect(SkinnyRegisterAck(SkinnyReader(ack.body)) == ack) }
    }

    /// What a phone is told about calls and about itself has no part that is missing.
    @Test func nothingElseIsMalformed() throws {
        let messages = Self.versions.flatMap { Self.everythingElse($0) }
        let rows = try read(messages, ["skinny.messageId"])
        #expect(rows == messages.map { ["", "\($0.kind.rawValue)"] })
    }

    private static func everythingElse(_ version: UInt32) -> [Sent] {
        let info = SkinnyCallInfo(calling: "1000", called: "1001", callReference: 51, type: 2).message(version: version)
        let line = SkinnyAnswers.lineStat(line: 1, number: "1000", version: version)
        var dialled = SkinnyAnswers.number("1001", version: version)
        dialled.raw(SkinnyKeys.body(1, 51))
        let servers = SkinnyServerList(servers: [("192.0.2.101", far)]).body(version: version)
        let messages: [(SkinnyKind, [UInt8])] = [
            info, line, (.dialedNumber, dialled.bytes), (.serverRes, servers),
            (.callState, SkinnyCallStateChange(.ringIn, callReference: 51).body),
            (.buttonTemplate, SkinnyAnswers.buttonTemplate), (.softKeyTemplate, SkinnyAnswers.softKeyTemplate),
            (.softKeySet, SkinnyAnswers.softKeySet), (.configStat, SkinnyAnswers.configStat(device: "SEP001DA2100000")),
            (.version, SkinnyAnswers.version), (.defineTimeDate, SkinnyAnswers.timeDate),
            (.startTone, SkinnyKeys.body(0x21, 0, 1, 51)), (.stopTone, SkinnyKeys.body(1, 51, 0)),
            (.setRinger, SkinnyKeys.body(2, 1, 1, 51)), (.selectSoftKeys, SkinnyKeys.body(1, 51, 0, 0xffff_ffff)),
        ]
        return messages.map { Sent(version, $0.0, $0.1) }
    }
}
