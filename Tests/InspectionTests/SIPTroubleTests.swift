import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// What goes wrong: silence, limits, bad messages, policies, and phones that vanish.
@Suite struct SIPTroubleTests {
    // MARK: What is not to be told

    @Test func whereARequestHasBeenInsideIsHiddenFromPhones() throws {
        var map = SIPInspectionMap(name: "private")
        for hides in [true, false] {
            map.hidesAddresses = hides
            let lab = try CallLab(.callBox(map))
            let id = try lab.connect()
            let low = "Via: SIP/2.0/UDP 192.0.2.77:5062;branch=z9hG4bKlow"
            let asked = lab.server(
                id,
                sip(
                    """
                    OPTIONS sip:1001@98.208.49.30:40001;transport=tcp SIP/2.0
                    Via: SIP/2.0/TCP 192.0.2.101;branch=z9hG4bKtop
                    \(low)
                    From: <sip:2001@192.0.2.101>;tag=d
                    To: <sip:1001@192.0.2.101>
                    Call-ID: c9
                    CSeq: 1 OPTIONS
                    Content-Length: *
                    """))
            let cover = "Via: SIP/2.0/UDP 10.10.0.26;branch=z9hG4bKlow"
            #expect(lines(asked, "Via").last == (hides ? cover : low))
            let answer = asked.replacing(
                "OPTIONS sip:1001@98.208.49.30:49152;transport=tls SIP/2.0", with: "SIP/2.0 200 OK")
            let heard = lab.phone(id, answer)
            #expect(lines(heard, "Via").last == low && heard.hasPrefix("SIP/2.0 200 OK"), "\(asked)\(heard)")
        }
    }

    // MARK: Time

    @Test func anInvitationThatNobodyAnswersEnds() throws {
        let lab = try SIPCallTests.lab()
        let id = try lab.connect()
        lab.phone(id, Words.fromPhone("INVITE", body: Words.secure()))
        lab.wait(100)
        lab.server(id, Words.toPhone("180 Ringing", "INVITE"))
        lab.wait(178)
        #expect(lab.engine.engine.callsInUse == 1, "the ringing counts anew")
        lab.wait(4)
        lab.expectNoCalls()
        let late = lab.server(id, Words.toPhone("200 OK", "INVITE", body: Words.clear()))
        #expect(
            SIPCallTests.media(late) == [
                "o=- 2 1 IN IP4 10.10.0.25", "c=IN IP4 10.10.0.25", "m=audio 0 RTP/SAVP 0 101",
            ],
            "who answers later gets no media, and the phone reads nothing of the inside")
        #expect(lab.mediaOrders().isEmpty)
    }

    @Test func aGoodbyeThatNobodyAnswersEnds() throws {
        let lab = try SIPCallTests.lab()
        let id = try lab.connect()
        SIPCallTests.begin(lab, id)
        lab.phone(id, Words.fromPhone("BYE", 2, toTag: "db"))
        lab.wait(119)
        #expect(lab.engine.engine.callsInUse == 1)
        lab.wait(3)
        lab.expectNoCalls()
    }

    @Test func aCallLivesAsLongAsItsMedia() throws {
        let lab = try SIPCallTests.lab()
        let id = try lab.connect()
        SIPCallTests.begin(lab, id)
        lab.take(.closed(id, .phone, how: .reset))
        #expect(lab.ends[id] == "reset: closed by peer")
        lab.wait(500)
        #expect(lab.engine.engine.callsInUse == 1, "whoever talks is not cut off")
        lab.report(.idle(MediaSessionID(1)))
        lab.wait(121)
        lab.expectNoCalls()
    }

    @Test func aPhoneThatComesBackGoesOnWithItsCall() throws {
        let lab = try SIPCallTests.lab()
        let id = try lab.connect()
        SIPCallTests.begin(lab, id)
        lab.take(.closed(id, .phone, how: .reset))
        let other = try lab.connect("98.208.49.30:49153", local: 40_005)
        lab.phone(other, Words.fromPhone("BYE", 2, toTag: "db"))
        lab.server(other, Words.toPhone("200 OK", "BYE", 2, local: 40_005))
        lab.expectNoCalls()
    }

    /// Another phone, even at the same address, has no say in it.
    @Test func nobodyElseEndsACall() throws {
        let lab = try SIPCallTests.lab()
        let id = try lab.connect()
        SIPCallTests.begin(lab, id)
        let other = try lab.connect("98.208.49.30:49153", device: "SEP001E7AC4DAFF", local: 40_005)
        lab.phone(other, Words.fromPhone("BYE", 2, toTag: "db"))
        lab.server(other, Words.toPhone("200 OK", "BYE", 2, local: 40_005))
        #expect(lab.engine.engine.callSummaries.map(\.state) == [.active])
    }

    @Test func silentStreamsEndAndRegisteredOnesMayBeSilent() throws {
        let lab = try SIPCallTests.lab()
        let id = try lab.connect()
        lab.wait(1799)
        #expect(lab.ends[id] == nil)
        lab.wait(3)
        #expect(lab.ends[id] == "close: idle")
        #expect(lab.engine.engine.streamsInUse == 0)
    }

    // MARK: Limits

    /// ASA 446001.
    @Test func sessionsAreLimited() throws {
        var configuration = try Configuration.callBox()
        configuration.maximumTLSProxySessions = 2
        let lab = try CallLab(configuration)
        _ = try lab.connect("98.208.49.30:1")
        _ = try lab.connect("98.208.49.30:2")
        let third = try lab.accept("98.208.49.30:3")
        #expect(lab.ends[third] == "reset: maximum TLS proxy sessions reached")
        #expect(lab.story.contains("limit of 2 sessions"))
        let one = try CallLab { $0.streamsPerSource = 1 }
        _ = try one.connect("98.208.49.30:1")
        let second = try one.accept("98.208.49.30:2")
        #expect(one.ends[second] == "reset: too many sessions from this address")
        let elsewhere = try one.accept("98.208.49.31:2")
        #expect(one.ends[elsewhere] == nil)
        let nowhere = try one.accept("98.208.49.32:2", to: "10.10.0.26:5062")
        #expect(one.ends[nowhere] == "reset: no such service")
    }

    @Test func callsAreLimited() throws {
        let lab = try SIPCallTests.lab { $0.callLimit = 2 }
        let id = try lab.connect()
        for call in ["c1", "c2", "c3"] { lab.phone(id, Words.fromPhone("INVITE", call: call, body: Words.secure())) }
        #expect(startLines(lab.heard(.phone, id)) == ["SIP/2.0 503 Service Unavailable"])
        #expect(lab.engine.engine.counters.sip.callsOverLimit == 1)
    }

    @Test func whatNeverEndsIsNotKept() throws {
        let lab = try CallLab()
        let id = try lab.connect()
        lab.phone(id, "INVITE sip:bob@10.10.0.26 SIP/2.0\r\nContent-Length: 200000\r\n\r\n")
        lab.phone(id, String(repeating: "x", count: 70_000))
        #expect(lab.ends[id] == "close: too much waits for the call server")
        let held = try lab.accept("98.208.49.31:1")
        lab.secure(held, device: "SEP001E7AC4DA9D")
        lab.phone(held, String(repeating: "x", count: 70_000))
        #expect(lab.ends[held] == "close: too much waits for the call server")
    }

    // MARK: Bad messages

    @Test(
        arguments: [
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "INVITE sip:b@10.10.0.26 SIP/2.0\r\nContent-Length: x\r\n\r\n",
            "\u{16}\u{3}\u{1}\n\n\n",
        ])
    func whatIsNoSIPEndsTheStream(_ text: String) throws {
        let lab = try CallLab()
        let id = try lab.connect()
        #expect(lab.phone(id, text) == "")
        #expect(lab.ends[id] == "close: malformed message")
        #expect(lab.engine.engine.counters.sip.malformed == 1)
    }

    @Test func aBadMessageIsAnsweredAndTheNextOnePasses() throws {
        let lab = try CallLab()
        let id = try lab.connect()
        let bad = sip("OPTIONS sip:bob@10.10.0.26 SIP/2.0\nVia: SIP/2.0/TLS a\nFrom: <sip:a@b>\nContent-Length: 0")
        #expect(startLines(lab.phone(id, bad + Words.fromPhone("OPTIONS"))).count == 1)
        #expect(startLines(lab.heard(.phone, id)) == ["SIP/2.0 400 Bad Request"])
        #expect(lab.engine.engine.counters.sip.dropped == 1)
    }

    /// Two descriptions in one message would leave it open which one counts, and the other would pass as it is.
    @Test func twoDescriptionsAreNone() throws {
        let lab = try SIPCallTests.lab()
        let id = try lab.connect()
        let part = "--x\nContent-Type: application/sdp\n\n\(Words.secure())\n"
        let text = Words.fromPhone("INVITE", body: part + part + "--x--")
            .replacing("application/sdp\r\nContent-Length", with: "multipart/mixed;boundary=x\r\nContent-Length")
        #expect(lab.phone(id, text) == "")
        #expect(startLines(lab.heard(.phone, id)) == ["SIP/2.0 415 Unsupported Media Type"])
        lab.expectNoCalls()
    }

    @Test func aDescriptionInAMultipartBodyIsChangedInPlace() throws {
        let lab = try SIPCallTests.lab()
        let id = try lab.connect()
        let body =
            "--x\nContent-Type: text/plain\n\nhello\n--x\nContent-Type: application/sdp\n\n\(Words.secure())\n--x--"
        let text = Words.fromPhone("INVITE", body: body)
            .replacing("application/sdp\r\nContent-Length", with: "multipart/mixed;boundary=x\r\nContent-Length")
        let heard = lab.phone(id, text)
        #expect(lines(heard, "m=", "--x", "hello") == ["--x", "hello", "--x", "m=audio 16384 RTP/AVP 0 101", "--x--"])
    }

    @Test func mediaThatBelongsToNoCallIsRefused() throws {
        let lab = try SIPCallTests.lab()
        let id = try lab.connect()
        let heard = lab.phone(id, Words.fromPhone("UPDATE", toTag: "x", body: Words.secure()))
        #expect(lines(heard, "m=", "a=crypto") == ["m=audio 0 RTP/AVP 0 101"])
    }

    // MARK: Policies

    @Test func anInspectionMapActs() throws {
        var map = SIPInspectionMap(name: "strict")
        map.strictHeaderValidation = .init(.drop, logs: true)
        map.maxForwardsValidation = .init(.drop)
        map.stateChecking = .init(.drop)
        map.softwareVersion = .init(.mask, logs: true)
        map.nonSIPURIs = .init(.mask)
        map.permitsInstantMessages = false
        let lab = try CallLab(.callBox(map))
        let id = try lab.connect()
        let options = Words.fromPhone("OPTIONS")
        #expect(lab.phone(id, options.replacing("Max-Forwards: 70", with: "Max-Forwards: 0")) == "")
        #expect(lab.phone(id, options.replacing("CSeq: 1 OPTIONS", with: "CSeq: 1 INFO")) == "")
        #expect(lab.phone(id, Words.fromPhone("MESSAGE")) == "")
        #expect(lab.phone(id, Words.fromPhone("CANCEL")) == "")
        let masked = lab.phone(
            id,
            options.replacing(
                "Max-Forwards", with: "User-Agent: Phone 1.2\r\nAlert-Info: <http://x/y>\r\nMax-Forwards"))
        #expect(lines(masked, "User-Agent", "Alert-Info") == ["User-Agent: XXXXXXXXX", "Alert-Info: XXXXXXXXXXXX"])
        #expect(
            lab.story.filter { $0.contains("Dropped") }
                == [
                    "max-forwards-validation: Max-Forwards is 0",
                    "strict-header-validation: sip CSeq method-mismatch at offset",
                    "im: instant messages are not permitted",
                    "state-checking: Message CANCEL is not permitted to create a Dialog.",
                ].map { why in lab.story.first { $0.contains(why) } ?? why })
    }

    @Test func rulesDropResetAndLimit() throws {
        var map = SIPInspectionMap(name: "rules")
        map.rules = [
            .init(classMap: "1234", matches: [.init(.requestMethod(.info))], action: .drop(sendsError: true)),
            .init(matches: [.init(.requestMethod(.options))], action: .rateLimit(2)),
            .init(matches: [.init(.contentLength(over: 100))], action: .reset),
        ]
        let lab = try CallLab(.callBox(map))
        let id = try lab.connect()
        #expect(lab.phone(id, Words.fromPhone("INFO")) == "")
        #expect(startLines(lab.heard(.phone, id)) == ["SIP/2.0 403 Forbidden"])
        #expect(lab.story.contains { $0.hasSuffix("; matched Class 1234") })
        let options = (1...3).map { lab.phone(id, Words.fromPhone("OPTIONS", $0)) }
        #expect(options.map(\.isEmpty) == [false, false, true])
        lab.phone(id, Words.fromPhone("INVITE", body: Words.secure()))
        #expect(lab.ends[id] == "reset: inspection policy")
    }

    // MARK: Whatever comes

    /// A conversation with every message damaged in many ways: nothing falls over, nothing is left, no key and no phone's
    /// own address gets out, and the same input gives the same bytes.
    @Test func damagedMessages() throws {
        let first = try damaged(seed: 7)
        let second = try damaged(seed: 7)
        #expect(first.transcript == second.transcript)
        #expect(first.story == second.story)
    }

    private func damaged(seed: UInt64) throws -> CallLab {
        var random = SeededGenerator(seed: seed)
        let lab = try SIPCallTests.lab()
        let script: [(StreamSide, String)] = [
            (.phone, Words.fromPhone("REGISTER")), (.server, Words.toPhone("200 OK", "REGISTER")),
            (.phone, Words.fromPhone("INVITE", body: Words.secure())),
            (.server, Words.toPhone("183 Session Progress", "INVITE", body: Words.clear())),
            (.phone, Words.fromPhone("PRACK", 2, toTag: "db")), (.server, Words.toPhone("200 OK", "PRACK", 2)),
            (.server, Words.toPhone("200 OK", "INVITE", body: Words.clear())),
            (.phone, Words.fromPhone("ACK", toTag: "db")),
            (.server, Words.fromServer("INVITE", 1, toTag: "pa", body: Words.clear())),
            (.phone, Words.toServer("200 OK", "INVITE", 1, body: Words.secure())),
            (.server, Words.fromServer("REFER", 2, toTag: "pa")), (.phone, Words.toServer("202 Accepted", "REFER", 2)),
            (.phone, Words.fromPhone("BYE", 3, toTag: "db")), (.server, Words.toPhone("200 OK", "BYE", 3)),
        ]
        var id = try lab.connect()
        for round in 0..<10_000 {
            if lab.engine.engine.streamSummaries.isEmpty {
                id = try lab.connect("98.208.49.30:\(1024 + round)", local: UInt16(20_000 + round))
            }
            let (side, text) = script[round % script.count]
            let bytes = Array(text.utf8)
            lab.send(round % 3 == 0 ? bytes : random.mutated(bytes), from: side, of: id)
            if round % 50 == 0 { lab.wait(1) }
        }
        lab.wait(2)
        let streams = lab.engine.engine.clearStreams(at: lab.now)
        #expect(streams <= 1)
        _ = lab.engine.engine.clearCalls(at: lab.now)
        lab.wait(1)
        lab.expectNoCalls()
        return lab
    }
}
