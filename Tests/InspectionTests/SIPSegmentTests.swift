import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// SIP over TCP behind translation: what each side counts is its own.
@Suite struct SIPSegmentTests {
    /// Two ends of one connection, each with what it has sent and got; every segment goes through the box.
    private final class Ends {
        let lab: SIPPacketLab
        var phone = End(sequence: 1000)
        var server = End(sequence: 0xffff_fff0)

        struct End {
            var sequence: UInt32
            /// The next byte that it expects.
            var expects: UInt32 = 0
            var got: [UInt8] = []
        }

        init() throws {
            lab = try SIPPacketLab()
            let opened = try send(fromPhone: true, [], flags: .syn, acknowledges: false)
            #expect(opened.isForwarded)
            phone.sequence &+= 1
            server.expects = phone.sequence
            #expect(try send(fromPhone: false, [], flags: [.syn, .acknowledge]).isForwarded)
            server.sequence &+= 1
            phone.expects = server.sequence
            #expect(try send(fromPhone: true, []).isForwarded)
        }

        func send(
            fromPhone: Bool, _ payload: [UInt8], flags: TCPHeader.Flags = .acknowledge, acknowledges: Bool = true,
            back: UInt32 = 0, options: [UInt8] = []
        ) throws -> TestBox.Outcome {
            let (own, other) = (
                try address(fromPhone ? SIPPacketLab.phone : SIPPacketLab.server),
                try address(fromPhone ? SIPPacketLab.mappedServer : SIPPacketLab.phone)
            )
            let end = fromPhone ? phone : server
            let packet = PacketBuilder(from: own, to: other).tcp(
                from: fromPhone ? 40_000 : 5060, to: fromPhone ? 5060 : 40_000, payload, flags: flags,
                sequence: end.sequence &- back, acknowledgment: acknowledges ? end.expects : 0, options: options)
            return lab.box.send(packet, on: fromPhone ? "outside" : "inside")
        }

        /// Sends a message, and lets the other end take it as TCP does: in order, by its numbers.
        func say(_ text: String, fromPhone: Bool) throws {
            let outcome = try send(fromPhone: fromPhone, Array(text.utf8))
            #expect(outcome.isForwarded)
            if fromPhone {
                phone.sequence &+= UInt32(text.utf8.count)
            } else {
                server.sequence &+= UInt32(text.utf8.count)
            }
            for packet in [outcome.packet] + lab.box.takeReleases().map(\.packet) {
                try take(packet, atServer: fromPhone)
            }
        }

        func take(_ packet: [UInt8], atServer: Bool) throws {
            let ip = try IPHeader.decode(packet.span)
            let sum1 = PacketChecksum.verifyTransport(packet.span, ip)
            #expect(sum1 == .right)
            let tcp = try TCPHeader.decode(packet.span, ip)
            let own = atServer ? server : phone
            #expect(tcp.sequence == own.expects, "in order")
            let sent = atServer ? server.sequence : phone.sequence
            #expect(Int32(bitPattern: sent &- tcp.acknowledgment) >= 0, "nothing is acknowledged that was not sent")
            if atServer {
                server.got += packet[tcp.payload]
                server.expects &+= UInt32(tcp.payload.count)
            } else {
                phone.got += packet[tcp.payload]
                phone.expects &+= UInt32(tcp.payload.count)
            }
        }
    }

    private func heard(_ bytes: [UInt8]) -> String { plain(String(decoding: bytes, as: UTF8.self)) }

    private func bytes(of number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * $0)) }
    }

    private static let offer = SIPTalk.clear("203.0.113.9", port: 40_000)

    private func tcp(_ text: String) -> String { text.replacing("SIP/2.0/UDP", with: "SIP/2.0/TCP") }

    @Test func bothSidesCountWhatTheySee() throws {
        let ends = try Ends()
        try ends.say(tcp(SIPTalk.request("INVITE", body: Self.offer)), fromPhone: true)
        try ends.say(tcp(SIPTalk.response("180 Ringing", "INVITE")), fromPhone: false)
        try ends.say(tcp(SIPTalk.response("200 OK", "INVITE", body: SIPTalk.clear("192.0.2.16"))), fromPhone: false)
        try ends.say(tcp(SIPTalk.request("ACK", toTag: "d")), fromPhone: true)
        #expect(
            startLines(heard(ends.server.got)) == [
                "INVITE sip:2001@192.0.2.101 SIP/2.0", "ACK sip:2001@192.0.2.101 SIP/2.0",
            ])
        #expect(startLines(heard(ends.phone.got)) == ["SIP/2.0 180 Ringing", "SIP/2.0 200 OK"])
        #expect(heard(ends.phone.got).contains("c=IN IP4 10.10.0.30"))
        #expect(!heard(ends.phone.got).contains("192.0.2."))
        #expect(try ends.lab.mediaPasses() == [true, true])
        // Both end: their FINs have numbers, too.
        #expect(try ends.send(fromPhone: true, [], flags: [.fin, .acknowledge]).isForwarded)
        #expect(try ends.send(fromPhone: false, [], flags: [.fin, .acknowledge]).isForwarded)
        ends.lab.box.wait(10)
        #expect(ends.lab.box.flows.filter { $0.initiator.transport == .tcp }.isEmpty)
    }

    @Test func whatIsSentAgainIsTheSameAgain() throws {
        let ends = try Ends()
        let register = tcp(SIPTalk.request("REGISTER"))
        try ends.say(register, fromPhone: true)
        try ends.say(tcp(SIPTalk.request("OPTIONS", call: "c2")), fromPhone: true)
        let again = try ends.send(
            fromPhone: true, Array(register.utf8),
            back: UInt32(register.utf8.count + tcp(SIPTalk.request("OPTIONS", call: "c2")).utf8.count))
        let ip = try IPHeader.decode(again.packet.span)
        let header = try TCPHeader.decode(again.packet.span, ip)
        #expect(header.sequence == 1001, "nothing had changed before it")
        #expect(Array(again.packet[header.payload]) == Array(ends.server.got.prefix(header.payload.count)))
        try ends.say(tcp(SIPTalk.request("OPTIONS", call: "c3")), fromPhone: true)
    }

    @Test func selectiveAcknowledgmentsAreTheOthersNumbers() throws {
        let ends = try Ends()
        try ends.say(tcp(SIPTalk.request("REGISTER")), fromPhone: true)
        let (start, end) = (ends.server.expects &+ 100, ends.server.expects &+ 200)
        let edges: [UInt8] = bytes(of: start) + bytes(of: end)
        let outcome = try ends.send(fromPhone: false, [], options: [1, 5, 10] + edges)
        let ip = try IPHeader.decode(outcome.packet.span)
        let header = try TCPHeader.decode(outcome.packet.span, ip)
        let sum2 = PacketChecksum.verifyTransport(outcome.packet.span, ip)
        #expect(sum2 == .right)
        #expect(header.acknowledgment == ends.phone.sequence)
        let at = header.options.lowerBound + 3
        let found3 = outcome.packet.span.uint32(at: at)
        #expect(found3 == ends.phone.sequence &+ 100)
        let found4 = outcome.packet.span.uint32(at: at + 4)
        #expect(found4 == ends.phone.sequence &+ 200)
    }

    @Test func aFullSegmentThatGrowsGoesOnAsTwo() throws {
        let ends = try Ends()
        let filler = "\nX-Filler: " + String(repeating: "x", count: 1000)
        let request = tcp(SIPTalk.request("REGISTER", extra: filler))
        try ends.say(request, fromPhone: true)
        #expect(ends.server.got.count > request.utf8.count)
        #expect(startLines(heard(ends.server.got)) == ["REGISTER sip:2001@192.0.2.101 SIP/2.0"])
        try ends.say(tcp(SIPTalk.response("200 OK", "REGISTER", extra: filler)), fromPhone: false)
        try ends.say(tcp(SIPTalk.request("OPTIONS", call: "c2")), fromPhone: true)
    }

    @Test func aGenuineResetIsKnownByItsOwnNumbers() throws {
        let ends = try Ends()
        for number in 1...20 { try ends.say(tcp(SIPTalk.request("OPTIONS", number)), fromPhone: true) }
        #expect(try ends.send(fromPhone: false, []).isForwarded)
        #expect(try ends.send(fromPhone: true, [], flags: [.reset, .acknowledge]).isForwarded)
        #expect(ends.lab.box.flowCount == 0)
    }

    @Test func numbersMapBackAndForth() {
        var shift = SequenceShift()
        shift.note(10, at: 100)
        shift.note(-5, at: 400)
        shift.note(10, at: 100)
        #expect([100, 101, 400, 401, 1000].map { shift.seen($0) } == [100, 111, 410, 406, 1005])
        for number: UInt32 in [100, 300, 400, 700, 5000] { #expect(shift.counted(shift.seen(number)) == number) }
    }
}
