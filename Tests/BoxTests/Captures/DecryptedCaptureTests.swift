import ConfigLanguage
import Inspection
import TestSupport
import Testing
import Wire

@testable import Box

/// `capture … type tls-proxy`: what phones and their call server say behind TLS, as connections that others can read.
@Suite struct DecryptedCaptureTests {
    private static let phone = ("98.208.49.30:49152", "10.10.0.26:5060")
    private static let server = ("98.208.49.30:40001", "192.0.2.101:5060")
    private static let key = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func captures(_ commands: String) throws -> CaptureSet {
        CaptureSet(try configuration(exampleText + commands + "\n"), lists: [])
    }

    private func piece(
        _ side: HandStreamSide, fromInitiator: Bool, _ bytes: [UInt8], stream: UInt64 = 0x100
    ) throws -> SignallingPiece {
        let ends = side == .phone ? Self.phone : Self.server
        return SignallingPiece(
            stream: HandStreamID(rawValue: stream), side: side, interface: side == .phone ? outside : inside,
            initiator: try endpoint(ends.0), responder: try endpoint(ends.1), isFromInitiator: fromInitiator,
            bytes: bytes)
    }

    /// The phone's words, as each side has them; the box is between.
    private func says(_ captures: CaptureSet, _ message: [UInt8], fromPhone: Bool) throws {
        let first = try piece(fromPhone ? .phone : .server, fromInitiator: fromPhone, message)
        let second = try piece(fromPhone ? .server : .phone, fromInitiator: fromPhone, message)
        captures.keep(first, at: evening)
        captures.keep(second, at: evening)
    }

    /// A registration and a call, with keys in both descriptions.
    private func converse(_ captures: CaptureSet) throws {
        func message(_ first: String, _ sequence: String, _ more: [String] = [], sdp: String? = nil) -> [UInt8] {
            let lines = [
                first, "Via: SIP/2.0/TLS 98.208.49.30:49152;branch=z9hG4bK\(sequence.count)",
                "From: <sip:1001@192.0.2.101>;tag=phone", "To: <sip:2001@192.0.2.101>;tag=desk",
                "Call-ID: one@98.208.49.30", "CSeq: \(sequence)", "Max-Forwards: 70",
            ]
            let kind = sdp == nil ? [] : ["Content-Type: application/sdp"]
            return SampleSIP.message(lines + more + kind, body: sdp ?? "")
        }
        func sdp(_ address: String) -> String {
            SampleSIP.lines([
                "v=0", "o=- 1 1 IN IP4 \(address)", "s=-", "c=IN IP4 \(address)", "t=0 0", "m=audio 20000 RTP/SAVP 0",
                "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(Self.key)",
            ])
        }
        let contact = ["Contact: <sip:1001@98.208.49.30:49152;transport=tls>;expires=120"]
        try says(captures, message("REGISTER sip:192.0.2.101 SIP/2.0", "1 REGISTER", contact), fromPhone: true)
        try says(captures, message("SIP/2.0 200 OK", "1 REGISTER", contact), fromPhone: false)
        let invite = message("INVITE sip:2001@192.0.2.101 SIP/2.0", "2 INVITE", sdp: sdp("98.208.49.30"))
        try says(captures, invite, fromPhone: true)
        try says(captures, message("SIP/2.0 200 OK", "2 INVITE", sdp: sdp("10.10.0.25")), fromPhone: false)
        try says(captures, message("ACK sip:2001@192.0.2.101 SIP/2.0", "2 ACK"), fromPhone: true)
        try says(captures, message("BYE sip:2001@192.0.2.101 SIP/2.0", "3 BYE"), fromPhone: true)
        try says(captures, message("SIP/2.0 200 OK", "3 BYE"), fromPhone: false)
        captures.end(HandStreamID(rawValue: 0x100), nil, at: evening)
    }

    private func file(_ captures: CaptureSet, _ name: String) throws -> [UInt8] {
        try #require(try captures.file(of: name))
    }

    private func tshark(_ file: [UInt8], _ words: String...) throws -> ProcessOutput {
        try processOutput(["tshark", "-n", "-r", "-"] + words, stdin: file, keepsErrors: true)
    }

    @Test func tsharkReadsTwoWholeConnectionsOfSIP() throws {
        let captures = try captures("capture tls type tls-proxy")
        try converse(captures)
        let file = try file(captures, "tls")
        let complaints = try tshark(
            file, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-Y",
            "tcp.analysis.flags || _ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0"
                + " || _ws.expert.severity == error")
        #expect(complaints.text == "", "\(complaints.errors)")
        let methods = try tshark(
            file, "-Y", "sip.Method", "-T", "fields", "-e", "frame.interface_name", "-e", "sip.Method")
        #expect(
            methods.lines == ["REGISTER", "INVITE", "ACK", "BYE"].flatMap { ["outside\t\($0)", "inside\t\($0)"] })
        let streams = try tshark(
            file, "-Y", "tcp.flags.syn == 1 && tcp.flags.ack == 0 || tcp.flags.fin == 1", "-T", "fields", "-e",
            "ip.src", "-e", "tcp.srcport", "-e", "ip.dst", "-e", "tcp.dstport", "-e", "tcp.flags.fin")
        #expect(
            streams.lines == [
                "98.208.49.30\t49152\t10.10.0.26\t5060\t0", "98.208.49.30\t40001\t192.0.2.101\t5060\t0",
                "98.208.49.30\t49152\t10.10.0.26\t5060\t1", "10.10.0.26\t5060\t98.208.49.30\t49152\t1",
                "98.208.49.30\t40001\t192.0.2.101\t5060\t1", "192.0.2.101\t5060\t98.208.49.30\t40001\t1",
            ])
        let comments = try tshark(file, "-T", "fields", "-e", "frame.comment")
        #expect(
            Set(comments.lines) == [
                "tls-proxy session 0x100: the phone's side, decrypted, keys hidden",
                "tls-proxy session 0x100: the call server's side, decrypted, keys hidden",
            ])
    }

    @Test func keysAreInItOnlyWhereTheyAreAskedFor() throws {
        let captures = try captures("capture tls type tls-proxy\ncapture all type tls-proxy include keys")
        try converse(captures)
        let key = Array(Self.key.utf8)
        #expect(!(try file(captures, "tls")).contains(key))
        #expect((try file(captures, "all")).contains(key))
        #expect((try file(captures, "tls")).contains(Array("inline:xxxxxxxx".utf8)))
    }

    @Test func replayTellsItsRegistrationsAndCalls() throws {
        let captures = try captures("capture tls type tls-proxy")
        try converse(captures)
        let path = try folder.write("tls.pcapng", try file(captures, "tls"))
        let report = try Replay(ReplayRequest(configuration: nil, files: [ReplayRequest.File(path: path)])).run()
        #expect(report.warnings == [] && report.counters.dropped == 0)
        let text = "\(report.json)"
        #expect(report.sip.messages == 14 && report.sip.malformed == 0)
        #expect(report.sip.requests == ["REGISTER": 2, "INVITE": 2, "ACK": 2, "BYE": 2], "\(text)")
        let registration = try #require(report.sip.registrations.first)
        #expect(registration.state == .registered && registration.expires == 120)
        #expect(report.sip.calls.map(\.id) == ["one@98.208.49.30"])
        let call = try #require(report.sip.calls.first)
        #expect(call.state == .ended)
        #expect(call.media.map(\.profile) == ["RTP/SAVP"])
        #expect(call.media.first?.local == (try endpoint("98.208.49.30:20000")))
        #expect(call.media.first?.remote == (try endpoint("10.10.0.25:20000")))
    }

    @Test func oneInterfaceIsOneSide() throws {
        let captures = try captures(
            "capture out type tls-proxy interface outside\ncapture in type tls-proxy interface inside")
        try converse(captures)
        for (name, address) in [("out", "10.10.0.26.5060"), ("in", "192.0.2.101.5060")] {
            let lines = (captures.packets(of: name) ?? []).map { PacketLine.text($0.packet) }
            #expect(lines.count == 3 + 7 + 3 && lines.allSatisfy { $0.contains(address) }, "\(lines)")
        }
    }

    @Test func aMatchChoosesPhones() throws {
        let captures = try captures(
            "capture one type tls-proxy match tcp host 98.208.49.30 any\n"
                + "capture other type tls-proxy match tcp host 1.2.3.4 any")
        try converse(captures)
        #expect(captures.packets(of: "one")?.count == 26)
        #expect(captures.packets(of: "other")?.isEmpty == true)
    }

    @Test func longWordsAreSegmentsThatFit() throws {
        let captures = try captures("capture tls type tls-proxy buffer 33554432 packet-length 400")
        let bytes = [UInt8](repeating: 0x41, count: 16_384)
        captures.keep(try piece(.phone, fromInitiator: true, bytes), at: evening)
        captures.keep(try piece(.phone, fromInitiator: false, bytes), at: evening)
        let file = try file(captures, "tls")
        #expect(try tshark(file, "-Y", "tcp.analysis.flags || frame.len > frame.cap_len").text == "")
        let lengths = try tshark(file, "-Y", "tcp.len > 0", "-T", "fields", "-e", "tcp.len").lines
            .compactMap { Int($0) }
        #expect(lengths.reduce(0, +) == 32_768 && lengths.allSatisfy { $0 <= 360 })
    }

    @Test func theBufferIsBoundedAndWhatIsMissedIsCounted() throws {
        let captures = try captures("capture tls type tls-proxy buffer 2000")
        for _ in 0..<10 { try converse(captures) }
        let status = try #require(captures.status.first)
        #expect(status.isFull && status.bytes <= 2_000 && status.missed > 0)
        #expect(captures.clear("tls"))
        try converse(captures)
        let first = try #require(captures.packets(of: "tls")?.first?.packet)
        // What comes after that begins with a connection's beginning.
        #expect(PacketLine.text(first).contains(" S "), "\(PacketLine.text(first))")
    }

    /// Packets are not touched for it: a box that only shows signalling forwards as fast as one that shows nothing.
    @Test func itWantsNoPackets() throws {
        let captures = try captures("capture tls type tls-proxy")
        #expect(captures.isEmpty)
        captures.start(CaptureDefinition(name: "in"))
        #expect(!captures.isEmpty)
        #expect(captures.stop("in") && captures.isEmpty)
    }
}
