import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// Plain `inspect sip`: media passes where two descriptions agree on it, as long as their call lasts, and nowhere else.
@Suite struct SIPPacketCallTests {
    @Test func mediaPassesOnceItIsAgreedOnUntilTheCallIsOver() throws {
        let lab = try SIPPacketLab()
        try lab.fromPhone(SIPTalk.request("INVITE", body: SIPTalk.clear("203.0.113.9", port: 40_000)))
        let early = try lab.media("203.0.113.9:40000", to: "10.10.0.30:30000", on: "outside")
        #expect(early.reason == .aclDrop, "an offer alone opens nothing")
        try lab.fromServer(SIPTalk.response("180 Ringing", "INVITE"))
        try lab.fromServer(SIPTalk.response("200 OK", "INVITE", body: SIPTalk.clear("192.0.2.16")))
        #expect(
            lab.holes.filter { $0.hasPrefix("rt") } == [
                "rtp outside:203.0.113.9 to 10.10.0.30:30000 from 200",
                "rtp inside:192.0.2.16 to 203.0.113.9:40000 from 200",
                "rtcp outside:203.0.113.9 to 10.10.0.30:30001 from 200",
                "rtcp inside:192.0.2.16 to 203.0.113.9:40001 from 200",
            ])
        let inward = try lab.media("203.0.113.9:40000", to: "10.10.0.30:30000", on: "outside")
        #expect(inward.route == "203.0.113.9:40000 > 192.0.2.16:30000")
        #expect(inward.verdict.trafficClass == .inspectRTP)
        let outward = try lab.media("192.0.2.16:30000", to: "203.0.113.9:40000", on: "inside")
        #expect(outward.route == "10.10.0.30:30000 > 203.0.113.9:40000")
        let control = try lab.media("203.0.113.9:40001", to: "10.10.0.30:30001", on: "outside", isControl: true)
        #expect(control.route == "203.0.113.9:40001 > 192.0.2.16:30001")
        let stranger = try lab.media("203.0.113.10:40000", to: "10.10.0.30:30000", on: "outside")
        #expect(stranger.reason == .aclDrop)
        let elsewhere = try lab.media("203.0.113.9:40000", to: "10.10.0.30:30002", on: "outside")
        #expect(elsewhere.reason == .aclDrop)

        try lab.fromPhone(SIPTalk.request("ACK", toTag: "d"))
        try lab.fromPhone(SIPTalk.request("BYE", 2, toTag: "d"))
        try lab.fromServer(SIPTalk.response("200 OK", "BYE", 2))
        #expect(try lab.media("203.0.113.9:40000", to: "10.10.0.30:30000", on: "outside").reason == .aclDrop)
        #expect(lab.box.pinholeCount == 0)
        #expect([lab.box.counters.pinholesOpened, lab.box.counters.pinholesUsed] == [7, 2])
        #expect(lab.told.contains("SIP: call c1 ends: BYE"))
    }

    @Test func aProvisionalAnswerOpensEarly() throws {
        let lab = try SIPPacketLab()
        try lab.fromPhone(SIPTalk.request("INVITE", body: SIPTalk.clear("203.0.113.9", port: 40_000)))
        try lab.fromServer(SIPTalk.response("183 Session Progress", "INVITE", body: SIPTalk.clear("192.0.2.16")))
        #expect(try lab.mediaPasses() == [true, true])
        try lab.fromPhone(SIPTalk.request("CANCEL", contact: ""))
        try lab.fromServer(SIPTalk.response("200 OK", "CANCEL"))
        try lab.fromServer(SIPTalk.response("487 Request Terminated", "INVITE"))
        #expect(try lab.mediaPasses()[0] == false)
        #expect(lab.box.pinholeCount == 0)
    }

    @Test(arguments: [
        ("486 Busy Here", 0), ("", 181),
    ])
    func aCallThatComesToNothingLeavesNothing(answer: (status: String, wait: Int)) throws {
        let lab = try SIPPacketLab()
        try lab.fromPhone(SIPTalk.request("INVITE", body: SIPTalk.clear("203.0.113.9", port: 40_000)))
        try lab.fromServer(SIPTalk.response("183 Session Progress", "INVITE", body: SIPTalk.clear("192.0.2.16")))
        if !answer.status.isEmpty { try lab.fromServer(SIPTalk.response(answer.status, "INVITE")) }
        if answer.wait > 0 { lab.box.wait(answer.wait) }
        #expect(lab.box.pinholeCount == 0)
        #expect(try lab.mediaPasses()[0] == false)
    }

    @Test func onlyTheDirectionThatWasAgreedOnIsOpened() throws {
        let lab = try SIPPacketLab()
        try lab.call(
            SIPTalk.clear("192.0.2.16", direction: "recvonly"),
            offer: SIPTalk.clear("203.0.113.9", port: 40_000, direction: "sendonly"))
        #expect(
            lab.holes.filter { $0.hasPrefix("rtp") } == ["rtp outside:203.0.113.9 to 10.10.0.30:30000 from 200"])
    }

    @Test func aCallOnHoldAndBackMovesToItsNewPorts() throws {
        let lab = try SIPPacketLab()
        try lab.call()
        #expect(try lab.mediaPasses() == [true, true])
        let hold = SIPTalk.clear("203.0.113.9", port: 40_000, direction: "sendonly", version: 2)
        try lab.fromPhone(SIPTalk.request("INVITE", 2, toTag: "d", body: hold))
        try lab.fromServer(
            SIPTalk.response(
                "200 OK", "INVITE", 2, body: SIPTalk.clear("192.0.2.16", direction: "recvonly", version: 2)))
        try lab.fromPhone(SIPTalk.request("ACK", 2, toTag: "d"))
        #expect(lab.box.pinholeCount == 3 + 3, "signalling, RTP one way, and RTCP")
        let back = SIPTalk.clear("203.0.113.9", port: 40_100, version: 3)
        try lab.fromPhone(SIPTalk.request("INVITE", 3, toTag: "d", body: back))
        try lab.fromServer(
            SIPTalk.response("200 OK", "INVITE", 3, body: SIPTalk.clear("192.0.2.16", port: 30_100, version: 3)))
        let moved = try lab.media("203.0.113.9:40100", to: "10.10.0.30:30100", on: "outside")
        #expect(moved.route == "203.0.113.9:40100 > 192.0.2.16:30100")
        #expect(try lab.media("203.0.113.9:40002", to: "10.10.0.30:30000", on: "outside").reason == .aclDrop)
    }

    @Test func theOtherSideMayAskWithinTheCall() throws {
        let lab = try SIPPacketLab()
        try lab.call()
        let offer = SIPTalk.ask("INVITE", 7, body: SIPTalk.clear("192.0.2.16", port: 31_000, version: 2))
        #expect(try lab.fromServer(offer).text.contains("c=IN IP4 10.10.0.30\n"))
        let answer = SIPTalk.response(
            "200 OK", "INVITE", 7, tag: "p", fromTag: "d", contact: "<sip:alice@203.0.113.9:5060>",
            via: "10.10.0.26", body: SIPTalk.clear("203.0.113.9", port: 40_000, version: 2)
        ).replacing("192.0.2.101", with: "10.10.0.26")
        #expect(try lab.fromPhone(answer).isForwarded)
        #expect(try lab.media("203.0.113.9:40000", to: "10.10.0.30:31000", on: "outside").isForwarded)
        try lab.fromServer(SIPTalk.ask("BYE", 8))
        let over = SIPTalk.response("200 OK", "BYE", 8, tag: "p", fromTag: "d", contact: "", via: "10.10.0.26")
        try lab.fromPhone(over.replacing("192.0.2.101", with: "10.10.0.26"))
        #expect(lab.box.pinholeCount == 0)
        #expect(try lab.mediaPasses()[0] == false)
    }

    @Test func aPhoneThatSendsFromAnotherPortIsHeard() throws {
        let lab = try SIPPacketLab()
        try lab.call()
        let one = try lab.media("203.0.113.9:41000", to: "10.10.0.30:30000", on: "outside")
        #expect(one.route == "203.0.113.9:41000 > 192.0.2.16:30000")
        let other = try lab.media("192.0.2.16:30000", to: "203.0.113.9:40000", on: "inside")
        #expect(other.route == "10.10.0.30:30000 > 203.0.113.9:40000")
    }

    @Test func mediaThatBeganBeforeItsPinholeBelongsToTheCall() throws {
        let lab = try SIPPacketLab()
        try lab.fromPhone(SIPTalk.request("INVITE", body: SIPTalk.clear("203.0.113.9", port: 40_000)))
        // From the trusted side, before its answer comes by.
        #expect(try lab.media("192.0.2.16:30000", to: "203.0.113.9:40000", on: "inside").isForwarded)
        try lab.fromServer(SIPTalk.response("200 OK", "INVITE", body: SIPTalk.clear("192.0.2.16")))
        #expect(try lab.mediaPasses() == [true, true])
        #expect(lab.box.flows.map(\.trafficClass).filter { $0 == .inspectRTP }.count == 1)
        try lab.fromPhone(SIPTalk.request("ACK", toTag: "d"))
        try lab.fromPhone(SIPTalk.request("BYE", 2, toTag: "d"))
        try lab.fromServer(SIPTalk.response("200 OK", "BYE", 2))
        #expect(lab.box.flows.filter { $0.trafficClass == .inspectRTP }.isEmpty)
    }

    @Test func twoPhonesOnOneSideNeedNoPinhole() throws {
        // The server only passes on what the two outside say.
        let lab = try SIPPacketLab()
        try lab.call(SIPTalk.clear("203.0.113.77"))
        #expect(lab.holes.filter { $0.hasPrefix("rt") }.isEmpty)
    }

    @Test func aCallIsHeldByItsMediaWhenNobodySpeaksOfIt() throws {
        let lab = try SIPPacketLab()
        try lab.call()
        for _ in 0..<40 {
            lab.box.wait(60)
            #expect(try lab.mediaPasses() == [true, true])
        }
        lab.box.wait(2000)
        #expect(lab.box.pinholeCount == 0)
        #expect(try lab.mediaPasses()[0] == false)
    }

    // MARK: Signalling

    @Test func whoeverIsCalledMaySendToTheContactOnly() throws {
        let lab = try SIPPacketLab()
        try lab.call()
        #expect(
            lab.holes.filter { !$0.hasPrefix("rt") } == [
                "signalling inside:192.0.2.101 to 203.0.113.9:5060 from INVITE",
                "signalling outside:203.0.113.9 to 10.10.0.30:5060 from 180",
                "route outside:203.0.113.9 to 10.10.0.26:5060 from 180",
            ])
        // Straight to the desk phone, which no access list permits.
        let direct = try lab.say(
            SIPTalk.request("BYE", 2, toTag: "d"), "203.0.113.9:5060", to: "10.10.0.30:5060", on: "outside")
        #expect(direct.route == "203.0.113.9:5060 > 192.0.2.16:5060")
        #expect(direct.verdict.trafficClass == .inspectSIP)
        let stranger = try lab.say(SIPTalk.request("BYE", 2), "203.0.113.10:5060", to: "10.10.0.30:5060", on: "outside")
        #expect(stranger.reason == .aclDrop)
    }

    @Test func aResponseMayComeToTheVia() throws {
        let lab = try SIPPacketLab()
        let request = SIPTalk.request("OPTIONS", via: "192.0.2.16:5070").replacing("203.0.113.9", with: "192.0.2.16")
            .replacing("10.10.0.26", with: "203.0.113.9")
        try lab.say(request, "192.0.2.16:40000", to: "203.0.113.9:5060", on: "inside")
        #expect(lab.holes == ["via outside:203.0.113.9 to 10.10.0.30:5070 from OPTIONS"])
        let answer = plain(request).replacing("OPTIONS sip:2001@203.0.113.9 SIP/2.0", with: "SIP/2.0 200 OK")
            .replacing("192.0.2.16", with: "10.10.0.30").replacing("\n", with: "\r\n")
        let outcome = try lab.say(answer, "203.0.113.9:5060", to: "10.10.0.30:5070", on: "outside")
        #expect(outcome.route == "203.0.113.9:5060 > 192.0.2.16:5070")
        #expect(outcome.text.contains("Via: SIP/2.0/UDP 192.0.2.16:5070;branch"))
        lab.box.wait(33)
        #expect(lab.box.pinholeCount == 0)
    }

    @Test func aRegistrationIsForgottenWhenItIsTakenBack() throws {
        let lab = try SIPPacketLab()
        let contact = "<sip:alice@203.0.113.9:5062>"
        for expires in [60, 0] {
            try lab.fromPhone(SIPTalk.request("REGISTER", contact: contact, extra: "\nExpires: \(expires)"))
            let answer = SIPTalk.response("200 OK", "REGISTER", contact: "\(contact);expires=\(expires)")
            try lab.fromServer(answer)
            #expect(lab.box.pinholeCount == (expires > 0 ? 1 : 0))
        }
        #expect(lab.holes == ["signalling inside:192.0.2.101 to 203.0.113.9:5062 from 200"])
    }

    // MARK: Bounds

    @Test func whereThereIsNoRoomNothingIsOpenedAndTheCallGoesOn() throws {
        let lab = try SIPPacketLab { $0.pinholeLimit = 3 }
        try lab.call()
        #expect(lab.box.pinholeCount == 3)
        #expect(lab.box.counters.sip.pinholesOverLimit > 0)
        let full = try SIPPacketLab { $0.callLimit = 4 }
        try full.fromPhone(SIPTalk.request("INVITE"))
        #expect(try full.fromPhone(SIPTalk.request("INVITE", call: "c2")).reason == .inspectionFailed)
        #expect(full.box.counters.sip.callsOverLimit == 1)
    }

    @Test func whatIsOpenIsToldToWhoeverBringsThePackets() throws {
        let lab = try SIPPacketLab { $0.tellsOfPinholes = true }
        try lab.call()
        let ends = lab.box.steered.map { "\($0)" }
        #expect(Set(ends).isSuperset(of: ["10.10.0.30:30000", "192.0.2.16:30000", "203.0.113.9:40000"]))
        try lab.fromPhone(SIPTalk.request("BYE", 2, toTag: "d"))
        try lab.fromServer(SIPTalk.response("200 OK", "BYE", 2))
        #expect(lab.box.steered.isEmpty)
    }

    // MARK: TCP

    @Test func overTCPAWholeMessageOpensWhatItAsksFor() throws {
        let lab = try SIPPacketLab { _ in
        } _: {
            $0.translations.removeAll(); $0.accessGroups.removeAll()
        }
        let (phone, server) = (try address("203.0.113.9"), try address("192.0.2.101"))
        let invite = SIPTalk.request("INVITE", via: "192.0.2.101:5060", body: SIPTalk.clear("192.0.2.101"))
        let out = PacketBuilder(from: server, to: phone)
        let back = PacketBuilder(from: phone, to: server)
        #expect(lab.box.send(out.tcp(from: 40_000, to: 5060, flags: .syn), on: "inside").isForwarded)
        #expect(
            lab.box.send(
                back.tcp(from: 5060, to: 40_000, flags: [.syn, .acknowledge], acknowledgment: 1), on: "outside"
            ).isForwarded)
        #expect(
            lab.box.send(
                out.tcp(from: 40_000, to: 5060, Array(invite.utf8), sequence: 1, acknowledgment: 1), on: "inside"
            ).isForwarded)
        let answer = SIPTalk.response(
            "200 OK", "INVITE", contact: "", via: "192.0.2.101:5060", body: SIPTalk.clear("203.0.113.9", port: 40_000))
        #expect(
            lab.box.send(
                back.tcp(from: 5060, to: 40_000, Array(answer.utf8), sequence: 1, acknowledgment: 900), on: "outside"
            ).isForwarded)
        #expect(try lab.media("203.0.113.9:40000", to: "192.0.2.101:30000", on: "outside").isForwarded)
        // What is left of a message comes in the next segment, and passes.
        let (head, tail) = (invite.prefix(100), invite.dropFirst(100))
        for part in [head, tail] {
            #expect(
                lab.box.send(
                    out.tcp(from: 40_000, to: 5060, Array(part.utf8), sequence: 1, acknowledgment: 1), on: "inside"
                ).isForwarded)
        }
        #expect(lab.box.counters.sip.inPieces == 1)
    }
}
