import TestSupport
import Testing
import Wire

@testable import Inspection

/// Every distinct message of the recordings beside the checkout goes through the inspection: only what has to be changed in
/// it is.
@Suite struct SkinnyRecordedTests {
    private struct Line {
        var bytes: [UInt8]
        var isFromPhone: Bool
        var id: SkinnyMessageID { SkinnyMessageID(bytes.span.littleEndian32(at: 8)) }
    }

    /// By recording and phone.
    private static let phones: [String: [Line]] = {
        let path = TestFiles.repositoryRoot() + "/../shared/captures/sccp/pdus.tsv"
        var phones: [String: [Line]] = [:]
        for row in ((try? TestFiles.read(path)) ?? []).split(separator: UInt8(ascii: "\n")).dropFirst() {
            let columns = row.split(separator: UInt8(ascii: "\t")).map { String(decoding: $0, as: UTF8.self) }
            let isFromPhone = columns[3] == "phone>cm"
            let phone = columns[0] + " " + columns[isFromPhone ? 1 : 2]
            phones[phone, default: []].append(Line(bytes: bytes(hex: columns[7]), isFromPhone: isFromPhone))
        }
        return phones
    }()

    private static let encryption: [SkinnyField] = [
        .algorithmID, .keylen, .saltlen, .key, .salt, .isMKIPresent, .keyDerivationRate,
    ]

    /// What may be changed in a message.
    private static func changed(_ id: SkinnyMessageID) -> [SkinnyField] {
        switch id {
        case .register, .registerTokenReq: [.stationIpAddr, .stationIpV6Addr]
        case .openReceiveChannel: encryption + [.sourceIpAddr]
        case .startMediaTransmission: encryption + [.remoteIpAddr, .remotePortNumber]
        case .openReceiveChannelAck: [.ipAddr, .portNumber]
        case .startMediaTransmissionAck: [.transmitIpAddr, .portNumber]
        case .serverRes: [.serverName, .serverTcpListenPort, .serverIpAddr]
        default: []
        }
    }

    /// The list has what phones say first; here each message comes when it can.
    private static func turn(_ line: Line) -> Int {
        switch line.id {
        case .register: 0
        case .registerAck: 1
        case .closeReceiveChannel, .stopMediaTransmission, .reset, .registerReject, .unregisterAck: 4
        case .callState: line.bytes[12] == 2 ? 4 : 2
        default: line.isFromPhone ? 3 : 2
        }
    }

    /// Those of CallManager 2, whose messages have no room for keys, and of a phone that registers again and again.
    private static func isRefused(_ message: SkinnyMessage) -> Bool {
        message.id == .startMediaTransmission && message.encryption == .impossible
    }

    /// All are passed on in the clear, those of the oldest servers, too.
    @Test("without a phone proxy, and where nothing is translated, nothing but what a phone says of itself")
    func unchangedInTheClear() throws {
        var passed = 0
        for (name, lines) in Self.phones.sorted(by: { $0.key < $1.key }) {
            let lab = try ClearSkinnyLab(nil, { $0.pinholeLimit = 1024 }, { $0.translations = [] })
            let id = try lab.connect(to: "192.0.2.101:2000")
            for turn in 0...4 {
                for line in lines where Self.turn(line) == turn {
                    let before = try SkinnyMessage.read(line.bytes.span)
                    let heard = lab.lab.says(line.isFromPhone ? .phone : .server, id, line.bytes)
                    try #require(heard.count == line.bytes.count, "\(name) \(before.id.label)")
                    var expected = before.bytes
                    if before.id == .register || before.id == .registerTokenReq {
                        for range in Self.changed(before.id).compactMap({ before.range(of: $0) }) {
                            expected.replaceSubrange(range, with: heard[range])
                        }
                    }
                    #expect(heard == expected, "\(name) \(before.id.label)\n\(hexDifference(expected, heard))")
                    passed += 1
                }
            }
            lab.lab.take(.closed(id, .phone, how: .reset))
            lab.expectNothingOpen()
        }
        #expect(Self.phones.isEmpty || passed > 1290)
    }

    @Test("nothing but addresses, ports and keys") func unchanged() throws {
        var passed = 0
        for (name, lines) in Self.phones.sorted(by: { $0.key < $1.key }) {
            let lab = try CallLab(.skinnyBox())
            let register = lines.first { $0.id == .register }
            let device = register.map { String(decoding: $0.bytes[12..<28].prefix { $0 != 0 }, as: UTF8.self) }
            let id = try lab.connect(device: device ?? "SEP000000000001", to: "10.10.0.26:2443")
            for turn in 0...4 {
                for line in lines where Self.turn(line) == turn {
                    let negotiated = lab.engine.engine.streams[id]?.skinny.negotiated
                    let before = try SkinnyMessage.read(line.bytes.span, negotiated: negotiated)
                    let heard = lab.says(line.isFromPhone ? .phone : .server, id, line.bytes)
                    if heard.isEmpty, Self.isRefused(before) { continue }
                    try #require(heard.count == line.bytes.count, "\(name) \(before.id.label)")
                    var expected = before.bytes
                    for field in Self.changed(before.id) {
                        var index = 0
                        while let range = before.range(of: field, index) {
                            expected.replaceSubrange(range, with: heard[range])
                            index += 1
                        }
                    }
                    #expect(heard == expected, "\(name) \(before.id.label)\n\(hexDifference(expected, heard))")
                    passed += 1
                }
            }
            _ = lab.engine.engine.clearStreams(at: lab.now)
            lab.expectNoCalls()
        }
        #expect(Self.phones.isEmpty || passed > 1290)
    }
}
