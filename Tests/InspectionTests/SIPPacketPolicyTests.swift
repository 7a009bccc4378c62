import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// Plain `inspect sip MAP`: what the map demands holds for what passes in packets.
@Suite struct SIPPacketPolicyTests {
    private func lab(_ change: (inout SIPInspectionMap) -> Void) throws -> SIPPacketLab {
        var map = SIPInspectionMap(name: "map")
        change(&map)
        return try SIPPacketLab(policy: map)
    }

    @Test func aCheckThatFailsDropsAndTells() throws {
        let lab = try lab {
            $0.strictHeaderValidation = .init(.drop)
            $0.maxForwardsValidation = .init(.drop)
            $0.stateChecking = .init(.log)
        }
        let noForwards = SIPTalk.request("OPTIONS").replacing("Max-Forwards: 70", with: "Max-Forwards: 0")
        #expect(try lab.fromPhone(noForwards).reason == .inspectionFailed)
        #expect(
            lab.told.last
                == "SIP: Dropped SIP request OPTIONS from outside:203.0.113.9/5060 to inside:192.0.2.101/5060; "
                + "max-forwards-validation: Max-Forwards is 0")
        let twice = SIPTalk.request("OPTIONS", extra: "\nMax-Forwards: 3")
        #expect(try lab.fromPhone(twice).reason == .inspectionFailed)
        #expect(try lab.fromPhone(SIPTalk.request("BYE", 2, toTag: "x")).isForwarded, "only told")
        #expect(
            lab.told.contains {
                $0.hasSuffix("state-checking: Message BYE is not permitted to create a Dialog.")
            })
    }

    @Test func aDroppedConnectionIsForgotten() throws {
        let lab = try lab {
            $0.rules = [
                .init(
                    matches: [.init(.requestMethod(.message))], action: .dropConnection(sendsError: false), logs: true)
            ]
        }
        try lab.fromPhone(SIPTalk.request("OPTIONS"))
        #expect(lab.box.flowCount == 1)
        #expect(try lab.fromPhone(SIPTalk.request("MESSAGE")).reason == .inspectionFailed)
        #expect(lab.box.flowCount == 0)
    }

    @Test func theSenderIsToldWhereTheMapSaysSo() throws {
        let lab = try lab {
            $0.rules = [.init(matches: [.init(.requestMethod(.subscribe))], action: .drop(sendsError: true))]
        }
        #expect(try lab.fromPhone(SIPTalk.request("SUBSCRIBE")).reason == .inspectionFailed)
        let sent = try #require(lab.box.takeReleases().first)
        #expect(addressLine(sent.packet) == "10.10.0.26:5060 > 203.0.113.9:5060")
        let text = TestBox.Outcome(verdict: .forward(InterfaceIndex(0)), packet: sent.packet).text
        #expect(text.hasPrefix("SIP/2.0 403 Forbidden\nVia: SIP/2.0/UDP 203.0.113.9:5060;rport;branch"))
        let ip = try IPHeader.decode(sent.packet.span)
        let sum1 = PacketChecksum.verifyTransport(sent.packet.span, ip)
        #expect(sum1 == .right)
    }

    @Test func aRateIsKept() throws {
        let lab = try lab {
            $0.rules = [.init(matches: [.init(.requestMethod(.options))], action: .rateLimit(2))]
        }
        let passed = try (1...4).map { try lab.fromPhone(SIPTalk.request("OPTIONS", $0)).isForwarded }
        #expect(passed == [true, true, false, false])
        lab.box.wait(1)
        #expect(try lab.fromPhone(SIPTalk.request("OPTIONS", 5)).isForwarded)
    }

    @Test func whatIsToBeHiddenIsHidden() throws {
        let lab = try lab {
            $0.softwareVersion = .init(.mask, logs: true)
            $0.nonSIPURIs = .init(.mask)
        }
        let text = SIPTalk.request("OPTIONS", extra: "\nUser-Agent: phone/1\nCall-Info: <http://x/y>")
        let passed = try lab.fromPhone(text).text
        #expect(lines(passed, "User-Agent", "Call-Info") == ["User-Agent: XXXXXXX", "Call-Info: XXXXXXXXXXXX"])
    }

    @Test func whoIsBehindTheBoxIsKnownByTheServersAddress() throws {
        let lab = try lab { $0.hidesAddresses = true }
        try lab.fromPhone(SIPTalk.request("INVITE"))
        let identity = "\nP-Asserted-Identity: <sip:2001@192.0.2.77:5060>"
        let text = try lab.fromServer(SIPTalk.response("180 Ringing", "INVITE", extra: identity)).text
        #expect(lines(text, "P-Asserted") == ["P-Asserted-Identity: <sip:2001@10.10.0.26>"])
        #expect(!text.contains("192.0.2."))
        let open = try SIPPacketLab()
        try open.fromPhone(SIPTalk.request("INVITE"))
        let plain = try open.fromServer(SIPTalk.response("180 Ringing", "INVITE", extra: identity)).text
        #expect(plain.contains("P-Asserted-Identity: <sip:2001@192.0.2.77:5060>"))
    }

    /// Vias of hosts inside that a request has come by, the second of which is translated.
    private static let inside = """
        Via: SIP/2.0/TCP 192.0.2.77:5071;received=192.0.2.78;branch=z9hG4bKlow;rport=1, \
        SIP/2.0/UDP 192.0.2.16:5060;branch=z9hG4bKdesk
        v: SIP/2.0/UDP 192.0.2.79
        """

    private func ask(_ transaction: Int, _ vias: String) -> String {
        SIPTalk.ask("OPTIONS", transaction, call: "c9", toTag: nil)
            .replacing("Max-Forwards: 70", with: wire(vias) + "Max-Forwards: 70")
    }

    /// The phone's answer, with the Vias as they came.
    private func answer(_ transaction: Int, _ asked: String) -> String {
        sip(
            """
            SIP/2.0 200 OK
            \(lines(asked, "Via", "v:").joined(separator: "\n"))
            From: <sip:2001@10.10.0.26>;tag=d
            To: <sip:alice@10.10.0.26>;tag=p
            Call-ID: c9
            CSeq: \(transaction) OPTIONS
            Content-Length: *
            """)
    }

    @Test func whereARequestHasBeenInsideIsNotTold() throws {
        let lab = try lab { $0.hidesAddresses = true }
        try lab.fromPhone(SIPTalk.request("REGISTER"))
        for (round, transaction) in [1, 2, 1].enumerated() {
            let ask = ask(transaction, Self.inside)
            let asked = try lab.fromServer(ask).text
            #expect(!asked.contains("192.0.2."), "\(asked)")
            #expect(
                lines(asked, "Via", "v:") == [
                    "Via: SIP/2.0/UDP 10.10.0.26;branch=z9hG4bKc9OPTIONS\(transaction)s",
                    "Via: SIP/2.0/TCP 10.10.0.26;branch=z9hG4bKlow, SIP/2.0/UDP 10.10.0.30:5060;branch=z9hG4bKdesk",
                    "v: SIP/2.0/UDP 10.10.0.26;branch=z9hG4bKhidden\(round + 1)",
                ])
            let answered = try lab.fromPhone(answer(transaction, asked)).text
            #expect(lines(answered, "Via", "v:") == lines(ask, "Via", "v:"))
        }
    }

    @Test func aViaThatCanNotBeKeptGoesNowhere() throws {
        let lab = try lab { $0.hidesAddresses = true }
        try lab.fromPhone(SIPTalk.request("REGISTER"))
        let ask = ask(1, "Via: SIP/2.0/UDP 192.0.2.77;branch=z9hG4bK1;x=" + String(repeating: "y", count: 1100))
        #expect(try lab.fromServer(ask).reason == .inspectionFailed)
        #expect(lab.told.contains { $0.hasSuffix("a Via that is to be hidden is too long") })
    }

    @Test func ofTooManyTheOldestAreForgotten() {
        var vias = HiddenVias(limit: 2)
        for name in [1, 2, 1, 3] as [UInt8] {
            let isKept = vias.hide([name], callID: [9], branch: [name])
            #expect(isKept)
        }
        let found = [1, 2, 3].map { vias.value(callID: [9], branch: [$0]) }
        #expect(found == [[1], nil, [3]] && vias.count == 2)
        let other = vias.value(callID: [8], branch: [1])
        #expect(other == nil)
    }

    // MARK: rtp-conformance

    @Test func onlyMediaPassesWhereMediaWasAgreedOn() throws {
        let lab = try lab { $0.rtpConformance = .init() }
        try lab.call()
        #expect(try lab.mediaPasses() == [true, true])
        #expect(try lab.media("203.0.113.9:40000", to: "10.10.0.30:30000", on: "outside", type: 34).isForwarded)
        let end = ("203.0.113.9:40000", "10.10.0.30:30000")
        let junk = try lab.say("junk that is no media", end.0, to: end.1, on: "outside")
        #expect(junk.reason == .rtpInvalidVersion)
        #expect(try lab.say("x", end.0, to: end.1, on: "outside").reason == .rtpInvalidLength)
        let control = try lab.media(end.0, to: end.1, on: "outside", isControl: true)
        #expect(control.reason == .rtpInvalidPayloadType)
        let swapped = try lab.media("203.0.113.9:40001", to: "10.10.0.30:30001", on: "outside")
        #expect(swapped.reason == .rtcpInvalidPayloadType)
        #expect(try lab.mediaPasses() == [true, true])
    }

    @Test func andOnlyOfATypeThatWasNamed() throws {
        let lab = try lab { $0.rtpConformance = .init(enforcesPayloadType: true) }
        try lab.call()
        func passes(_ type: UInt8) throws -> DropReason? {
            try lab.media("203.0.113.9:40000", to: "10.10.0.30:30000", on: "outside", type: type).reason
        }
        #expect(try passes(34) == .rtpInvalidPayloadType, "the first packet, too")
        #expect(try passes(0) == nil)
        #expect(try passes(101) == nil)
        #expect(try passes(8) == .rtpInvalidPayloadType)
        let refusals = lab.box.events.compactMap { event -> MediaRefusal? in
            if case .mediaRefused(let refusal) = event.kind { refusal } else { nil }
        }
        #expect(refusals.count == 1, "once a second")
        #expect(refusals.first?.reason == .rtpInvalidPayloadType)
        #expect(refusals.first?.destination == Endpoint(try address("192.0.2.16"), 30_000))
    }

    @Test func sharedPortsCarryBoth() throws {
        let lab = try lab { $0.rtpConformance = .init(enforcesPayloadType: true) }
        let mux = "\na=rtcp-mux"
        try lab.call(
            SIPTalk.clear("192.0.2.16", extra: mux), offer: SIPTalk.clear("203.0.113.9", port: 40_000, extra: mux))
        let ends = ("203.0.113.9:40000", "10.10.0.30:30000")
        #expect(try lab.media(ends.0, to: ends.1, on: "outside").isForwarded)
        #expect(try lab.media(ends.0, to: ends.1, on: "outside", isControl: true).isForwarded)
        #expect(lab.holes.filter { $0.hasPrefix("rtcp") }.isEmpty)
    }
}
