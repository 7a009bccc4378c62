import TestSupport
import Testing
import Wire

@testable import Inspection

/// What recorded traffic says of calls: on any port, over UDP and TCP, in pieces, and with media beside it.
@Suite struct TrafficObserverTests {
    private let alice = IPAddress(v4: 0xc000_0232)
    private let server = IPAddress(v4: 0xc000_0265)

    private func wireForm(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func observe(_ packets: [[UInt8]]) -> TrafficObserver {
        var observer = TrafficObserver()
        for (place, packet) in packets.enumerated() {
            observer.take(packet.span, at: Timestamp(seconds: 1000, nanoseconds: Int64(place) * 20_000_000))
        }
        return observer
    }

    private func out(_ text: String, port: UInt16 = 5555) -> [UInt8] {
        PacketBuilder(from: alice, to: server).udp(from: 5062, to: port, wireForm(text))
    }

    private func back(_ text: String, port: UInt16 = 5555) -> [UInt8] {
        PacketBuilder(from: server, to: alice).udp(from: port, to: 5062, wireForm(text))
    }

    private func rtp(_ number: UInt16, type: UInt8 = 0, ssrc: UInt32 = 0x0102_0304) -> [UInt8] {
        [0x80, type] + bigEndian(number) + bigEndian(UInt32(number) * 160) + bigEndian(ssrc)
            + [UInt8](repeating: 0xff, count: 160)
    }

    private func media(_ numbers: [UInt16], from port: UInt16, to destination: UInt16) -> [[UInt8]] {
        numbers.map { PacketBuilder(from: server, to: alice).udp(from: port, to: destination, rtp($0)) }
    }

    @Test func aCallOnAnyPortWithItsMedia() throws {
        let observer = observe(
            [
                out(Words.fromPhone("INVITE", body: Words.clear("192.0.2.50", port: 20_000))),
                back(Words.toPhone("180 Ringing", "INVITE")),
                back(Words.toPhone("200 OK", "INVITE", body: Words.clear("192.0.2.101", port: 30_000))),
                out(Words.fromPhone("ACK", toTag: "db")),
            ] + media([1, 2, 4, 3, 4, 6], from: 30_000, to: 20_000) + [out(Words.fromPhone("BYE", 2, toTag: "db"))])
        #expect(observer.sip.messages == 5 && observer.sip.overUDP == 5 && observer.sip.malformed == 0)
        #expect(observer.sip.requests == ["INVITE": 1, "ACK": 1, "BYE": 1])
        #expect(observer.sip.responses == ["180": 1, "200": 1])
        let call = try #require(observer.sip.calls.first)
        #expect(call.id == "c1" && call.state == .ended && call.end != nil)
        #expect(call.from == "alice@10.10.0.26" && call.to == "bob@10.10.0.26")
        let line = try #require(call.media.first)
        #expect(try line.local == endpoint("192.0.2.50:20000"))
        #expect(try line.remote == endpoint("192.0.2.101:30000"))
        #expect(line.kind == "audio" && line.profile == "RTP/AVP" && line.payloadTypes == [0, 101])
        let stream = try #require(observer.rtp.first)
        #expect(observer.rtp.count == 1 && stream.isSignalled && !stream.isSecured)
        #expect(stream.packets == 6 && stream.lost == 1 && stream.outOfOrder == 1 && stream.duplicates == 1)
    }

    @Test func aRegistration() throws {
        let observer = observe([
            out(Words.fromPhone("REGISTER")), back(Words.toPhone("401 Unauthorized", "REGISTER")),
            out(Words.fromPhone("REGISTER", 2)),
            back(
                Words.toPhone("200 OK", "REGISTER", 2, extra: ";expires=300").replacing(
                    "192.0.2.101>", with: "10.10.0.26>")),
        ])
        let registration = try #require(observer.sip.registrations.first)
        #expect(registration.state == .registered && registration.expires == 300)
        #expect(try registration.client == endpoint("192.0.2.50:5062"))
        #expect(try registration.server == endpoint("192.0.2.101:5555"))
    }

    @Test func overTCPInPiecesAndOutOfOrder() {
        let text = wireForm(Words.fromPhone("INVITE", body: Words.clear()) + Words.fromPhone("ACK"))
        let builder = PacketBuilder(from: alice, to: server)
        var packets: [[UInt8]] = []
        for start in stride(from: 0, to: text.count, by: 100) {
            let piece = Array(text[start..<min(start + 100, text.count)])
            packets.append(
                builder.tcp(
                    from: 40_000, to: 5060, piece, sequence: 0xffff_fff0 &+ UInt32(start)))
        }
        packets.swapAt(2, 3)
        packets.insert(packets[1], at: 4)
        let observer = observe(packets)
        #expect(observer.sip.requests == ["INVITE": 1, "ACK": 1])
        #expect(observer.sip.overTCP == 2)
    }

    @Test func mediaThatNobodyAnnounced() {
        let observer = observe(media([7, 8, 9, 10, 11, 12], from: 30_000, to: 20_000))
        #expect(observer.rtp.map(\.isSignalled) == [false])
        #expect(observer.rtp.map(\.packets) == [6])
        #expect(observe(media([1, 900, 5, 77, 3000, 2], from: 30_000, to: 20_000)).rtp.isEmpty, "no numbering at all")
        #expect(observe(media([1, 2, 3, 4, 5, 6], from: 53, to: 20_000)).rtp.isEmpty)
    }

    @Test func anythingElse() {
        var random = SeededGenerator(seed: 3)
        var observer = TrafficObserver()
        let seeds = [
            out(Words.fromPhone("INVITE", body: Words.clear())), back("SIP/2.0 200\r\n\r\n"), out("SIP/2.0 "),
            PacketBuilder(from: alice, to: server).udp(from: 1, to: 2, rtp(1)),
        ]
        for round in 0..<5000 {
            let packet = random.mutated(seeds[round % seeds.count])
            observer.take(packet.span, at: Timestamp(seconds: Int64(round)))
        }
        #expect(observer.sip.messages > 1000)
    }
}
