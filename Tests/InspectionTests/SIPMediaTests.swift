import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// What becomes of media that is not one audio line with a key: more lines, none that can be carried, none left, and
/// two phones that meet.
@Suite struct SIPMediaTests {
    private func offer(_ lines: String) -> String {
        """
        v=0
        o=- 1 1 IN IP4 192.168.10.5
        s=-
        c=IN IP4 192.168.10.5
        t=0 0
        \(lines)
        """
    }

    private let audio = "m=audio 20000 RTP/SAVP 0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(Words.key("a"))"

    @Test(
        arguments: [
            "m=audio 20000 RTP/AVP 0",
            "m=audio 20000 RTP/SAVP 0",
            "m=audio 20000 RTP/SAVP 0\na=crypto:1 F8_128_HMAC_SHA1_80 inline:\(Words.key("a"))",
            "m=audio 20000 RTP/SAVP 0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA",
            "m=audio 20000 RTP/SAVP 0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(Words.key("a"))|2^20|1:4",
            "m=audio 20000 RTP/SAVP 0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(Words.key("a")) UNENCRYPTED_SRTP",
            "m=audio 20000 UDP/TLS/RTP/SAVPF 0\na=fingerprint:sha-1 AA",
            "m=image 20000 udptl t38",
        ])
    func withoutProtectionThereIsNoCall(_ line: String) throws {
        let lab = try SIPCallTests.lab()
        let id = try lab.connect()
        #expect(lab.phone(id, Words.fromPhone("INVITE", body: offer(line))) == "")
        let heard = lab.heard(.phone, id)
        #expect(
            plain(heard) == """
                SIP/2.0 488 Not Acceptable Here
                Via: SIP/2.0/TLS 192.168.10.5:5061;rport;branch=z9hG4bKc1INVITE1
                From: <sip:alice@10.10.0.26>;tag=pa
                To: <sip:bob@10.10.0.26>;tag=1
                Call-ID: c1
                CSeq: 1 INVITE
                Content-Length: 0


                """)
        #expect(lab.phone(id, Words.fromPhone("ACK", toTag: "1")) == "", "its ACK is for the box")
        #expect(lab.engine.engine.counters.media.linesRefused == 1)
        lab.expectNoCalls()
    }

    @Test func aLineThatCanNotBeCarriedIsRefusedAndTheOthersGoOn() throws {
        let lab = try SIPCallTests.lab()
        let id = try lab.connect()
        let heard = lab.phone(
            id, Words.fromPhone("INVITE", body: offer(audio + "\nm=image 20002 udptl t38\na=T38FaxVersion:0")))
        #expect(lines(heard, "m=") == ["m=audio 16384 RTP/AVP 0", "m=image 0 udptl t38"])
        let answer = lab.server(
            id,
            Words.toPhone(
                "200 OK", "INVITE", body: Words.clear() + "\nm=image 0 udptl t38"))
        #expect(lines(answer, "m=") == ["m=audio 16384 RTP/SAVP 0 101", "m=image 0 udptl t38"])
        #expect(lab.mediaOrders().count == 1)
    }

    /// A line that is off is called by each side's own name.
    @Test func aLineIsSwitchedOff() throws {
        let lab = try SIPCallTests.lab()
        let id = try lab.connect()
        SIPCallTests.begin(lab, id)
        let off = lab.phone(id, Words.fromPhone("INVITE", 2, toTag: "db", body: offer("m=audio 0 RTP/SAVP 0")))
        #expect(lines(off, "m=", "a=crypto") == ["m=audio 0 RTP/AVP 0"])
        let answer = lab.server(
            id,
            Words.toPhone(
                "200 OK", "INVITE", 2, body: "v=0\no=- 2 2 IN IP4 192.0.2.50\ns=-\nt=0 0\nm=audio 0 RTP/AVP 0"))
        #expect(lines(answer, "m=", "a=crypto") == ["m=audio 0 RTP/SAVP 0"])
        let back = lab.server(
            id,
            Words.fromServer(
                "INVITE", 1, toTag: "pa", body: "v=0\no=- 2 3 IN IP4 192.0.2.50\ns=-\nt=0 0\nm=audio 0 RTP/AVPF 0"))
        #expect(lines(back, "m=", "a=crypto") == ["m=audio 0 RTP/SAVPF 0"])
    }

    @Test func videoIsProtectedBesideAudio() throws {
        let lab = try SIPCallTests.lab()
        let id = try lab.connect()
        let video =
            "m=video 20002 RTP/SAVPF 97\na=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:\(Words.key("b"))"
            + "\na=rtpmap:97 H264/90000\na=rtcp-fb:97 nack"
        let heard = lab.phone(id, Words.fromPhone("INVITE", body: offer(audio + "\n" + video)))
        #expect(lines(heard, "m=") == ["m=audio 16384 RTP/AVP 0", "m=video 16386 RTP/AVPF 97"])
        let answer = lab.server(
            id,
            Words.toPhone(
                "200 OK", "INVITE",
                body: Words.clear() + "\nm=video 30002 RTP/AVPF 97\na=rtpmap:97 H264/90000"))
        #expect(
            lines(answer, "m=video", "a=crypto:7") == [
                "m=video 16386 RTP/SAVPF 97", "a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:\(SIPCallTests.boxKey[1])",
            ])
        #expect(
            lab.mediaOrders().last
                == "open 2 video: outside 16386 to ? receives 80/b2 sends 80/02 | inside 16386 to 192.0.2.50:30002")
    }

    @Test func candidatesAndFingerprintsStayOnTheirSide() throws {
        let lab = try SIPCallTests.lab()
        let id = try lab.connect()
        let ice =
            "\na=ice-ufrag:u\na=ice-pwd:p\na=candidate:1 1 UDP 1 192.168.10.5 20000 typ host\na=rtcp:20009"
            + "\na=rtcp-mux\na=fingerprint:sha-1 AA\na=setup:actpass"
        let heard = lab.phone(id, Words.fromPhone("INVITE", body: offer(audio + ice)))
        #expect(lines(heard, "a=") == ["a=rtcp-mux"])
        lab.server(id, Words.toPhone("200 OK", "INVITE", body: Words.clear() + "\na=rtcp-mux"))
        #expect(
            lab.mediaOrders() == [
                "open 1 audio: outside 16384 to ? receives 80/a1 sends 80/01 mux"
                    + " | inside 16384 to 192.0.2.50:30000 mux"
            ])
    }

    /// A phone without a router before it is where it says that it is.
    @Test func aPublicAddressIsBelieved() throws {
        let lab = try SIPCallTests.lab()
        let id = try lab.connect()
        lab.phone(id, Words.fromPhone("INVITE", body: Words.secure("98.208.49.30")))
        lab.server(id, Words.toPhone("200 OK", "INVITE", body: Words.clear() + "\na=rtcp:30009"))
        #expect(
            lab.mediaOrders() == [
                "open 1 audio: outside 16384 to 98.208.49.30:20000 receives 80/a1 sends 80/01"
                    + " | inside 16384 to 192.0.2.50:30000 rtcp 30009"
            ])
    }

    @Test func thePhonesAnswerHasToHaveAKeyThatWasOffered() throws {
        for body in [Words.clear("192.168.10.5"), Words.secure(tag: 9), Words.secure(suite: "32", tag: 1)] {
            let lab = try SIPCallTests.lab()
            let id = try lab.connect()
            lab.server(id, Words.fromServer("INVITE", body: Words.clear()))
            let answer = lab.phone(id, Words.toServer("200 OK", "INVITE", body: body))
            #expect(lines(answer, "m=") == ["m=audio 0 RTP/AVP 0 101"])
            #expect(!answer.contains("crypto"))
            #expect(lab.mediaOrders().isEmpty)
        }
    }

    // MARK: Ports

    /// ASA 337008.
    @Test func noPortNoCall() throws {
        let lab = try SIPCallTests.lab(.callBox(ports: 16384...16385))
        let id = try lab.connect()
        lab.phone(id, Words.fromPhone("INVITE", body: Words.secure()))
        #expect(lab.phone(id, Words.fromPhone("INVITE", call: "c2", body: Words.secure())) == "")
        #expect(startLines(lab.heard(.phone, id)) == ["SIP/2.0 503 Service Unavailable"])
        #expect(lab.story.contains("no media port for outside:98.208.49.30:49152"))
        #expect(lab.engine.engine.counters.media.portsExhausted == 1)
        #expect(lab.server(id, Words.fromServer("INVITE", call: "c3", body: Words.clear())) == "")
        #expect(startLines(lab.heard(.server, id)) == ["SIP/2.0 503 Service Unavailable"])
        lab.server(id, Words.toPhone("486 Busy Here", "INVITE"))
        lab.expectNoCalls()
        #expect(lab.phone(id, Words.fromPhone("INVITE", call: "c4", body: Words.secure())) != "")
    }

    @Test(arguments: [16384...32767, 2001...32770, 16385...16520, 65500...65535] as [ClosedRange<UInt16>])
    func portsAreEvenPairedAndInTheRange(_ range: ClosedRange<UInt16>) throws {
        var ports = MediaPorts(try Configuration.callBox(ports: range))
        var taken: Set<Endpoint> = []
        let inside = InterfaceIndex(0)
        let outside = InterfaceIndex(1)
        while let pair = ports.take(outside, inside) {
            for port in [pair.first, pair.second] {
                #expect(port.port % 2 == 0 && range.contains(port.port) && range.contains(port.port + 1))
                #expect(taken.insert(port).inserted)
            }
            #expect(MediaPorts.residue(of: pair.first.port) == MediaPorts.residue(of: pair.second.port))
            if taken.count > 40_000 { break }
        }
        let pairs = (Int(range.upperBound) - Int(range.lowerBound + range.lowerBound % 2) + 1) / 2
        #expect(taken.count == pairs * 2, "every port is used before one is refused")
        #expect(ports.used == pairs * 2)
        for port in taken { ports.give(back: port) }
        for port in taken { ports.give(back: port) }
        #expect(ports.used == 0)
        let again = ports.take(outside, inside, of: Int(range.upperBound / 2) % 64)
        #expect(again != nil)
    }

    @Test func aFreedPortComesAgainLast() throws {
        var ports = MediaPorts(try Configuration.callBox(ports: 16384...16895))
        let taken = ports.take(InterfaceIndex(1), InterfaceIndex(0), of: 3)
        let first = try #require(taken)
        ports.give(back: first.first)
        ports.give(back: first.second)
        let again = ports.take(InterfaceIndex(1), InterfaceIndex(0), of: 3)
        let next = try #require(again)
        #expect(next.first.port != first.first.port)
    }

    // MARK: Two phones

    /// Two phones call each other through a proxy that keeps Call-ID and tags.
    private func meet(_ lab: CallLab) throws -> (StreamID, StreamID) {
        let alice = try lab.connect()
        let carol = try lab.connect("69.181.112.219:50000", device: "SEP001E7AC4DA9D", local: 40_002)
        let invite = lab.phone(alice, Words.fromPhone("INVITE", to: "carol", body: Words.secure()))
        let offer = body(invite)
        let asked = lab.server(
            carol,
            Words.fromServer(
                "INVITE", to: "carol", from: "alice", fromTag: "pa", body: offer, local: 40_002,
                phone: "69.181.112.219"))
        #expect(lines(asked, "m=") == ["m=audio 16512 RTP/SAVP 0 101"], "of the same class, 64 ports on")
        let answered = lab.phone(
            carol,
            Words.toServer(
                "200 OK", "INVITE", to: "carol", tag: "pc", from: "alice", fromTag: "pa",
                body: Words.secure("192.168.20.7", port: 22_000, key: "b")))
        #expect(lab.mediaOrders().isEmpty, "the other half is not known yet")
        let answer = body(answered)
        let heard = lab.server(
            alice, Words.toPhone("200 OK", "INVITE", to: "carol", tag: "pc", body: answer))
        #expect(lines(heard, "m=") == ["m=audio 16384 RTP/SAVP 0 101"])
        return (alice, carol)
    }

    @Test func twoPhonesMeetInTheBox() throws {
        let lab = try SIPCallTests.lab()
        let (alice, carol) = try meet(lab)
        #expect(
            lab.mediaOrders() == [
                "open 1 audio: outside 16384 to ? receives 80/a1 sends 80/03"
                    + " | outside 16512 to ? receives 80/b2 sends 80/01"
            ])
        lab.phone(alice, Words.fromPhone("BYE", 2, to: "carol", toTag: "pc"))
        lab.server(alice, Words.toPhone("200 OK", "BYE", 2, to: "carol", tag: "pc"))
        #expect(lab.mediaOrders() == ["close 1"])
        lab.server(
            carol,
            Words.fromServer("BYE", 2, to: "carol", toTag: "pc", from: "alice", fromTag: "pa", local: 40_002))
        lab.phone(carol, Words.toServer("200 OK", "BYE", 2, to: "carol", tag: "pc", from: "alice", fromTag: "pa"))
        lab.expectNoCalls()
    }

    /// The server moves one of two phones to a desk phone, and the other one to nobody.
    @Test func phonesThatHaveMetPartAgain() throws {
        let lab = try SIPCallTests.lab()
        let (alice, _) = try meet(lab)
        _ = lab.mediaOrders()
        lab.server(
            alice,
            Words.fromServer("INVITE", 1, toTag: "pa", from: "carol", fromTag: "pc", body: Words.clear()))
        lab.phone(
            alice, Words.toServer("200 OK", "INVITE", 1, from: "carol", fromTag: "pc", body: Words.secure()))
        #expect(
            lab.mediaOrders() == [
                "close 1",
                "open 2 audio: outside 16384 to ? receives 80/a1 sends 80/03 | inside 16384 to 192.0.2.50:30000",
            ])
    }
}
