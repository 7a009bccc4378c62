import ConfigLanguage
import Inspection
import TLSTestSupport
import TestSupport
import Testing
import Wire

@testable import Box

/// `replay --key-log`: what was said in recorded TLS counts as if it had been said in the clear, and as tshark counts it.
@Suite struct KeyLogTests {
    private let site: TestSite
    private let folder: TemporaryFolder
    private static let phone = Endpoint(IPAddress(v4: 0x4573_62db), 50_123)

    init() throws {
        site = try TestSite.shared.get()
        folder = try TemporaryFolder()
    }

    /// Registers, has a call, and unregisters, a few messages to a record and one message in two.
    private func talk(_ conversation: TLSConversation) throws {
        let register = SkinnyBytes.register("SEP001E7AC4DA9C", version: 20).all
        var ack = SkinnyBytes(0x81, length: 24)
        ack.put(30, at: 0)
        ack.put([20], at: 16)
        var state = SkinnyBytes(0x111, version: 20, length: 28)
        for (place, word) in [(0, 12), (4, 1), (8, 5)] as [(Int, UInt32)] { state.put(word, at: place) }
        let alive = SkinnyBytes(0, length: 4).all
        try conversation.say(Array(register.prefix(9)), fromClient: true)
        try conversation.say(Array(register.dropFirst(9)) + alive, fromClient: true)
        try conversation.say(ack.all + state.all + SkinnyBytes(0x100, length: 4).all, fromClient: false)
        for _ in 0..<3 { try conversation.say(alive + alive, fromClient: true) }
        try conversation.say(SkinnyBytes(0x27, length: 4).all, fromClient: true)
        conversation.finish()
    }

    private func replay(_ packets: [[UInt8]], _ keyLog: String?) throws -> ReplayReport {
        let path = folder.file("recording.pcap")
        try folder.write("recording.pcap", pcapBytes(packets))
        return try Replay(request(path, keyLog.map { Array($0.utf8) })).run()
    }

    private func request(_ path: String, _ keyLog: [UInt8]?) -> ReplayRequest {
        var request = ReplayRequest(configuration: nil, files: [.init(path: path)])
        if let keyLog { request.keyLog = TLSKeyLog(keyLog.span) }
        return request
    }

    /// Numbers of the messages that tshark finds, and how often.
    private func tsharkCounts(_ path: String, _ keyLog: String, port: UInt16) throws -> [UInt32: Int] {
        let result = try processOutput(
            [
                "tshark", "-n", "-r", path, "-o", "tls.keylog_file:\(keyLog)", "-d", "tcp.port==\(port),tls", "-d",
                "tls.port==\(port),skinny", "-T", "fields", "-e", "skinny.messageId",
            ])
        #expect(result.status == 0)
        var counts: [UInt32: Int] = [:]
        for number in result.text.split(whereSeparator: { $0 == "\n" || $0 == "," }) {
            // Its versions differ in how they write it.
            let value = number.hasPrefix("0x") ? UInt32(number.dropFirst(2), radix: 16) : UInt32(number)
            counts[value ?? .max, default: 0] += 1
        }
        return counts
    }

    private func named(_ counts: [UInt32: Int]) -> [String: Int] {
        counts.reduce(into: [:]) { $0[SkinnyMessageID($1.key).label, default: 0] += $1.value }
    }

    @Test(arguments: [(.tls10, 2443), (.tls12, 2443), (.tls13, 2443), (.tls13, 7443)] as [(TLSVersion, UInt16)])
    func skinnyInsideOfTLSIsCountedAsTsharkDoes(version: TLSVersion, port: UInt16) throws {
        var options = TLSConversation.Options()
        options.version = version
        if version == .tls10 { options.cipher = "AES128-SHA" }
        let conversation = try TLSConversation(site, options)
        if port == 2443 {
            try talk(conversation)
        } else {
            // Where no port says what it is, whole messages do.
            try conversation.say(SkinnyBytes.register("SEP001E7AC4DA9C", version: 20).all, fromClient: true)
        }
        let packets = conversation.packets(
            from: Self.phone, to: Endpoint(IPAddress(v4: 0x0a0a_001a), port), segment: 200)
        let report = try replay(packets, conversation.keyLog)
        try folder.write("keys", Array(conversation.keyLog.utf8))
        let wanted = named(try tsharkCounts(folder.file("recording.pcap"), folder.file("keys"), port: port))
        #expect(report.skinny.names == wanted && report.skinny.malformed == 0)
        #expect(report.skinny.messages == (port == 2443 ? 12 : 1))
        #expect(report.skinny.registrations.map(\.server) == [Endpoint(IPAddress(v4: 0x0a0a_001a), port)])
        #expect(report.skinny.registrations.map(\.state) == [port == 2443 ? .unregistered : .requested])
        #expect(report.counters.read == UInt64(packets.count) && report.counters.dropped == 0)
        #expect(report.tls?.opened == 1 && report.tls?.troubles == [:])
    }

    @Test func sipInsideOfTLSIsCountedToo() throws {
        let conversation = try TLSConversation(site, TLSConversation.Options())
        let message =
            "OPTIONS sip:192.0.2.101 SIP/2.0\r\nVia: SIP/2.0/TLS 69.181.98.219;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
            + "To: <sip:c@d>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
        try conversation.say(Array((message + message).utf8), fromClient: true)
        let packets = conversation.packets(from: Self.phone, to: Endpoint(IPAddress(v4: 0x0a0a_001a), 5061))
        #expect(try replay(packets, conversation.keyLog).sip.requests == ["OPTIONS": 2])
    }

    @Test func withoutItsKeyTLSStaysClosedAndIsToldOf() throws {
        let conversation = try TLSConversation(site, TLSConversation.Options())
        try talk(conversation)
        let packets = conversation.packets(from: Self.phone, to: Endpoint(IPAddress(v4: 0x0a0a_001a), 2443))
        let none = try replay(packets, nil)
        #expect(none.skinny.messages == 0 && none.tls == nil)
        #expect(!none.json.compact.contains("\"tls\""))
        let wrong = try replay(packets, "CLIENT_RANDOM nothing\n")
        #expect(wrong.skinny.messages == 0 && wrong.tls?.unreadableLines == 1)
        #expect(wrong.tls?.troubles == ["its secret is not in the key log": 1])
    }

    /// Packets that come twice, in another order, or not at all.
    @Test func whatTheNetworkDoesToThem() throws {
        let conversation = try TLSConversation(site, TLSConversation.Options())
        try talk(conversation)
        let server = Endpoint(IPAddress(v4: 0x0a0a_001a), 2443)
        var packets = conversation.packets(from: Self.phone, to: server, segment: 90)
        packets = packets.flatMap { [$0, $0] }
        // Of one side: nobody answers what has not come.
        for place in stride(from: 8, to: packets.count - 4, by: 6)
        where packets[place][12..<20] == packets[place + 2][12..<20] {
            packets.swapAt(place, place + 2)
        }
        let report = try replay(packets, conversation.keyLog)
        #expect(report.skinny.messages == 12 && report.tls?.opened == 1)
        // A connection that is over, and another from the same port.
        let again = try TLSConversation(site, TLSConversation.Options())
        try talk(again)
        let both = packets + again.packets(from: Self.phone, to: server)
        let two = try replay(both, conversation.keyLog + again.keyLog)
        #expect(two.skinny.messages == 24 && two.tls?.connections == 2 && two.tls?.opened == 2)
        packets.removeSubrange(packets.count / 2..<packets.count / 2 + 4)
        let holed = try replay(packets, conversation.keyLog)
        #expect(holed.skinny.messages < 12 && holed.skinny.malformed == 0)
    }

    private static let shared = ["/../shared/captures", "/../../shared/captures"]
        .map { TestFiles.repositoryRoot() + $0 + "/sccp" }
        .first { TestFiles.list($0).contains($0 + "/gen_chan-sccp_v19_tls2443.keylog") }
        .map { $0 + "/gen_chan-sccp_v19_tls2443" }

    @Test(.enabled(if: shared != nil)) func aRecordedRegistrationWithARealServer() throws {
        let path = try #require(Self.shared)
        let report = try Replay(request(path + ".pcap", try TestFiles.read(path + ".keylog"))).run()
        let wanted = named(try tsharkCounts(path + ".pcap", path + ".keylog", port: 2443))
        #expect(report.skinny.names == wanted && report.skinny.messages > 30)
        #expect(report.skinny.registrations.count == 1 && report.skinny.calls.count == 1)
    }
}
