import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// A Skinny phone's calls through the box: whom each side talks to, with which keys, and that nothing is left of it.
@Suite struct SkinnyCallTests {
    private func lab(_ map: SkinnyInspectionMap? = nil) throws -> CallLab {
        try CallLab(.skinnyBox(map)) { settings in
            // 30 bytes for each key: all of the same, one more each time.
            let next = Counter()
            settings.randomBytes = { count in [UInt8](repeating: next.next(), count: count) }
        }
    }

    private final class Counter: @unchecked Sendable {
        private var value: UInt8 = 0x10
        func next() -> UInt8 {
            value &+= 1
            return value
        }
    }

    private let termination = IPAddress(v4: 0x0a0a_0019)  // 10.10.0.25
    private let inside = IPAddress(v4: 0xc000_0219)  // 192.0.2.25
    private let desk = IPAddress(v4: 0xc000_0232)  // 192.0.2.50

    static let versions: [UInt8] = [5, 8, 10, 11, 16, 17, 19, 20, 22]

    @Test("phone and server both talk to the box, in every version", arguments: versions)
    func aCall(_ version: UInt8) throws {
        let lab = try lab()
        let script = SkinnyScript(version)
        let id = try lab.registered(script)
        lab.says(.server, id, script.callState(1))
        #expect(lab.engine.engine.callsInUse == 1)

        let opened = try lab.message(.server, id, script.open(), version)
        guard case .key(.aesCM128HMACSHA1x32, let receiving) = opened.encryption else {
            Issue.record("no key to receive with")
            return
        }
        #expect(receiving.bytes == [UInt8](repeating: 0x11, count: 30))
        if version >= 11 { #expect(opened.address(.sourceIpAddr) == termination) }
        let acknowledged = try lab.message(.phone, id, script.openAck(), version)
        #expect(acknowledged.address(.ipAddr) == inside)
        let far = try #require(acknowledged.port(.portNumber))

        let started = try lab.message(.server, id, script.start(), version)
        #expect(started.address(.remoteIpAddr) == termination)
        let near = try #require(started.port(.remotePortNumber))
        guard case .key(.aesCM128HMACSHA1x32, let sending) = started.encryption else {
            Issue.record("no key to send with")
            return
        }
        #expect(sending != receiving)
        let told = try lab.message(.phone, id, script.startAck(), version)
        #expect(told.address(.transmitIpAddr) == inside && told.port(.portNumber) == far)

        #expect(
            lab.mediaOrders() == [
                "open 1 audio: outside \(near) to ? sends 32/11 silent | inside \(far) to ? deaf",
                "update 1 audio: outside \(near) to ? receives 32/12 sends 32/11 | inside \(far) to 192.0.2.50:30000",
            ])
        let sessions = lab.engine.engine.mediaSessionSummaries.map(\.session)
        let session = try #require(sessions.first)
        #expect(session.phone.learnsPeer && !session.far.learnsPeer && session.idleLimit == 300)

        lab.says(.server, id, script.close())
        lab.says(.server, id, script.stop())
        #expect(lab.mediaOrders().last == "close 1")
        lab.says(.server, id, script.callState(2))
        lab.expectNoCalls()
    }

    @Test("a phone of a known address is sent media before it has spoken, one behind a router is not")
    func addresses() throws {
        let lab = try lab()
        let script = SkinnyScript(20)
        let id = try lab.registered(script)
        lab.says(.server, id, script.open())
        lab.says(.phone, id, script.openAck("98.208.49.30", 20_000))
        #expect(lab.mediaOrders().last?.contains("to 98.208.49.30:20000") == true)
    }

    @Test("keys that the server gives stay, on both legs")
    func givenKeys() throws {
        let lab = try lab()
        let script = SkinnyScript(20)
        let id = try lab.registered(script)
        let receiving = [UInt8](repeating: 0xa1, count: 30)
        let sending = [UInt8](repeating: 0xa2, count: 30)
        let opened = try lab.message(.server, id, script.open(key: receiving, source: "0.0.0.0"), 20)
        #expect(opened.bytes == script.open(key: receiving, source: "0.0.0.0"), "nothing has to change")
        lab.says(.phone, id, script.openAck())
        let started = try lab.message(.server, id, script.start(key: sending), 20)
        #expect(
            started.encryption
                == SkinnyMessage.Encryption.key(
                    .aesCM128HMACSHA1x32, try #require(SRTPMasterKey(sending, for: .aesCM128HMACSHA1x32))))
        let order = try #require(lab.mediaOrders().last)
        #expect(
            order.contains("receives 32/a2 sends 32/a1 |") && order.hasSuffix("receives 32/a1 sends 32/a2"), "\(order)")
        #expect(lab.engine.engine.counters.skinny.keysMade == 0)
    }

    @Test("hold and resume have new keys and may have new ports")
    func hold() throws {
        let lab = try lab()
        var script = SkinnyScript(17)
        let id = try lab.registered(script)
        var keys: Set<[UInt8]> = []
        for round in 0..<4 {
            script.party = 100 + UInt32(round)
            for bytes in [script.open(), script.start()] {
                let message = try lab.message(.server, id, bytes, 17)
                guard case .key(_, let key) = message.encryption else { continue }
                keys.insert(key.bytes)
            }
            lab.says(.server, id, script.close(keeping: round == 1))
            lab.says(.server, id, script.stop(keeping: round == 1))
        }
        #expect(keys.count == 8)
        lab.says(.server, id, script.callState(2))
        lab.expectNoCalls()
    }

    @Test("a channel whose port is kept has it again, with a new key")
    func keptPort() throws {
        let lab = try lab()
        let script = SkinnyScript(17)
        let id = try lab.registered(script)
        var ports: [UInt16] = []
        for _ in 0..<2 {
            lab.says(.server, id, script.open())
            ports.append(try #require(try lab.message(.phone, id, script.openAck(), 17).port(.portNumber)))
            lab.says(.server, id, script.close(keeping: true))
        }
        #expect(ports[0] == ports[1])
        #expect(lab.engine.engine.counters.skinny.keysMade == 2)
    }

    @Test("transmission may begin before the channel is open")
    func startFirst() throws {
        let lab = try lab()
        let script = SkinnyScript(20)
        let id = try lab.registered(script)
        lab.says(.server, id, script.start())
        let order = try #require(lab.mediaOrders().last)
        #expect(order.contains("receives 32/11 deaf |") && order.hasSuffix("to 192.0.2.50:30000 silent"), "\(order)")
        lab.says(.server, id, script.open())
        #expect(lab.mediaOrders().last?.contains("receives 32/11 sends 32/12 |") == true)
        #expect(lab.engine.engine.mediaSessionsInUse == 1)
    }

    @Test("recording legs are streams of their own in the same call, and end with it")
    func recording() throws {
        let lab = try lab()
        let script = SkinnyScript(20)
        let id = try lab.registered(script)
        lab.says(.server, id, script.callState(5))
        lab.says(.server, id, script.open())
        lab.says(.server, id, script.start())
        var ports: Set<UInt16> = []
        for leg in 0..<2 {
            var recorder = script
            recorder.party = 200 + UInt32(leg)
            recorder.reference = 900 + UInt32(leg)
            let started = try lab.message(.server, id, recorder.start("192.0.2.60", 9395), 20)
            ports.insert(try #require(started.port(.remotePortNumber)))
            let acknowledged = try lab.message(.phone, id, recorder.startAck("192.168.10.5", 32_150), 20)
            #expect(acknowledged.address(.transmitIpAddr) == inside)
        }
        #expect(ports.count == 2 && lab.engine.engine.callsInUse == 1)
        #expect(lab.engine.engine.mediaSessionsInUse == 3)
        lab.says(.server, id, script.callState(2))
        lab.expectNoCalls()
    }

    @Test("CME has one party number for all streams, and tells them apart by reference")
    func partyZero() throws {
        let lab = try lab()
        var one = SkinnyScript(17)
        one.party = 0
        var two = one
        two.reference = 6
        two.conference = 17
        let id = try lab.registered(one)
        var ports: [UInt16] = []
        for script in [one, two] {
            lab.says(.server, id, script.open())
            ports.append(try #require(try lab.message(.phone, id, script.openAck(), 17).port(.portNumber)))
        }
        #expect(ports[0] != ports[1] && lab.engine.engine.callsInUse == 2)
        lab.says(.server, id, two.close())
        #expect(lab.engine.engine.mediaSessionsInUse == 1)
        lab.says(.server, id, one.callState(2))
        lab.says(.server, id, two.callState(2))
        lab.expectNoCalls()
    }

    @Test("a server that gives channels no reference closes them all the same")
    func withoutReference() throws {
        let lab = try lab()
        var script = SkinnyScript(11)
        let id = try lab.registered(script)
        script.reference = 16
        lab.says(.server, id, script.callState(1))
        script.reference = 0
        lab.says(.server, id, script.open())
        lab.says(.server, id, script.start())
        #expect(lab.engine.engine.callsInUse == 1 && lab.engine.engine.mediaSessionsInUse == 1)
        script.conference = 0
        lab.says(.server, id, script.close())
        lab.says(.server, id, script.stop())
        #expect(lab.engine.engine.mediaSessionsInUse == 0)
    }

    @Test("two phones that call each other meet in the box: from one to the other, once decrypted, once encrypted")
    func twoPhones() throws {
        let lab = try lab()
        let (one, two) = (SkinnyScript(20), SkinnyScript(11))
        let first = try lab.registered(one)
        let second = try lab.registered(two, "69.181.112.219:40000", device: "SEP001E7AC4DA9D", local: 40_002)
        lab.says(.server, first, one.open())
        lab.says(.server, second, two.open())
        let ports = [
            try #require(try lab.message(.phone, first, one.openAck(), 20).port(.portNumber)),
            try #require(try lab.message(.phone, second, two.openAck(), 11).port(.portNumber)),
        ]
        _ = lab.mediaOrders()
        let toFirst = try lab.message(.server, first, one.start("192.0.2.25", UInt32(ports[1])), 20)
        let toSecond = try lab.message(.server, second, two.start("192.0.2.25", UInt32(ports[0])), 11)
        let near = [toFirst, toSecond].compactMap { $0.port(.remotePortNumber) }
        #expect(MediaPorts.residue(of: near[0]) == MediaPorts.residue(of: near[1]))
        let sessions = lab.engine.engine.mediaSessionSummaries.map(\.session)
        let open = try #require(sessions.first)
        #expect(lab.engine.engine.mediaSessionsInUse == 1)
        #expect(open.phone.local.port == near[0] && open.far.local.port == near[1])
        #expect(open.far.local.address == termination && open.far.isProtected && open.phone.isProtected)
        #expect(open.phone.peerSends && open.phone.peerReceives && open.far.peerSends && open.far.peerReceives)
        #expect(open.phone.receives != open.far.sends)
        for (id, script) in [(first, one), (second, two)] { lab.says(.server, id, script.callState(2)) }
        lab.expectNoCalls()
    }

    @Test("what the phone could not send to is named to the server as it named it")
    func transmissionFailure() throws {
        let lab = try lab()
        let script = SkinnyScript(20)
        let id = try lab.registered(script)
        let started = try lab.message(.server, id, script.start(), 20)
        let failed = try lab.message(
            .phone, id, script.failure("10.10.0.25", UInt32(try #require(started.port(.remotePortNumber)))), 20)
        #expect(failed.address(.remoteIpAddr) == desk && failed.port(.remotePortNumber) == 30_000)
        #expect(lab.says(.phone, id, SkinnyScript(11).failure("10.10.0.25", 5)).isEmpty == false)
    }

    @Test("a phone whose messages have no room for a key gets no media, and the server an answer")
    func tooOld() throws {
        let lab = try lab()
        let script = SkinnyScript(3)
        let id = try lab.registered(script)
        lab.says(.server, id, script.callState(1))
        // The form of version 3, which ends before the key.
        var open = SkinnyBytes(0x105, length: 28)
        open.put(16, at: 0)
        open.put(77, at: 4)
        #expect(lab.says(.server, id, open.all).isEmpty, "the phone hears of nothing")
        let answer = try SkinnyMessage.read(lab.heardBytes(.server, id).span, negotiated: 3)
        #expect(answer.id == .openReceiveChannelAck && answer.number(.status) == 1)
        #expect(answer.number(.passThroughPartyId) == 77)
        var start = SkinnyBytes(0x8a, length: 44, [(8, "c0000232")])
        start.put(30_000, at: 12)
        #expect(lab.says(.server, id, start.all).isEmpty)
        #expect(lab.engine.engine.counters.skinny.unprotectable == 2)
        #expect(lab.story.contains { $0.contains("has no keys for media, which may not go unprotected") })
        #expect(lab.engine.engine.mediaSessionsInUse == 0)
    }

    @Test("video goes unencrypted beside encrypted audio, and the log says so")
    func video() throws {
        let lab = try lab()
        let script = SkinnyScript(20)
        let id = try lab.registered(script)
        lab.says(.server, id, script.open())
        var open = SkinnyBytes(0x131, version: 20, length: 196)
        for (offset, word) in [(0, script.conference), (4, 78), (8, 103), (16, script.reference)] as [(Int, UInt32)] {
            open.put(word, at: offset)
        }
        let opened = try lab.message(.server, id, open.all, 20)
        #expect(opened.encryption == SkinnyMessage.Encryption.none)
        #expect(lab.story.contains { $0.contains("video is not encrypted") })
        let orders = lab.mediaOrders()
        #expect(orders.count == 2 && orders[0].contains("sends 32/11") && orders[1].contains("video"))
        #expect(!orders[1].contains("32/"))
    }

    @Test("with no media port left the server is told, and the call goes on without")
    func noPort() throws {
        let lab = try CallLab(.skinnyBox(ports: 16_384...16_385))
        var script = SkinnyScript(20)
        let id = try lab.registered(script)
        lab.says(.server, id, script.open())
        script.party = 78
        #expect(lab.says(.server, id, script.open()).isEmpty)
        let answer = try SkinnyMessage.read(lab.heardBytes(.server, id).span)
        #expect(answer.id == .openReceiveChannelAck && answer.number(.status) == 1)
        #expect(lab.story.contains("no media port for outside:98.208.49.30:49152"))
    }

    @Test("an answer to no channel does not pass, since it would name the phone's own address")
    func answersToNothing() throws {
        let lab = try lab()
        let script = SkinnyScript(20)
        let id = try lab.registered(script)
        for bytes in [script.openAck(), script.startAck(), script.failure("10.10.0.25", 5)] {
            #expect(lab.says(.phone, id, bytes).isEmpty)
        }
        #expect(lab.engine.engine.counters.skinny.dropped == 3)
    }

    @Test("silence ends what nobody ended; media that goes on is not cut off")
    func timeouts() throws {
        var map = SkinnyInspectionMap(name: "short")
        map.signallingTimeout = 60
        map.mediaTimeout = 20
        let lab = try lab(map)
        let script = SkinnyScript(20)
        let id = try lab.registered(script)
        lab.says(.server, id, script.open())
        #expect(lab.engine.engine.mediaSessionSummaries.map(\.session.idleLimit) == [20])
        for _ in 0..<4 {
            lab.wait(25)
            lab.says(.phone, id, SkinnyScript.bare(0))
        }
        #expect(lab.engine.engine.callsInUse == 1, "packets still come")
        lab.report(.idle(MediaSessionID(1)))
        for _ in 0..<4 {
            lab.wait(25)
            lab.says(.phone, id, SkinnyScript.bare(0))
        }
        lab.expectNoCalls()
    }

    @Test("the same words give the same bytes, and no key is ever told of")
    func deterministicAndSilent() throws {
        func run() throws -> CallLab {
            let lab = try lab()
            let script = SkinnyScript(20)
            let id = try lab.registered(script)
            for bytes in [script.open(), script.start()] { lab.says(.server, id, bytes) }
            for bytes in [script.openAck(), script.startAck()] { lab.says(.phone, id, bytes) }
            return lab
        }
        let (one, two) = (try run(), try run())
        #expect(one.transcript == two.transcript)
        let told = one.events.map { "\($0)" }.joined() + one.story.joined()
        #expect(!told.contains("17, 17, 17, 17") && !told.contains("11111111"))
    }
}
