import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// Plain `inspect sip`: what passes in packets has the names that its receiver knows.
@Suite struct SIPPacketTests {
    @Test func aRequestFromOutsideNamesTheServerAsItIs() throws {
        let lab = try SIPPacketLab()
        let outcome = try lab.fromPhone(SIPTalk.request("REGISTER", extra: "\nRoute: <sip:10.10.0.26;lr>"))
        #expect(outcome.isForwarded)
        #expect(outcome.route == "203.0.113.9:5060 > 192.0.2.101:5060")
        #expect(
            lines(outcome.text, "REGISTER", "Via", "From", "To", "Route", "Contact") == [
                "REGISTER sip:2001@192.0.2.101 SIP/2.0",
                "Via: SIP/2.0/UDP 203.0.113.9:5060;rport;branch=z9hG4bKc1REGISTER1",
                "From: <sip:alice@192.0.2.101>;tag=p", "To: <sip:2001@192.0.2.101>",
                "Contact: <sip:alice@203.0.113.9:5060>", "Route: <sip:192.0.2.101;lr>",
            ])
    }

    @Test func aResponseFromInsideNamesItAsItIsSeen() throws {
        let lab = try SIPPacketLab()
        try lab.fromPhone(SIPTalk.request("INVITE", body: SIPTalk.clear("203.0.113.9", port: 40_000)))
        let outcome = try lab.fromServer(SIPTalk.response("200 OK", "INVITE", body: SIPTalk.clear("192.0.2.16")))
        #expect(outcome.route == "10.10.0.26:5060 > 203.0.113.9:5060")
        #expect(
            lines(outcome.text, "Record-Route", "From", "To", "Contact", "o=", "c=", "m=") == [
                "Record-Route: <sip:10.10.0.26;lr>", "From: <sip:alice@10.10.0.26>;tag=p",
                "To: <sip:2001@10.10.0.26>;tag=d", "Contact: <sip:2001@10.10.0.30:5060>",
                "o=- 2 1 IN IP4 10.10.0.30", "c=IN IP4 10.10.0.30", "m=audio 30000 RTP/AVP 0 101",
            ])
        let described = body(outcome.text)
        #expect(outcome.text.contains("Content-Length: \(wire(described).utf8.count)\n"))
    }

    @Test func whatTheServerHasSeenOfAPhoneInsideComesBackAsItWas() throws {
        // A desk phone registers with a server outside, which tells it where it was seen.
        let lab = try SIPPacketLab()
        let request = sip(
            """
            REGISTER sip:203.0.113.9 SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.16:5062;rport;branch=z9hG4bK1
            From: <sip:2001@203.0.113.9>;tag=1
            To: <sip:2001@203.0.113.9>
            Call-ID: r1
            CSeq: 1 REGISTER
            Contact: <sip:2001@192.0.2.16:5062>
            Content-Length: *
            """)
        let asked = try lab.say(request, "192.0.2.16:5062", to: "203.0.113.9:5060", on: "inside")
        #expect(asked.text.contains("Via: SIP/2.0/UDP 10.10.0.30:5062;rport;branch"))
        #expect(asked.text.contains("Contact: <sip:2001@10.10.0.30:5062>"))
        let answer = plain(asked.text).replacing("REGISTER sip:203.0.113.9 SIP/2.0", with: "SIP/2.0 200 OK")
            .replacing("rport", with: "rport=5062;received=10.10.0.30").replacing("\n", with: "\r\n")
        let answered = try lab.say(answer, "203.0.113.9:5060", to: "10.10.0.30:5062", on: "outside")
        #expect(answered.text.contains("Via: SIP/2.0/UDP 192.0.2.16:5062;rport=5062;received=192.0.2.16;branch"))
        #expect(answered.text.contains("Contact: <sip:2001@192.0.2.16:5062>"))
        #expect(
            lab.holes == ["signalling outside:203.0.113.9 to 10.10.0.30:5062 from 200"],
            "the registrar may send to what it keeps")
    }

    @Test func aMessageWithoutTranslatedNamesStaysAsItIs() throws {
        let lab = try SIPPacketLab()
        let text = SIPTalk.request("OPTIONS").replacing("10.10.0.26", with: "example.com")
        let outcome = try lab.fromPhone(text)
        #expect(outcome.isForwarded)
        #expect(outcome.text == plain(text))
    }

    @Test func aPacketOfTheSameLengthIsChangedInPlace() throws {
        let lab = try SIPPacketLab { _ in
        } _: { configuration in
            configuration.translations.removeAll()
            configuration = try configuration.translating("192.0.2.101", to: "10.10.0.126")
                .listing([try entry(.permit, .udp, to: "10.10.0.126", eq: 5060)], on: nil)
            configuration.accessGroups.removeFirst()
        }
        let text = SIPTalk.request("OPTIONS").replacing("10.10.0.26", with: "10.10.0.126")
        let outcome = try lab.say(text, "203.0.113.9:5060", to: "10.10.0.126:5060", on: "outside")
        #expect(outcome.text.contains("OPTIONS sip:2001@192.0.2.101 SIP/2.0"))
        #expect(outcome.verdict.isRewritten && !outcome.verdict.isReplaced)
    }

    @Test func aPortOfStaticPATIsTranslatedWithTheAddress() throws {
        let lab = try SIPPacketLab { _ in
        } _: { configuration in
            configuration.translations.removeAll()
            configuration = try configuration.translating("192.0.2.101", to: "10.10.0.24", service: (5060, 6060))
                .listing([try entry(.permit, .udp, to: "10.10.0.24", eq: 6060)], on: nil)
            configuration.accessGroups.removeFirst()
            configuration.inspect(.port(.udp, PortMatch(6060, 6060)), [.sip])
        }
        let request = SIPTalk.request("INVITE", body: SIPTalk.clear("203.0.113.9", port: 40_000))
            .replacing("10.10.0.26", with: "10.10.0.24:6060")
        let asked = try lab.say(request, "203.0.113.9:5060", to: "10.10.0.24:6060", on: "outside")
        #expect(asked.route == "203.0.113.9:5060 > 192.0.2.101:5060")
        #expect(asked.text.hasPrefix("INVITE sip:2001@192.0.2.101:5060 SIP/2.0"))
        let answer = SIPTalk.response(
            "200 OK", "INVITE", contact: "<sip:x@192.0.2.101>", body: SIPTalk.clear("192.0.2.101"))
        let answered = try lab.fromServer(answer)
        #expect(answered.route == "10.10.0.24:6060 > 203.0.113.9:5060")
        #expect(answered.text.contains("Contact: <sip:x@10.10.0.24:6060>"))
        // Media keeps its port at the mapped address, though no rule names it.
        #expect(answered.text.contains("c=IN IP4 10.10.0.24\n"))
        let media = try lab.media("203.0.113.9:40000", to: "10.10.0.24:30000", on: "outside")
        #expect(media.route == "203.0.113.9:40000 > 192.0.2.101:30000")
        let back = try lab.media("192.0.2.101:30000", to: "203.0.113.9:40000", on: "inside")
        #expect(back.route == "10.10.0.24:30000 > 203.0.113.9:40000")
    }

    @Test func aDatagramInPiecesIsCutAnewWhenItGrows() throws {
        let lab = try SIPPacketLab()
        let long = "\nX-Filler: " + String(repeating: "x", count: 2000)
        let text = SIPTalk.request("REGISTER", extra: long)
        let builder = PacketBuilder(from: try address("203.0.113.9"), to: try address("10.10.0.26"))
        let whole = builder.udp(from: 5060, to: 5060, Array(text.utf8))
        let pieces = IPFragments.cut(whole, carrying: 1000, identification: 77)
        #expect(pieces.count == 3)
        for piece in pieces.dropLast() { #expect(lab.box.send(piece, on: "outside").verdict.action == .hold) }
        let last = lab.box.send(try #require(pieces.last), on: "outside")
        #expect(last.isForwarded)
        let sent = lab.box.takeReleases().map(\.packet) + [last.packet]
        var table = FragmentTable(FragmentLimits())
        var joined: [UInt8] = []
        for piece in sent {
            let ip = try IPHeader.decode(piece.span)
            let found1 = IPHeader.hasValidV4Checksum(piece.span, headerLength: 20)
            #expect(found1)
            if case .whole(let all) = table.add(piece.span, ip, from: InterfaceIndex(0), at: .zero) {
                joined = FragmentTable.join(all)
            }
        }
        let ip = try IPHeader.decode(joined.span)
        #expect(ip.destination == (try address("192.0.2.101")))
        let sum2 = PacketChecksum.verifyTransport(joined.span, ip)
        #expect(sum2 == .right)
        let udp = try UDPHeader.decode(joined.span, ip)
        #expect(String(decoding: joined[udp.payload], as: UTF8.self).hasPrefix("REGISTER sip:2001@192.0.2.101 SIP"))
    }

    @Test func aWrongChecksumStaysWrong() throws {
        let lab = try SIPPacketLab()
        let builder = PacketBuilder(from: try address("203.0.113.9"), to: try address("10.10.0.26"))
        var packet = builder.udp(from: 5060, to: 5060, Array(SIPTalk.request("OPTIONS").utf8))
        packet[26] ^= 0x55
        let outcome = lab.box.send(packet, on: "outside")
        #expect(outcome.verdict.isReplaced)
        let ip = try IPHeader.decode(outcome.packet.span)
        let sum3 = PacketChecksum.verifyTransport(outcome.packet.span, ip)
        #expect(sum3 == .wrong)
    }

    // MARK: What is no message

    @Test func keepAlivesAndOtherTrafficPassAsTheyAre() throws {
        let lab = try SIPPacketLab()
        for text in ["\r\n\r\n", "\0", "hello", "this is no SIP at all"] {
            #expect(try lab.fromPhone(text).isForwarded, "\(text)")
        }
        var strict = SIPInspectionMap(name: "strict")
        strict.permitsNonSIP = false
        let guarded = try SIPPacketLab(policy: strict)
        #expect(try guarded.fromPhone("\r\n\r\n").isForwarded)
        #expect(try guarded.fromPhone("this is no SIP at all").reason == .inspectionFailed)
        #expect(
            guarded.told.last
                == "SIP: Dropped SIP request ? from outside:203.0.113.9/5060 to inside:192.0.2.101/5060; traffic-non-sip: this is no SIP"
        )
    }

    @Test func aMessageThatCanNotBeReadDoesNotPass() throws {
        let lab = try SIPPacketLab()
        let broken = SIPTalk.request("INVITE", body: "v=0\nm=audio").replacing(
            "Content-Length: ", with: "Content-Length: 9")
        #expect(try lab.fromPhone(broken).reason == .inspectionFailed)
        #expect(
            try lab.fromPhone(SIPTalk.request("INVITE").replacing("CSeq", with: "X-Seq")).reason == .inspectionFailed)
        let description = SIPTalk.request("INVITE", body: "v=0\nm=audio")
        #expect(try lab.fromPhone(description).reason == .inspectionFailed)
        #expect(lab.box.counters.sip.malformed == 3)
        #expect(try lab.fromPhone(SIPTalk.request("OPTIONS")).isForwarded, "good traffic beside it goes on")
    }

    @Test func withoutInspectionNothingIsTouched() throws {
        let lab = try SIPPacketLab { _ in
        } _: {
            $0.inspect(.defaultInspectionTraffic, [.tftp])
        }
        let text = SIPTalk.request("INVITE", body: SIPTalk.clear("203.0.113.9"))
        #expect(try lab.fromPhone(text).text == plain(text))
    }
}
