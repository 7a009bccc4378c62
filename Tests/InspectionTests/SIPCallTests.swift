import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// A remote phone with SRTP talks to a desk phone without: what each side hears, and what the media hand does.
@Suite struct SIPCallTests {
    /// The box's keys are counted up, so that tests can name them: 01, 02, …
    static func lab(
        _ configuration: Configuration? = nil, _ change: (inout EngineSettings) -> Void = { _ in }
    ) throws -> CallLab {
        let counter = KeyCounter()
        return try CallLab(configuration) { settings in
            settings.randomBytes = { counter.next($0) }
            change(&settings)
        }
    }

    /// The lines of a description that say where media goes and how.
    static func media(_ text: String) -> [String] { lines(text, "c=", "m=", "a=crypto", "o=") }

    static let boxKey = [1, 2, 3, 4].map { byte in
        String(decoding: Base64.encode([UInt8](repeating: UInt8(byte), count: 30)), as: UTF8.self)
    }

    @Test func thePhoneCalls() throws {
        let lab = try Self.lab()
        let id = try lab.connect()
        let invite = lab.phone(id, Words.fromPhone("INVITE", body: Words.secure()))
        #expect(
            plain(invite).hasPrefix(
                """
                INVITE sip:bob@192.0.2.101;transport=tcp SIP/2.0
                Via: SIP/2.0/TCP 192.168.10.5:5061;rport;branch=z9hG4bKc1INVITE1
                Max-Forwards: 70
                From: <sip:alice@192.0.2.101>;tag=pa
                To: <sip:bob@192.0.2.101>
                Call-ID: c1
                CSeq: 1 INVITE
                Contact: <sip:alice@98.208.49.30:40001;transport=tcp>
                """))
        #expect(
            Self.media(invite) == [
                "o=- 1 1 IN IP4 192.0.2.25", "c=IN IP4 192.0.2.25", "m=audio 16384 RTP/AVP 0 101",
            ])
        #expect(!invite.contains("crypto"))
        #expect(lab.mediaOrders().isEmpty, "nothing is agreed on yet")

        #expect(startLines(lab.server(id, Words.toPhone("180 Ringing", "INVITE"))) == ["SIP/2.0 180 Ringing"])
        let answer = lab.server(id, Words.toPhone("200 OK", "INVITE", body: Words.clear()))
        #expect(
            Self.media(answer) == [
                "o=- 2 1 IN IP4 10.10.0.25", "c=IN IP4 10.10.0.25", "m=audio 16384 RTP/SAVP 0 101",
                "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(Self.boxKey[0])",
            ])
        #expect(
            lab.mediaOrders() == [
                "open 1 audio: outside 16384 to ? receives 80/a1 sends 80/01 | inside 16384 to 192.0.2.50:30000"
            ])
        let length = try #require(lines(answer, "Content-Length").first).split(separator: " ").last.flatMap { Int($0) }
        #expect(length == answer.utf8.count - (answer.range(of: "\r\n\r\n") ?? 0))

        let contact = try #require(lines(answer, "Contact").first).dropFirst("Contact: <".count).dropLast()
        #expect(contact == "sip:bob@10.10.0.26:5061;transport=tls", "the desk phone can not be reached from outside")
        let ack = lab.phone(id, Words.fromPhone("ACK", toTag: "db", uri: String(contact)))
        #expect(startLines(ack) == ["ACK sip:bob@192.0.2.50:5060 SIP/2.0"], "and is what it was to the server")
        #expect(lab.engine.engine.callSummaries.map(\.state) == [.active])

        lab.phone(id, Words.fromPhone("BYE", 2, toTag: "db", uri: String(contact)))
        #expect(lab.engine.engine.callSummaries.map(\.state) == [.ending])
        lab.server(id, Words.toPhone("200 OK", "BYE", 2))
        #expect(lab.mediaOrders() == ["close 1"])
        lab.expectNoCalls()
    }

    @Test func thePhoneIsCalled() throws {
        let lab = try Self.lab()
        let id = try lab.connect()
        lab.phone(id, Words.fromPhone("OPTIONS"))
        let invite = lab.server(id, Words.fromServer("INVITE", body: Words.clear()))
        #expect(
            plain(invite).hasPrefix(
                """
                INVITE sip:alice@192.168.10.5:5061;transport=tls SIP/2.0
                Via: SIP/2.0/TLS 10.10.0.26;branch=z9hG4bKc1INVITE1s
                Via: SIP/2.0/UDP 192.0.2.50:5060;branch=z9hG4bKdesk
                Record-Route: <sip:10.10.0.26;transport=tls;r2=on;lr>
                Record-Route: <sip:10.10.0.26;r2=on;lr>
                Max-Forwards: 69
                From: <sip:bob@10.10.0.26>;tag=db
                To: <sip:alice@10.10.0.26>
                Call-ID: c1
                CSeq: 1 INVITE
                Contact: <sip:bob@192.0.2.50:5060>
                """))
        #expect(
            Self.media(invite) == [
                "o=- 2 1 IN IP4 10.10.0.25", "c=IN IP4 10.10.0.25", "m=audio 16384 RTP/SAVP 0 101",
                "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(Self.boxKey[0])",
                "a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:\(Self.boxKey[1])",
            ])
        let body = Words.secure(suite: "32", tag: 2)
        let route = "\nRecord-Route: <sip:10.10.0.26;transport=tls;r2=on;lr>"
        let answer = lab.phone(id, Words.toServer("200 OK", "INVITE", extra: route, body: body))
        #expect(
            plain(answer).hasPrefix(
                """
                SIP/2.0 200 OK
                Via: SIP/2.0/TCP 192.0.2.101;branch=z9hG4bKc1INVITE1s;received=10.10.0.26
                """))
        #expect(lines(answer, "Record-Route") == ["Record-Route: <sip:192.0.2.101;transport=tcp;r2=on;lr>"])
        #expect(
            Self.media(answer) == [
                "o=- 1 1 IN IP4 192.0.2.25", "c=IN IP4 192.0.2.25", "m=audio 16384 RTP/AVP 0 101",
            ])
        #expect(
            lab.mediaOrders() == [
                "open 1 audio: outside 16384 to ? receives 32/a1 sends 32/02 | inside 16384 to 192.0.2.50:30000"
            ])
        lab.server(id, Words.fromServer("ACK", toTag: "pa"))
        lab.server(id, Words.fromServer("BYE", 2, toTag: "pa"))
        lab.phone(id, Words.toServer("200 OK", "BYE", 2))
        #expect(lab.mediaOrders() == ["close 1"])
        lab.expectNoCalls()
    }

    /// Puts a call through that the phone makes.
    static func begin(_ lab: CallLab, _ id: StreamID, secure: String = Words.secure(), clear: String = Words.clear()) {
        lab.phone(id, Words.fromPhone("INVITE", body: secure))
        lab.server(id, Words.toPhone("200 OK", "INVITE", body: clear))
        lab.phone(id, Words.fromPhone("ACK", toTag: "db"))
    }

    @Test func holdAndResume() throws {
        let lab = try Self.lab()
        let id = try lab.connect()
        Self.begin(lab, id)
        _ = lab.mediaOrders()
        let hold = lab.phone(
            id,
            Words.fromPhone("INVITE", 2, toTag: "db", body: Words.secure(direction: "sendonly", version: 2)))
        #expect(lines(hold, "a=send", "m=") == ["m=audio 16384 RTP/AVP 0 101", "a=sendonly"])
        let held = lab.server(id, Words.toPhone("200 OK", "INVITE", 2, body: Words.clear(direction: "recvonly")))
        #expect(lines(held, "a=crypto") == ["a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(Self.boxKey[0])"])
        #expect(
            lab.mediaOrders() == [
                "update 1 audio: outside 16384 to ? receives 80/a1 sends 80/01 deaf"
                    + " | inside 16384 to 192.0.2.50:30000 silent"
            ])
        lab.server(id, Words.fromServer("INVITE", 1, toTag: "pa", body: Words.clear()))
        lab.phone(id, Words.toServer("200 OK", "INVITE", 1, body: Words.secure(version: 3)))
        #expect(
            lab.mediaOrders() == [
                "update 1 audio: outside 16384 to ? receives 80/a1 sends 80/01 | inside 16384 to 192.0.2.50:30000"
            ])
    }

    /// The older way: an address of zeros.
    @Test func holdByZeros() throws {
        let lab = try Self.lab()
        let id = try lab.connect()
        Self.begin(lab, id)
        _ = lab.mediaOrders()
        let hold = lab.server(id, Words.fromServer("INVITE", 1, toTag: "pa", body: Words.clear("0.0.0.0")))
        #expect(lines(hold, "c=") == ["c=IN IP4 0.0.0.0"])
        lab.phone(id, Words.toServer("200 OK", "INVITE", 1, body: Words.secure()))
        #expect(
            lab.mediaOrders() == [
                "update 1 audio: outside 16384 to ? receives 80/a1 sends 80/01 | inside 16384 to ? deaf"
            ])
    }

    @Test func aNewKeyIsAnsweredWithANewKey() throws {
        let lab = try Self.lab()
        let id = try lab.connect()
        Self.begin(lab, id)
        _ = lab.mediaOrders()
        lab.phone(id, Words.fromPhone("INVITE", 2, toTag: "db", body: Words.secure(key: "b")))
        let answer = lab.server(id, Words.toPhone("200 OK", "INVITE", 2, body: Words.clear("192.0.2.51", port: 30_002)))
        #expect(lines(answer, "a=crypto") == ["a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(Self.boxKey[1])"])
        #expect(
            lab.mediaOrders() == [
                "update 1 audio: outside 16384 to ? receives 80/b2 sends 80/02 | inside 16384 to 192.0.2.51:30002"
            ])
    }

    @Test func aRefusedOfferChangesNothing() throws {
        let lab = try Self.lab()
        let id = try lab.connect()
        Self.begin(lab, id)
        _ = lab.mediaOrders()
        lab.phone(id, Words.fromPhone("INVITE", 2, toTag: "db", body: Words.secure(key: "b")))
        lab.server(id, Words.toPhone("491 Request Pending", "INVITE", 2))
        #expect(lab.mediaOrders().isEmpty)
        #expect(lab.engine.engine.callSummaries.map(\.state) == [.active])
    }

    @Test func anOfferInTheAnswer() throws {
        let lab = try Self.lab()
        let id = try lab.connect()
        lab.server(id, Words.fromServer("INVITE"))
        let offer = lab.phone(id, Words.toServer("200 OK", "INVITE", body: Words.secure()))
        #expect(lines(offer, "m=", "a=crypto") == ["m=audio 16384 RTP/AVP 0 101"])
        #expect(lab.mediaOrders().isEmpty)
        let answer = lab.server(id, Words.fromServer("ACK", toTag: "pa", body: Words.clear()))
        #expect(lines(answer, "m=") == ["m=audio 16384 RTP/SAVP 0 101"])
        #expect(
            lab.mediaOrders() == [
                "open 1 audio: outside 16384 to ? receives 80/a1 sends 80/01 | inside 16384 to 192.0.2.50:30000"
            ])
    }

    @Test func earlyMediaAndForks() throws {
        let lab = try Self.lab()
        let id = try lab.connect()
        lab.phone(id, Words.fromPhone("INVITE", body: Words.secure()))
        let progress = lab.server(id, Words.toPhone("183 Session Progress", "INVITE", tag: "f1", body: Words.clear()))
        #expect(lab.mediaOrders().count == 1)
        let other = lab.server(
            id, Words.toPhone("183 Session Progress", "INVITE", tag: "f2", body: Words.clear("192.0.2.60")))
        #expect(lines(progress, "a=crypto") == lines(other, "a=crypto"), "one key, whatever branch answers")
        #expect(
            lab.mediaOrders() == [
                "update 1 audio: outside 16384 to ? receives 80/a1 sends 80/01 | inside 16384 to 192.0.2.60:30000"
            ])
        lab.phone(id, Words.fromPhone("PRACK", 2, toTag: "f1"))
        lab.server(id, Words.toPhone("200 OK", "PRACK", 2, tag: "f1"))
        lab.server(id, Words.toPhone("200 OK", "INVITE", tag: "f1", body: Words.clear()))
        #expect(lab.mediaOrders().count == 1)
        #expect(lab.engine.engine.callSummaries.map(\.state) == [.active])
        // Another branch has answered, too, and is sent away (RFC 3261 section 13.2.2.4).
        lab.server(id, Words.toPhone("200 OK", "INVITE", tag: "f2"))
        lab.phone(id, Words.fromPhone("BYE", 3, toTag: "f2"))
        lab.server(id, Words.toPhone("200 OK", "BYE", 3, tag: "f2"))
        #expect(lab.engine.engine.callSummaries.map(\.state) == [.active])
        lab.phone(id, Words.fromPhone("BYE", 4, toTag: "f1"))
        lab.server(id, Words.toPhone("200 OK", "BYE", 4, tag: "f1"))
        lab.expectNoCalls()
    }

    /// Behind one connection there may be several that ring: each has a tag of its own.
    @Test func theCalledSideForks() throws {
        let lab = try Self.lab()
        let id = try lab.connect()
        lab.server(id, Words.fromServer("INVITE", body: Words.clear()))
        lab.phone(id, Words.toServer("180 Ringing", "INVITE", tag: "f1"))
        lab.phone(id, Words.toServer("183 Session Progress", "INVITE", tag: "f2", body: Words.secure()))
        #expect(lab.mediaOrders().count == 1)
        let answer = lab.phone(id, Words.toServer("200 OK", "INVITE", tag: "f3", body: Words.secure(key: "b")))
        #expect(
            Self.media(answer) == [
                "o=- 1 1 IN IP4 192.0.2.25", "c=IN IP4 192.0.2.25", "m=audio 16384 RTP/AVP 0 101",
            ])
        #expect(
            lab.mediaOrders() == [
                "update 1 audio: outside 16384 to ? receives 80/b2 sends 80/01 | inside 16384 to 192.0.2.50:30000"
            ])
        lab.server(id, Words.fromServer("ACK", toTag: "f3"))
        lab.server(id, Words.fromServer("BYE", 2, toTag: "f3"))
        lab.phone(id, Words.toServer("200 OK", "BYE", 2, tag: "f3"))
        lab.expectNoCalls()
    }

    @Test func theCalledSideForksAndRefuses() throws {
        let lab = try Self.lab()
        let id = try lab.connect()
        lab.server(id, Words.fromServer("INVITE", body: Words.clear()))
        lab.phone(id, Words.toServer("180 Ringing", "INVITE", tag: "f1"))
        lab.phone(id, Words.toServer("486 Busy Here", "INVITE", tag: "f2"))
        lab.expectNoCalls()
    }

    /// The call server forks to two lines of one phone: what one of them says is not the other's end.
    @Test func aPhoneThatIsCalledTwiceAtOnce() throws {
        let lab = try Self.lab()
        let id = try lab.connect()
        lab.server(id, Words.fromServer("INVITE", body: Words.clear()))
        lab.server(id, Words.fromServer("INVITE", body: Words.clear()))
        lab.phone(id, Words.toServer("180 Ringing", "INVITE", tag: "f1"))
        lab.phone(id, Words.toServer("486 Busy Here", "INVITE", tag: "f2"))
        #expect(lab.engine.engine.callsInUse == 1)
        let answer = lab.phone(id, Words.toServer("200 OK", "INVITE", tag: "f1", body: Words.secure()))
        #expect(lines(answer, "m=") == ["m=audio 16384 RTP/AVP 0 101"])
        #expect(lab.mediaOrders().count == 1)
    }

    @Test func anUpdateInAnEarlyDialog() throws {
        let lab = try Self.lab()
        let id = try lab.connect()
        lab.phone(id, Words.fromPhone("INVITE", body: Words.secure()))
        lab.server(id, Words.toPhone("183 Session Progress", "INVITE", body: Words.clear()))
        let update = lab.phone(id, Words.fromPhone("UPDATE", 2, toTag: "db", body: Words.secure(port: 20_002)))
        #expect(lines(update, "m=") == ["m=audio 16384 RTP/AVP 0 101"])
        lab.server(id, Words.toPhone("200 OK", "UPDATE", 2, body: Words.clear(port: 30_002)))
        let final = lab.server(id, Words.toPhone("200 OK", "INVITE", body: Words.clear(port: 30_002)))
        #expect(lines(final, "m=") == ["m=audio 16384 RTP/SAVP 0 101"], "a repeated answer stays one")
        #expect(lab.mediaOrders().count == 2)
    }

    @Test func cancelled() throws {
        let lab = try Self.lab()
        let id = try lab.connect()
        lab.phone(id, Words.fromPhone("INVITE", body: Words.secure()))
        lab.server(id, Words.toPhone("180 Ringing", "INVITE"))
        lab.phone(id, Words.fromPhone("CANCEL"))
        lab.server(id, Words.toPhone("200 OK", "CANCEL"))
        #expect(lab.engine.engine.callSummaries.map(\.state) == [.ending])
        lab.server(id, Words.toPhone("487 Request Terminated", "INVITE"))
        lab.expectNoCalls()
        #expect(startLines(lab.phone(id, Words.fromPhone("ACK", toTag: "db"))).count == 1, "its ACK passes")
    }

    @Test func busyAndChallenged() throws {
        let lab = try Self.lab()
        let id = try lab.connect()
        lab.phone(id, Words.fromPhone("INVITE", body: Words.secure()))
        lab.server(id, Words.toPhone("407 Proxy Authentication Required", "INVITE"))
        lab.expectNoCalls()
        lab.phone(id, Words.fromPhone("INVITE", 2, body: Words.secure()))
        lab.server(id, Words.toPhone("486 Busy Here", "INVITE", 2))
        lab.expectNoCalls()
        #expect(lab.mediaOrders().isEmpty)
    }
}

/// Gives keys whose bytes are all 1, then all 2, and so on.
final class KeyCounter: @unchecked Sendable {
    private var count: UInt8 = 0

    func next(_ length: Int) -> [UInt8] {
        count &+= 1
        return [UInt8](repeating: count, count: length)
    }
}

extension String {
    /// How many bytes reach to the end of the first `text`.
    func range(of text: String) -> Int? {
        let (bytes, wanted) = (Array(utf8), Array(text.utf8))
        guard bytes.count >= wanted.count else { return nil }
        return (0...(bytes.count - wanted.count))
            .first { bytes[$0..<$0 + wanted.count].elementsEqual(wanted) }
            .map { $0 + wanted.count }
    }
}
