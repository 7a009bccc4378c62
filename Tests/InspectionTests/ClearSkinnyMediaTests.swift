import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// Media of Skinny calls without a phone proxy: when it may pass, and when no more.
@Suite struct ClearSkinnyMediaTests {
    typealias Lab = ClearSkinnyLab

    private func passes(_ lab: Lab, type: UInt8 = 0) throws -> [String] {
        [
            try lab.media("203.0.113.9:20000", to: "10.10.0.30:30000", on: "outside", type: type),
            try lab.media("192.0.2.16:30000", to: "203.0.113.9:20000", on: "inside", type: type),
        ]
    }

    private let both = [
        "203.0.113.9:20000 > 192.0.2.16:30000", "10.10.0.30:30000 > 203.0.113.9:20000",
    ]

    @Test("hold closes, resume opens again, on other ports and on the same")
    func hold() throws {
        let lab = try Lab()
        var script = SkinnyScript(17)
        let id = try lab.talking(script)
        for round in 0..<4 {
            #expect(try passes(lab) == both)
            let isKept = round.isMultiple(of: 2)
            lab.lab.says(.server, id, script.close(keeping: isKept))
            lab.lab.says(.server, id, script.stop(keeping: isKept))
            #expect(lab.pinholes == 0 && lab.mediaFlows == 0)
            if !isKept { script.party += 1 }
            lab.lab.says(.server, id, script.open(source: Lab.desk))
            lab.lab.says(.phone, id, script.openAck(Lab.phone))
            lab.lab.says(.server, id, script.start(Lab.desk))
        }
        lab.lab.says(.server, id, script.callState(2))
        lab.expectNothingOpen()
    }

    @Test("media that began inside before it was let in becomes the call's")
    func adoption() throws {
        let lab = try Lab()
        let script = SkinnyScript(20)
        let id = try lab.registered(script)
        #expect(try lab.media("192.0.2.16:30000", to: "203.0.113.9:20000", on: "inside") == both[1])
        lab.lab.says(.server, id, script.start(Lab.desk))
        lab.lab.says(.server, id, script.open(source: Lab.desk))
        lab.lab.says(.phone, id, script.openAck(Lab.phone))
        #expect(try passes(lab) == both)
        #expect(lab.mediaFlows == 1)
    }

    @Test("one that sends only is let through from the address that the server has named")
    func announcement() throws {
        let lab = try Lab()
        let script = SkinnyScript(20)
        let id = try lab.registered(script)
        lab.lab.says(.server, id, script.open(source: Lab.desk))
        lab.lab.says(.phone, id, script.openAck(Lab.phone))
        #expect(lab.opened.count == 2 && lab.opened.allSatisfy { $0.contains("inside:192.0.2.16") })
    }

    @Test("a phone that names another host than itself opens nothing to it")
    func otherHost() throws {
        let lab = try Lab()
        let script = SkinnyScript(20)
        let id = try lab.registered(script)
        lab.lab.says(.server, id, script.open(source: Lab.desk))
        for told in ["203.0.113.10", "10.10.0.30", "192.168.10.5", "127.0.0.1", "224.0.0.1"] {
            lab.lab.says(.phone, id, script.openAck(told))
            #expect(lab.opened.isEmpty)
        }
    }

    @Test("a phone that is gone, unregistered, reset or silent has nothing open any more")
    func ends() throws {
        let endings: [(Lab, StreamID, SkinnyScript) -> Void] = [
            { lab, id, _ in lab.lab.take(.closed(id, .phone, how: .reset)) },
            { lab, id, _ in lab.lab.take(.closed(id, .server, how: .failed("gone"))) },
            { lab, id, _ in lab.lab.says(.server, id, SkinnyScript.bare(0x118, 0)) },
            { lab, id, _ in lab.lab.says(.server, id, SkinnyScript.bare(0x9f, 1)) },
            { lab, id, script in lab.lab.says(.server, id, script.callState(2)) },
            { lab, _, _ in lab.lab.wait(101) },
            { lab, _, _ in _ = lab.lab.engine.engine.clearCalls(at: lab.lab.now) },
        ]
        for (number, end) in endings.enumerated() {
            let lab = try Lab()
            let script = SkinnyScript(20)
            let id = try lab.talking(script)
            #expect(try passes(lab) == both)
            end(lab, id, script)
            #expect(lab.pinholes == 0 && lab.mediaFlows == 0 && lab.lab.engine.engine.callsInUse == 0, "\(number)")
            lab.expectNothingOpen()
        }
    }

    @Test("rtp-conformance drops what is no RTP, or of another codec than was opened")
    func conformance() throws {
        var map = SkinnyInspectionMap(name: "strict")
        map.rtpConformance = .init(enforcesPayloadType: true)
        let lab = try Lab(map)
        _ = try lab.talking(SkinnyScript(20))
        #expect(try passes(lab, type: 0) == both && passes(lab, type: 101) == both)
        #expect(try passes(lab, type: 8) == ["inspect-rtp-invalid-payload-type", "inspect-rtp-invalid-payload-type"])
    }

    @Test("timeout media ends silent media, timeout signaling a connection and a call of which nothing is heard")
    func timeouts() throws {
        var map = SkinnyInspectionMap(name: "short")
        map.mediaTimeout = 20
        map.signallingTimeout = 60
        let lab = try Lab(map)
        let id = try lab.talking(SkinnyScript(20))
        #expect(try passes(lab) == both)
        lab.lab.wait(15)
        #expect(lab.mediaFlows == 1)
        lab.lab.wait(6)
        #expect(lab.mediaFlows == 0 && lab.pinholes == 4)
        lab.lab.send(SkinnyScript.bare(0), from: .phone, of: id)
        lab.lab.wait(60)
        #expect(lab.lab.engine.engine.callsInUse == 0 && lab.pinholes == 0)
        #expect(lab.lab.engine.engine.streamsInUse == 1, "its keep-alives prove that it is there")
    }

    @Test("calls and pinholes are bounded, and what has no room is told")
    func bounds() throws {
        let lab = try Lab(
            nil,
            {
                $0.callLimit = 40; $0.pinholeLimit = 6
            })
        var script = SkinnyScript(20)
        let id = try lab.registered(script)
        var refused = 0
        for number in 0..<40 {
            script.reference = 100 + UInt32(number)
            script.conference = script.reference
            script.party = script.reference
            let heard = lab.lab.says(.server, id, script.open(source: Lab.desk))
            if heard.isEmpty { refused += 1 }
            lab.lab.says(.phone, id, script.openAck(Lab.phone, 20_000 + 2 * UInt32(number)))
        }
        #expect(lab.lab.engine.engine.callsInUse == 10, "a quarter of all there may be")
        #expect(refused == 30 && lab.lab.engine.engine.counters.skinny.callsOverLimit == 30)
        #expect(lab.pinholes == 6 && lab.lab.engine.engine.counters.skinny.pinholesOverLimit > 0)
        lab.lab.take(.closed(id, .phone, how: .reset))
        lab.expectNothingOpen()
    }

    @Test("a device that registers elsewhere under the same name is another one")
    func sameName() throws {
        let lab = try Lab(nil, { _ in }) { configuration in
            configuration = try configuration.translating("192.0.2.102", to: "10.10.0.27")
                .listing([try entry(.permit, .tcp, to: "any", eq: 2000)], on: "outside")
        }
        let script = SkinnyScript(20)
        _ = try lab.talking(script)
        let other = try lab.connect("203.0.113.66:1", to: "10.10.0.27:2000", as: "203.0.113.66")
        lab.lab.says(.phone, other, script.register())
        lab.lab.says(.server, other, script.registerAck())
        #expect(lab.lab.engine.engine.registrationSummaries.count == 2 && lab.pinholes == 4)
    }
}
