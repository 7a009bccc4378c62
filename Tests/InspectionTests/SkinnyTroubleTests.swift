import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// Skinny that is cut, glued, wrong or not wanted: a defined outcome each time, and good messages beside it go on.
@Suite struct SkinnyTroubleTests {
    @Test("in pieces of any size both sides hear the same", arguments: [1, 2, 3, 7, 12, 100, 65_536])
    func pieces(_ size: Int) throws {
        func run(_ size: Int) throws -> [UInt8] {
            let lab = try CallLab(.skinnyBox())
            let script = SkinnyScript(20)
            let id = try lab.connect(to: "10.10.0.26:2443")
            func say(_ side: StreamSide, _ messages: [[UInt8]]) {
                let all = messages.flatMap { $0 }
                for start in stride(from: 0, to: all.count, by: size) {
                    lab.send(Array(all[start..<min(start + size, all.count)]), from: side, of: id)
                }
            }
            say(.phone, [script.register(), SkinnyScript.bare(0x0e), SkinnyScript.bare(0x0d)])
            say(.server, [script.registerAck(), script.callState(1), script.open(), script.start()])
            say(.phone, [script.openAck(), script.startAck(), SkinnyScript.bare(0)])
            say(.server, [script.close(), script.stop(), script.callState(2), SkinnyScript.bare(0x100)])
            lab.expectNoCalls()
            return lab.transcript
        }
        #expect(try run(size) == run(1 << 20))
    }

    @Test(
        "where a length can not be, the connection is closed and counted",
        arguments: [0, 1, 3, 8193, 0xffff_ffff] as [UInt32])
    func lengths(_ length: UInt32) throws {
        let lab = try CallLab(.skinnyBox())
        let script = SkinnyScript(20)
        let id = try lab.registered(script)
        lab.says(.server, id, script.open())
        let good = SkinnyScript.bare(0x0d)
        #expect(lab.says(.phone, id, good + SkinnyBytes.word(length) + [0, 0, 0, 0]) == good)
        #expect(lab.ends[id] == "close: malformed message")
        #expect(lab.engine.engine.counters.skinny.malformed == 1)
        lab.expectNoCalls()
    }

    @Test("each message cut at every byte, with a length that says so, has a defined outcome and nothing else suffers")
    func truncation() throws {
        let script = SkinnyScript(20)
        let fromServer = [
            script.registerAck(), script.open(), script.start(), script.close(), script.stop(), script.callState(5),
            script.callInfo(from: "1001", to: "1002", type: 1), SkinnyBytes(0x9e, version: 20, length: 364).all,
            SkinnyBytes(0x131, version: 20, length: 196).all, SkinnyBytes(0x132, version: 20, length: 188).all,
            SkinnyBytes(0x14b, length: 28).all, SkinnyBytes(0x14c, length: 20).all, SkinnyBytes(0x9d, length: 36).all,
        ]
        let fromPhone = [
            script.register(), script.openAck(), script.startAck(), script.failure("10.10.0.25", 1),
            SkinnyBytes(0x45, version: 20, length: 48).all, SkinnyBytes(0x29, length: 56).all,
        ]
        for (side, messages) in [(StreamSide.server, fromServer), (.phone, fromPhone)] {
            for message in messages {
                let lab = try CallLab(.skinnyBox())
                for count in 12..<message.count {
                    let id = try lab.registered(script)
                    lab.says(.server, id, script.open())
                    let cut = SkinnyBytes.word(UInt32(count - 8)) + message[4..<count]
                    let heard = lab.says(side, id, cut)
                    #expect(heard.isEmpty || heard.count == cut.count)
                    #expect(lab.says(side, id, SkinnyScript.bare(side == .phone ? 0x0d : 0x94)).count == 12)
                    lab.take(.closed(id, .phone, how: .reset))
                    lab.expectNoCalls()
                }
            }
        }
    }

    @Test("what nobody knows passes as it came")
    func unknown() throws {
        let lab = try CallLab(.skinnyBox())
        let id = try lab.registered(SkinnyScript(20))
        let odd = SkinnyBytes(0x15b, version: 22, length: 9, [(0, "0102030405")]).all
        #expect(lab.says(.phone, id, odd) == odd && lab.says(.server, id, odd) == odd)
        // What only the server can say is not believed of a phone, and the other way round.
        let script = SkinnyScript(20)
        #expect(lab.says(.phone, id, script.open()) == script.open())
        #expect(lab.says(.server, id, script.register()) == script.register())
        #expect(lab.engine.engine.mediaSessionsInUse == 0)
    }

    @Test("an inspection map's limits drop messages, not connections, and are told of")
    func limits() throws {
        var map = SkinnyInspectionMap(name: "strict")
        map.requiresRegistration = true
        map.messageLimit = 0x141
        map.shortestLength = 5
        map.longestLength = 150
        let lab = try CallLab(.skinnyBox(map))
        let id = try lab.connect(to: "10.10.0.26:2443")
        let script = SkinnyScript(20)
        let registered = SkinnyScript.bare(0x05, 0)
        #expect(lab.says(.phone, id, registered).isEmpty)
        lab.says(.phone, id, script.register())
        lab.says(.server, id, script.registerAck())
        #expect(lab.says(.phone, id, registered) == registered)
        #expect(lab.says(.phone, id, SkinnyScript.bare(0x0d)).isEmpty)
        #expect(lab.says(.server, id, script.callInfo(from: "1", to: "2", type: 1)).isEmpty)
        #expect(lab.says(.server, id, SkinnyScript.bare(0x142, 0)).isEmpty)
        let told = lab.story.filter { $0.hasPrefix("SKINNY: dropped") }
        #expect(
            told.map { $0.split(separator: ": ").last ?? "" } == [
                "message id 0x5 registration not complete", "SCCPPrefix length 4 too small",
                "SCCPPrefix length 388 too large", "message id 0x142 not allowed",
            ])
        #expect(lab.ends.isEmpty && lab.engine.engine.counters.skinny.dropped == 4)
    }

    @Test("what a rule matches is dropped, closes or resets the connection, or is only told of")
    func rules() throws {
        for (action, end) in [
            (SkinnyInspectionMap.Action.drop, nil), (.dropConnection, "close: inspection policy"),
            (.reset, "reset: inspection policy"), (.mask, nil), (nil, nil),
        ] as [(SkinnyInspectionMap.Action?, String?)] {
            var map = SkinnyInspectionMap(name: "rules")
            map.rules = [.init(messages: 0x20...0x30, action: action, logs: true)]
            let lab = try CallLab(.skinnyBox(map))
            let id = try lab.registered(SkinnyScript(20))
            let told = SkinnyScript.bare(0x2e, 1)
            #expect(lab.says(.phone, id, told) == (action == nil || action == .mask ? told : []))
            #expect(lab.ends[id] == end)
            #expect(lab.story.contains { $0.contains("DeviceToUserData") })
        }
    }

    @Test("calls and channels are bounded for each phone")
    func bounds() throws {
        let lab = try CallLab(.skinnyBox()) { $0.callLimit = 1000 }
        var script = SkinnyScript(20)
        let id = try lab.registered(script)
        for number in 0..<200 {
            script.reference = 1000 + UInt32(number)
            lab.says(.server, id, script.callState(1))
        }
        #expect(lab.engine.engine.callsInUse == 64 && lab.engine.engine.counters.skinny.callsOverLimit == 136)
        script.reference = 1000
        for number in 0..<20 {
            script.party = UInt32(number)
            lab.says(.server, id, script.open())
        }
        #expect(lab.engine.engine.mediaSessionsInUse == 8)
        lab.take(.closed(id, .phone, how: .reset))
        lab.expectNoCalls()
    }

    @Test("no bytes stop it, and nothing is left behind")
    func hostile() throws {
        var random = SeededGenerator(seed: 11)
        let script = SkinnyScript(20)
        let seeds = [
            script.register(), script.registerAck(), script.open(), script.openAck(), script.start(), script.startAck(),
            script.close(), script.stop(), script.callState(2), script.callInfo(from: "1", to: "2", type: 2),
            SkinnyBytes(0x9e, length: 284).all, SkinnyBytes(0x131, length: 196).all, SkinnyBytes(0x14b, length: 28).all,
        ]
        let lab = try CallLab(.skinnyBox())
        for _ in 0..<60 {
            let id = try lab.registered(script)
            for _ in 0..<40 {
                let seed = seeds.randomElement(using: &random) ?? []
                lab.send(
                    Bool.random(using: &random) ? seed : random.mutated(seed),
                    from: Bool.random(using: &random) ? .phone : .server, of: id)
            }
            lab.take(.closed(id, .phone, how: .reset))
            lab.expectNoCalls()
        }
    }
}
