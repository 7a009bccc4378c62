import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

@Suite struct EngineTests {
    /// Packets that fall at the decoder, and the counter each goes to.
    @Test(arguments: [
        ("", DropReason.unsupportedIPVersion),
        ("f5", .unsupportedIPVersion),
        ("45", .invalidIPLength),
        ("44000014 00000000 40110000 0a000001 0a000002", .invalidIPHeader),
        ("45000013 00000000 40110000 0a000001 0a000002", .invalidIPLength),
        ("45000015 00000000 40110000 0a000001 0a000002", .invalidIPLength),
        ("46000018 00000000 40110000 0a000001 0a000002 83030000", .invalidIPHeader),
        ("60000000 00ff1140", .invalidIPLength),
        ("4500001b 00000000 40110000 0a000001 0a000002 00010002 000800", .invalidUDPLength),
        ("4500001c 00000000 40110000 0a000001 0a000002 00010002 00070000", .invalidUDPLength),
        ("4500001c 00000000 40060000 0a000001 0a000002 00010002 00070000", .invalidTCPHeaderLength),
        ("4500001b 00000000 40010000 0a000001 0a000002 08000000 000000", .invalidICMPLength),
    ])
    func whatCanNotBeReadIsCountedByWhy(hex: String, reason: DropReason) throws {
        let box = TestBox(try Configuration.box())
        #expect(box.send(bytes(hex: hex), on: "inside").reason == reason)
        #expect(box.counters.undecodable == 1)
        #expect(box.counters.count(of: reason) == 1)
        #expect(box.counters.dropped == 0)
        let good = PacketBuilder(from: try address("192.0.2.50"), to: try address("203.0.113.9")).udp(from: 1, to: 2)
        #expect(box.send(good, on: "inside").isForwarded)
    }

    @Test func framesThatAreNoBusinessOfTheEngineAreCounted() {
        var engine = Engine(.recording())
        engine.passFrame()
        let verdict = engine.refuseFrame(WireError(.ethernet, .header, .truncated, at: 0))
        #expect(verdict.reason == .invalidEncapsulation)
        let counters = engine.counters
        #expect(counters.read == 2)
        #expect(counters.forwarded == 1)
        #expect(counters.undecodable == 1)
    }

    /// Acceptance and `capture … type asp-drop` find drops by these names.
    @Test func dropReasonsHaveNamesOfTheirOwn() {
        let names = DropReason.allCases.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(DropReason.aclDrop.name == "acl-drop")
        #expect(DropReason.rateExceeded.text == "Output QoS rate exceeded")
        #expect(DropReason.icmpErrorOtherFlow.name == "inspect-icmp-error-different-embedded-conn")
        #expect(DropReason.allCases.allSatisfy { DropReason.named($0.name) == $0 && !$0.text.isEmpty })
        #expect(DropReason.named("no-such-reason") == nil)
    }

    @Test func idleFlowsAreForgotten() throws {
        var configuration = try Configuration.box()
        configuration.timeouts.udp = 30
        let box = TestBox(configuration)
        let packet = PacketBuilder(from: try address("192.0.2.50"), to: try address("203.0.113.9")).udp(from: 1, to: 2)
        box.send(packet, on: "inside")
        for _ in 0..<5 {
            box.wait(20)
            box.send(packet, on: "inside")
        }
        #expect(box.flows.map(\.packets) == [6])
        box.wait(31)
        #expect(box.story.last == "  ended 1: Conn-timeout, 0 bytes")
    }

    @Test func aFlowTellsWhatItHasCarried() throws {
        let box = TestBox(try Configuration.box())
        let builder = PacketBuilder(from: try address("192.0.2.50"), to: try address("203.0.113.9"))
        box.send(builder.udp(from: 1, to: 2, [1, 2, 3]), on: "inside")
        #expect(box.flows.map(\.isAnswered) == [false])
        let answer = PacketBuilder(from: builder.destination, to: builder.source).udp(from: 2, to: 1, [1, 2, 3, 4, 5])
        box.send(answer, on: "outside")
        let flow = try #require(box.flows.first)
        #expect(flow.isAnswered && !flow.isTranslated)
        #expect(flow.bytesFromInitiator == 3)
        #expect(flow.bytesFromResponder == 5)
        #expect(flow.bytes == 8)
        #expect(flow.packets == 2)
    }

    @Test func timeThatGoesBackIsNoHarm() throws {
        let box = TestBox(try Configuration.box())
        let packet = PacketBuilder(from: try address("192.0.2.50"), to: try address("203.0.113.9")).udp(from: 1, to: 2)
        box.send(packet, on: "inside")
        box.now = Timestamp(seconds: 5)
        #expect(box.send(packet, on: "inside").isForwarded)
        box.wait(100)
        #expect(box.flowCount == 1)
        box.now = Timestamp(nanoseconds: .max)
        box.send(packet, on: "inside")
        box.now = Timestamp(nanoseconds: .min)
        box.send(packet, on: "inside")
        box.now = Timestamp(seconds: 2_000_000)
        box.send(packet, on: "inside")
        #expect(box.flowCount == 1)
        box.wait(5_000)
        #expect(box.flowCount == 0)
    }

    @Test func classesCountPackets() throws {
        let box = TestBox(.recording())
        let builder = PacketBuilder(from: try address("192.0.2.50"), to: try address("203.0.113.9"))
        box.send(builder.udp(from: 1, to: 69, TFTPBytes.readRequest("a")))
        box.send(builder.udp(from: 1, to: 5060))
        box.send(builder.udp(from: 1, to: 5060))
        box.send(builder.tcp(from: 1, to: 2000, flags: .syn))
        box.send([0x45])
        let expected: [(TrafficClass, UInt64)] = [
            (.inspectTFTP, 1), (.inspectSIP, 2), (.inspectSkinny, 1), (.through, 0),
        ]
        for (trafficClass, count) in expected {
            #expect(box.counters.count(of: trafficClass) == count, "\(trafficClass.name)")
        }
    }

    @Test func interfacesThatDoNotExistLetNothingIn() throws {
        var engine = Engine(try Configuration.box())
        var packet = PacketBuilder(from: try address("192.0.2.50"), to: try address("203.0.113.9")).udp(from: 1, to: 69)
        var span = packet.mutableSpan
        let verdict = engine.process(&span, from: InterfaceIndex(9), at: .zero)
        #expect(verdict.reason == .aclDrop)
    }
}
