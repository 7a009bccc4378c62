import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// A Skinny phone registers through the box: what its server sees, what it hears, and what the box knows then.
@Suite struct SkinnyRegistrationTests {
    private func registrations(_ lab: CallLab) -> [String] {
        lab.engine.engine.registrationSummaries.map { "\($0.addressOfRecord) from \($0.phone)" }
    }

    @Test("the server is asked as the phone, at its clear port")
    func connecting() throws {
        let lab = try CallLab(.skinnyBox())
        let id = try lab.accept("98.208.49.30:49152", to: "10.10.0.26:2443")
        lab.secure(id, device: "CP-7962G-SEP001E7AC4DA9C")
        #expect(lab.connects[id] == "98.208.49.30 to inside 192.0.2.101:2000")
    }

    @Test("Register names the address that the server sees, and nothing else in it changes")
    func addresses() throws {
        let lab = try CallLab(.skinnyBox())
        let id = try lab.connect(to: "10.10.0.26:2443")
        let script = SkinnyScript(20)
        var expected = SkinnyBytes.register("SEP001E7AC4DA9C", version: 20)
        expected.put(bytes(hex: "62d0311e"), at: 24)  // 98.208.49.30
        #expect(lab.says(.phone, id, script.register()) == expected.all)
        #expect(lab.says(.server, id, script.registerAck()) == script.registerAck())
        #expect(registrations(lab) == ["SEP001E7AC4DA9C from 98.208.49.30:49152"])
        #expect(lab.engine.engine.securePhones.map(\.port) == [49152])
        #expect(lab.engine.engine.streamSummaries.map(\.signalling) == [.skinny])
    }

    @Test("an IPv6 address in it is taken out, and so are those in token requests")
    func tokens() throws {
        let lab = try CallLab(.skinnyBox())
        let id = try lab.connect(to: "10.10.0.26:2443")
        var token = SkinnyBytes(0x29, length: 56, [(24, "c0a80a05"), (32, "20010db8000000010000000000000005")])
        token.put(Array("SEP001E7AC4DA9C".utf8), at: 0)
        var expected = SkinnyBytes(0x29, length: 56, [(24, "62d0311e")])
        expected.put(Array("SEP001E7AC4DA9C".utf8), at: 0)
        #expect(lab.says(.phone, id, token.all) == expected.all)
        #expect(registrations(lab).isEmpty)
    }

    @Test("a device that the certificate does not name is told so, and the server never hears of it")
    func otherDevice() throws {
        let lab = try CallLab(.skinnyBox())
        let id = try lab.connect(to: "10.10.0.26:2443")
        #expect(lab.says(.phone, id, SkinnyScript(20).register("SEP00000000000A")).isEmpty)
        let answer = try SkinnyMessage.read(lab.heardBytes(.phone, id).span)
        #expect(answer.id == .registerReject)
        #expect(lab.engine.engine.counters.skinny.mismatches == 1)
    }

    @Test("keep-alives go end to end and keep the phone registered; without them it is gone")
    func keepAlives() throws {
        let lab = try CallLab(.skinnyBox())
        let script = SkinnyScript(20)
        let id = try lab.registered(script)
        for _ in 0..<20 {
            lab.wait(30)
            #expect(lab.says(.phone, id, SkinnyScript.bare(0)) == SkinnyScript.bare(0))
            #expect(lab.says(.server, id, SkinnyScript.bare(0x100)) == SkinnyScript.bare(0x100))
        }
        #expect(registrations(lab).count == 1 && lab.engine.engine.securePhones.map(\.port) == [49152])
        lab.says(.server, id, script.open())
        lab.wait(101)
        #expect(lab.ends[id] == "close: idle")
        #expect(registrations(lab).isEmpty && lab.engine.engine.securePhones.allSatisfy { $0.port == 0 })
        lab.expectNoCalls()
    }

    @Test("a connection to a standby server has keep-alives alone")
    func standby() throws {
        let lab = try CallLab(.skinnyBox())
        let id = try lab.connect(to: "10.10.0.26:2443")
        for _ in 0..<70 {
            lab.wait(60)
            #expect(lab.says(.phone, id, SkinnyScript.bare(0)) == SkinnyScript.bare(0))
        }
        #expect(lab.ends.isEmpty && registrations(lab).isEmpty)
    }

    @Test(
        "a phone that is turned away, unregisters, or is reset has nothing left",
        arguments: [0x9d, 0x118, 0x9f, 0] as [UInt32])
    func endings(_ way: UInt32) throws {
        let lab = try CallLab(.skinnyBox())
        let script = SkinnyScript(20)
        let id = try lab.registered(script)
        lab.says(.server, id, script.open())
        switch way {
        case 0x9d: lab.says(.server, id, SkinnyBytes(0x9d, length: 36, [(0, "4e6f")]).all)
        case 0x118:
            lab.says(.phone, id, SkinnyScript.bare(0x27))
            lab.says(.server, id, SkinnyScript.bare(way, 0))
        case 0x9f: lab.says(.server, id, SkinnyScript.bare(way, 2))
        default: lab.take(.closed(id, .phone, how: .reset))
        }
        #expect(registrations(lab).isEmpty && lab.engine.engine.securePhones.map(\.port) == [0])
        lab.expectNoCalls()
    }

    @Test("unregistering in a call is the server's to refuse")
    func refusedUnregistration() throws {
        let lab = try CallLab(.skinnyBox())
        let id = try lab.registered(SkinnyScript(20))
        lab.says(.server, id, SkinnyScript.bare(0x118, 2))
        #expect(registrations(lab).count == 1)
    }

    @Test("the newer connection of a device wins")
    func newerConnection() throws {
        let lab = try CallLab(.skinnyBox())
        let script = SkinnyScript(20)
        let old = try lab.registered(script)
        lab.says(.server, old, script.open())
        let new = try lab.registered(script, "98.208.49.30:50000", local: 40_002)
        #expect(registrations(lab) == ["SEP001E7AC4DA9C from 98.208.49.30:50000"])
        lab.expectNoCalls()
        lab.take(.closed(old, .phone, how: .finished))
        lab.take(.closed(old, .server, how: .finished))
        #expect(lab.engine.engine.securePhones.map(\.port) == [50000])
        lab.says(.server, new, script.open())
        #expect(lab.engine.engine.mediaSessionsInUse == 1)
    }

    @Test("a phone's connection that stands by takes nothing from the one it is registered over")
    func standbyBesideRegistered() throws {
        let lab = try CallLab(.skinnyBox())
        let script = SkinnyScript(20)
        let first = try lab.registered(script)
        lab.says(.server, first, script.open())
        let second = try lab.connect("98.208.49.30:50000", to: "10.10.0.26:2443", local: 40_002)
        #expect(lab.says(.phone, second, SkinnyScript.bare(0)) == SkinnyScript.bare(0))
        let token = SkinnyBytes(0x29, length: 56, [(0, "534550303031453741433444413943")]).all
        #expect(lab.says(.phone, second, token).count == token.count)
        #expect(lab.says(.server, second, SkinnyScript.bare(0x9b)) == SkinnyScript.bare(0x9b))
        #expect(registrations(lab) == ["SEP001E7AC4DA9C from 98.208.49.30:49152"])
        #expect(lab.engine.engine.securePhones.map(\.port) == [49152] && lab.engine.engine.mediaSessionsInUse == 1)
        lab.take(.closed(second, .phone, how: .reset))
        #expect(registrations(lab).count == 1 && lab.engine.engine.mediaSessionsInUse == 1)
    }

    @Test("a phone has gone to another server: its last one, which answers nothing, is not waited for")
    func goneFromASilentServer() throws {
        let lab = try CallLab(.skinnyBox())
        let script = SkinnyScript(20)
        let old = try lab.registered(script)
        lab.says(.server, old, script.open())
        lab.take(.closed(old, .phone, how: .finished))
        #expect(lab.ends[old] == "finish server")
        let new = try lab.registered(script, "98.208.49.30:50000", local: 40_002)
        #expect(lab.ends[old] == "reset: closed by peer" && lab.ends[new] == nil)
        #expect(lab.engine.engine.securePhones.map(\.port) == [50000])
        lab.expectNoCalls()
    }

    @Test(
        "where one side is over, the other is waited for as long as timeout half-closed says", arguments: [2443, 5061])
    func halfClosed(_ port: Int) throws {
        let lab = try CallLab(.skinnyBox())
        for side in [StreamSide.phone, .server] {
            let id = try lab.connect(to: "10.10.0.26:\(port)")
            lab.take(.closed(id, side, how: .finished))
            lab.wait(599)
            #expect(lab.ends[id] == "finish \(side.other)")
            lab.wait(2)
            #expect(lab.ends[id] == "close: idle")
        }
    }

    @Test("the server's version counts, where it is smaller")
    func negotiation() throws {
        let lab = try CallLab(.skinnyBox())
        let id = try lab.connect(to: "10.10.0.26:2443")
        lab.says(.phone, id, SkinnyScript(20).register())
        lab.says(.server, id, SkinnyScript(20).registerAck(11))
        // Of an ambiguous length: what was agreed on tells where the address is.
        let open = SkinnyBytes(0x105, length: 172, [(0, "10000000 4d000000"), (24, "05000000"), (100, "c0000232")])
        let opened = try lab.message(.server, id, open.all, 11)
        #expect(opened.address(.sourceIpAddr) == IPAddress(v4: 0x0a0a_0019))
    }

    @Test("protocol-version max lowers what the phone offers")
    func clamp() throws {
        var map = SkinnyInspectionMap(name: "old")
        map.versionLimit = 17
        let lab = try CallLab(.skinnyBox(map))
        let id = try lab.connect(to: "10.10.0.26:2443")
        let heard = try lab.message(.phone, id, SkinnyScript(22).register(), 22)
        #expect(heard.number(.protocolVer) == 17)
    }

    @Test(
        "of the servers a phone is told those that it can reach, by their secure ports", arguments: [11, 20] as [UInt8])
    func servers(_ version: UInt8) throws {
        let lab = try CallLab(.skinnyBox())
        let id = try lab.registered(SkinnyScript(version))
        let isWide = version >= 17
        var list = SkinnyBytes(0x9e, version: UInt32(version), length: isWide ? 364 : 284)
        for (slot, address) in ["c0000266", "c0000265"].enumerated() {
            list.put(Array("cm\(slot).example.com".utf8), at: slot * 48)
            list.put(2000, at: 240 + slot * 4)
            list.put(bytes(hex: address), at: isWide ? 264 + slot * 20 : 260 + slot * 4)
        }
        let heard = try lab.message(.server, id, list.all, version)
        #expect(heard.text(.serverName) == Array("10.10.0.26".utf8) && heard.port(.serverTcpListenPort) == 2443)
        #expect(heard.address(.serverIpAddr) == IPAddress(v4: 0x0a0a_001a))
        for slot in 1..<5 {
            #expect(heard.text(.serverName, slot) == [] && heard.port(.serverTcpListenPort, slot) == 0)
            #expect(heard.address(.serverIpAddr, slot) == .anyV4)
        }
    }
}
