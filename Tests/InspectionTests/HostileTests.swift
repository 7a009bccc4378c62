import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// Whatever comes in: no trap, and every packet accounted for.
@Suite struct HostileTests {
    private static let addresses = [
        "192.0.2.50", "192.0.2.101", "10.10.0.26", "10.10.0.24", "203.0.113.9", "2001:db8:1::101", "2001:db8:2::26",
        "2001:db8:9::9", "255.255.255.255", "224.0.0.1", "ff02::1", "fe80::1", "0.0.0.0", "127.0.0.1",
    ]

    private func box(_ seed: UInt64 = 0) throws -> TestBox {
        let configuration = try Configuration.box()
            .translating("192.0.2.101", to: "10.10.0.26").translating("2001:db8:1::101", to: "2001:db8:2::26")
            .translating("192.0.2.50", to: "10.10.0.24", service: (69, 69))
            .listing([try entry(.permit, .udp), try entry(.permit, .tcp), try entry(.permit, .icmp)], on: "outside")
        return TestBox(configuration, seed: seed) {
            $0.flowLimit = 200
            $0.pinholeLimit = 20
            $0.transferLimit = 20
        }
    }

    @Test func tenThousandPacketsOfRandomBytes() throws {
        let box = try box()
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<10_000 {
            var packet = generator.bytes(0...120)
            // Most would fall at the first hurdle.
            if packet.count > 9, Bool.random(using: &generator) {
                packet[0] = Bool.random(using: &generator) ? 0x45 : 0x60
                packet[9] = [1, 6, 17].randomElement(using: &generator) ?? 17
            }
            box.send(
                packet, on: Bool.random(using: &generator) ? "inside" : "outside", isCut: Bool.random(using: &generator)
            )
        }
        #expect(box.counters.read == 10_000)
        box.finish()
    }

    @Test func tenThousandDamagedPackets() throws {
        let box = try box()
        var generator = SeededGenerator(seed: 2)
        for number in 0..<10_000 {
            var packet = try Self.packet(&generator)
            if number % 4 != 0 { packet = generator.mutated(packet) }
            box.send(packet, on: Bool.random(using: &generator) ? "inside" : "outside")
            if number % 100 == 0 { box.wait(Int.random(in: 0...40, using: &generator)) }
        }
        #expect(box.counters.read == 10_000)
        #expect(box.counters.forwarded > 500, "enough of it means something")
        #expect(box.counters.dropped > 500)
        #expect(box.counters.undecodable > 500)
        #expect(box.transfers.count > 10)
        box.finish()
        _ = box.clear()
        #expect(box.flowCount == 0)
        #expect(box.pinholeCount == 0)
        #expect(box.transferCount == 0)
    }

    /// The same input twice, and under another seed: the same packets and the same events.
    @Test func theSameInputGivesTheSameStory() throws {
        let boxes = [try box(1), try box(1), try box(99)]
        for box in boxes {
            var generator = SeededGenerator(seed: 3)
            for number in 0..<2_000 {
                let packet = try Self.packet(&generator)
                box.send(
                    number % 3 == 0 ? generator.mutated(packet) : packet, on: number % 2 == 0 ? "inside" : "outside")
                if number % 50 == 0 { box.wait(20) }
            }
            box.finish()
        }
        #expect(boxes[0].text == boxes[1].text)
        #expect(boxes[0].text == boxes[2].text)
        #expect(boxes[0].outcomes.map(\.packet) == boxes[1].outcomes.map(\.packet))
        #expect(boxes[0].outcomes.map(\.packet) == boxes[2].outcomes.map(\.packet))
        #expect(boxes[0].story.count > 2_200, "there is something to tell")
    }

    /// A packet of a kind that the engine takes an interest in, between a few hosts and ports, so that packets meet.
    private static func packet(_ generator: inout SeededGenerator) throws -> [UInt8] {
        func pick<Element>(_ choices: [Element]) throws -> Element {
            try #require(choices.randomElement(using: &generator))
        }
        let source = try address(pick(Array(addresses.prefix(8)) + addresses))
        let candidates = try addresses.map(address).filter { $0.isV4 == source.isV4 }
        var builder = PacketBuilder(from: source, to: try pick(candidates))
        builder.identification = try pick([1, 2, 3])
        let ports: [UInt16] = [69, 69, 69, 1024, 1025, 2000, 5060]
        let (from, to) = (try pick(ports), try pick(ports))
        let message = try pick([
            TFTPBytes.readRequest("a", options: [("blksize", "8")]), TFTPBytes.readRequest("b"),
            TFTPBytes.writeRequest("c"), TFTPBytes.data(1, [1]), TFTPBytes.data(2, []), TFTPBytes.acknowledgment(0),
            TFTPBytes.acknowledgment(1), TFTPBytes.error(5, "no"), TFTPBytes.optionAcknowledgment([("blksize", "8")]),
        ])
        let datagram = builder.udp(from: from, to: to, message)
        switch try pick(Array(0...9)) {
        case 0:
            return builder.tcp(
                from: from, to: to, flags: TCPHeader.Flags(rawValue: UInt8.random(in: 0...63, using: &generator)))
        case 1: return builder.tcp(from: from, to: to, flags: .syn, options: [3, 3, 7])
        case 2: return builder.echo(identifier: 7)
        case 3: return PacketBuilder(from: builder.destination, to: source).unreachable(quoting: datagram)
        case 4: return try pick(builder.fragments(of: datagram, size: 8))
        default: return datagram
        }
    }
}
