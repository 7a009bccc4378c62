import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// Skinny in the clear, without a phone proxy: who gets a connection, under which addresses, and what each side hears.
@Suite struct ClearSkinnyTests {
    typealias Lab = ClearSkinnyLab

    // MARK: Connections

    @Test("a phone's connection is handed over as it came, if an access list lets it in")
    func redirecting() throws {
        let lab = try Lab()
        let let_in = try lab.knock("203.0.113.9:49152", to: "10.10.0.26:2000", on: "outside")
        #expect(let_in.isForwarded && let_in.verdict.isForStreamHand && !let_in.verdict.isRewritten)
        #expect(let_in.route == "203.0.113.9:49152 > 10.10.0.26:2000")
        let refused = try lab.knock("203.0.113.9:49152", to: "10.10.0.30:2000", on: "outside")
        #expect(refused.reason == .aclDrop)
        let out = try lab.knock("192.0.2.16:1024", to: "203.0.113.77:2000", on: "inside")
        #expect(out.verdict.isForStreamHand)
        #expect(lab.lab.engine.engine.flowsInUse == 0)
        #expect(lab.lab.engine.engine.counters.streams.redirected == 2)
    }

    @Test(
        "other ports, other inspections and other families pass in packets, and so does all without a hand for streams")
    func notRedirecting() throws {
        let lab = try Lab()
        #expect(try !lab.knock("192.0.2.16:1024", to: "203.0.113.77:2001", on: "inside").verdict.isForStreamHand)
        let old = PacketBuilder(from: try address("192.0.2.16"), to: try address("203.0.113.77"))
            .tcp(from: 1025, to: 2000, sequence: 1)
        #expect(lab.send(old, on: "inside").reason == .tcpNotSYN)
        let wide = PacketBuilder(from: try address("2001:db8:1::5"), to: try address("2001:db8:2::5"))
            .tcp(from: 1024, to: 2000, flags: .syn, sequence: 1)
        #expect(lab.send(wide, on: "inside").verdict.opensFlow)
        let handless = try Lab(nil, { $0.hasStreamHand = false })
        #expect(try handless.knock("192.0.2.16:1024", to: "203.0.113.77:2000", on: "inside").verdict.opensFlow)
        let uninspected = try Lab(nil, { _ in }, { $0.inspect(.defaultInspectionTraffic, [.sip, .tftp]) })
        #expect(try uninspected.knock("192.0.2.16:1024", to: "203.0.113.77:2000", on: "inside").verdict.opensFlow)
        #expect(try uninspected.lab.accept("192.0.2.16:1024", to: "203.0.113.77:2000").rawValue == 1)
        #expect(uninspected.lab.ends.values.sorted() == ["reset: no such service"])
    }

    @Test("the server is reached where it really is, from where the phone is there")
    func connecting() throws {
        let lab = try Lab()
        let outside = try lab.lab.accept("203.0.113.9:49152", to: "10.10.0.26:2000")
        #expect(lab.lab.connects[outside] == "203.0.113.9 to inside 192.0.2.101:2000")
        let nowhere = try lab.lab.accept("203.0.113.9:49152", to: "127.0.0.1:2000")
        #expect(lab.lab.ends[nowhere] == "reset: no such service")
        lab.lab.take(.connectFailed(outside, reason: "Connection refused"))
        #expect(lab.lab.ends[outside] == "reset: call server not reached")
        #expect(lab.lab.story.allSatisfy { $0.hasPrefix("SKINNY: ") || $0.contains("no such service") })
    }

    @Test("a phone inside registers with a server outside, under its own mapped address")
    func inside() throws {
        let lab = try Lab()
        let engine = lab.lab.engine
        let id = StreamID(9)
        engine.engine.take(
            .accepted(
                id, phone: Endpoint(try address(Lab.desk), 1024),
                destination: Endpoint(try address("203.0.113.77"), 2000),
                interface: InterfaceIndex(0)), at: lab.lab.now)
        lab.lab.take(.connected(id, local: Endpoint(try address(Lab.mappedDesk), 40_001), cipher: nil))
        #expect(lab.lab.connects[id] == "10.10.0.30 to outside 203.0.113.77:2000")
        let script = SkinnyScript(17)
        let register = try lab.lab.message(.phone, id, script.register(), 17)
        #expect(register.address(.stationIpAddr) == (try address(Lab.mappedDesk)))
        lab.lab.says(.server, id, script.registerAck())
        lab.lab.says(.server, id, script.open(source: "0.0.0.0"))
        let opened = try lab.lab.message(.phone, id, script.openAck(Lab.desk), 17)
        #expect(opened.address(.ipAddr) == (try address(Lab.mappedDesk)) && opened.port(.portNumber) == 20_000)
        let start = script.start("203.0.113.9", 30_000)
        #expect(lab.lab.says(.server, id, start) == start)
        #expect(
            try lab.media("203.0.113.9:30000", to: "10.10.0.30:20000", on: "outside")
                == "203.0.113.9:30000 > 192.0.2.16:20000")
    }

    @Test("TLS proxies' sessions and these do not count for each other")
    func sessions() throws {
        let lab = try Lab(nil, { _ in }, { $0.maximumTLSProxySessions = 1 })
        _ = try lab.connect("203.0.113.9:1")
        let second = try lab.connect("203.0.113.9:2")
        #expect(lab.lab.ends[second] == nil && lab.lab.engine.engine.streamsInUse == 2)
        #expect(lab.lab.engine.engine.securedStreamsMostUsed == 0)
        #expect(lab.lab.engine.engine.clearStreams(at: lab.lab.now) == 0)
    }

    // MARK: Messages

    @Test(
        "a call has each side's addresses, lets media through both ways, and leaves nothing",
        arguments: SkinnyCallTests.versions)
    func aCall(_ version: UInt8) throws {
        let lab = try Lab()
        let script = SkinnyScript(version)
        let id = try lab.registered(script)
        lab.lab.says(.server, id, script.callState(1))
        let opened = try lab.lab.message(.server, id, script.open(source: Lab.desk), version)
        if version >= 11 { #expect(opened.address(.sourceIpAddr) == (try address(Lab.mappedDesk))) }
        #expect(opened.encryption == .none || version < 5, "no keys are made")
        #expect(lab.lab.says(.phone, id, script.openAck(Lab.phone)) == script.openAck(Lab.phone))
        let started = try lab.lab.message(.server, id, script.start(Lab.desk), version)
        #expect(started.address(.remoteIpAddr) == (try address(Lab.mappedDesk)))
        #expect(started.port(.remotePortNumber) == 30_000)
        #expect(lab.lab.says(.phone, id, script.startAck(Lab.phone)) == script.startAck(Lab.phone))
        let failure = try lab.lab.message(.phone, id, script.failure(Lab.mappedDesk, 30_000), version)
        #expect(failure.address(.remoteIpAddr) == (try address(Lab.desk)))

        #expect(
            try lab.media("203.0.113.9:20000", to: "10.10.0.30:30000", on: "outside")
                == "203.0.113.9:20000 > 192.0.2.16:30000")
        #expect(
            try lab.media("192.0.2.16:30000", to: "203.0.113.9:20000", on: "inside")
                == "10.10.0.30:30000 > 203.0.113.9:20000")
        #expect(try lab.media("203.0.113.10:20000", to: "10.10.0.30:30000", on: "outside") == "acl-drop")
        #expect(lab.mediaFlows == 1 && lab.lab.engine.engine.flows.summaries.allSatisfy(\.isSkinny))
        #expect(lab.lab.mediaOrders().isEmpty && lab.lab.engine.engine.mediaPortsInUse == 0)

        lab.lab.says(.server, id, script.close())
        lab.lab.says(.server, id, script.stop())
        #expect(lab.pinholes == 0 && lab.mediaFlows == 0)
        #expect(try lab.media("203.0.113.9:20000", to: "10.10.0.30:30000", on: "outside") == "acl-drop")
        lab.lab.says(.server, id, script.callState(2))
        lab.expectNothingOpen()
    }

    @Test("what is opened is as narrow as what is known, and told by the message that asked")
    func pinholes() throws {
        let lab = try Lab()
        _ = try lab.talking(SkinnyScript(20))
        #expect(
            lab.opened == [
                "rtp inside:192.0.2.16 to 203.0.113.9:20000 from OpenReceiveChannelAck",
                "rtcp inside:192.0.2.16 to 203.0.113.9:20001 from OpenReceiveChannelAck",
                "rtp outside:203.0.113.9 to 10.10.0.30:30000 from StartMediaTransmission",
                "rtcp outside:203.0.113.9 to 10.10.0.30:30001 from StartMediaTransmission",
            ])
    }

    @Test("keys that a server gives stay as they are")
    func keys() throws {
        let lab = try Lab()
        let script = SkinnyScript(20)
        let id = try lab.registered(script)
        let key = [UInt8](repeating: 0xa1, count: 30)
        let opened = script.open(key: key, source: "0.0.0.0")
        #expect(lab.lab.says(.server, id, opened) == opened)
        #expect(lab.lab.engine.engine.counters.skinny.keysMade == 0)
    }

    @Test("single ports of the desk phone that are translated are named so")
    func portTranslation() throws {
        let lab = try Lab(nil, { _ in }) { configuration in
            configuration.translations.removeLast()
            configuration = try configuration.translating(Lab.desk, to: "10.10.0.40", service: (30_000, 7_000))
        }
        let script = SkinnyScript(17)
        let id = try lab.registered(script)
        let started = try lab.lab.message(.server, id, script.start(Lab.desk), 17)
        #expect(started.address(.remoteIpAddr) == (try address("10.10.0.40")))
        #expect(started.port(.remotePortNumber) == 7_000)
        #expect(
            try lab.media("203.0.113.9:20000", to: "10.10.0.40:7000", on: "outside")
                == "203.0.113.9:20000 > 192.0.2.16:30000")
    }

    @Test("the list of servers names those that are translated by what they are outside")
    func servers() throws {
        let lab = try Lab()
        let id = try lab.registered(SkinnyScript(17))
        var list = SkinnyBytes(0x9e, version: 17, length: 364)
        list.put(Array("192.0.2.101".utf8), at: 0)
        list.put(Array("second.example.com".utf8), at: 48)
        for (index, host) in ["c0000265", "c0000299"].enumerated() {
            list.put(2000, at: 240 + 4 * index)
            list.put(bytes(hex: host), at: 264 + 20 * index)
        }
        let heard = try lab.lab.message(.server, id, list.all, 17)
        #expect(heard.text(.serverName, 0) == Array("10.10.0.26".utf8))
        #expect(heard.address(.serverIpAddr, 0) == (try address("10.10.0.26")))
        #expect(heard.port(.serverTcpListenPort, 0) == 2000)
        #expect(heard.text(.serverName, 1) == Array("second.example.com".utf8))
        #expect(heard.address(.serverIpAddr, 1) == (try address("192.0.2.153")))
    }

    @Test("messages in pieces of one byte, or all at once, come out the same")
    func pieces() throws {
        func run(_ cut: (CallLab, StreamID, StreamSide, [UInt8]) -> Void) throws -> [UInt8] {
            let lab = try Lab()
            let script = SkinnyScript(20)
            let id = try lab.registered(script)
            for side in [StreamSide.server, .phone] {
                let said =
                    side == .server
                    ? script.callState(1) + script.open(source: Lab.desk) + script.start(Lab.desk)
                    : script.openAck(Lab.phone) + script.startAck(Lab.phone) + SkinnyScript.bare(0)
                cut(lab.lab, id, side, said)
            }
            #expect(lab.pinholes == 4)
            return lab.lab.transcript
        }
        let whole = try run { lab, id, side, said in lab.send(said, from: side, of: id) }
        let cut = try run { lab, id, side, said in for byte in said { lab.send([byte], from: side, of: id) } }
        #expect(whole == cut)
    }
}
