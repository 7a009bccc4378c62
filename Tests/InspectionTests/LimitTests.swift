import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// Every table has an end, and what has its place already goes on when it is reached.
@Suite struct LimitTests {
    private func request(_ box: TestBox, _ client: UInt16) throws -> TestBox.Outcome {
        try TFTPHost(box, on: "inside", "192.0.2.50:\(client)", to: "203.0.113.9:69").read("f\(client)")
    }

    @Test func flows() throws {
        let box = TestBox(try Configuration.box()) { $0.flowLimit = 3 }
        let builder = PacketBuilder(from: try address("192.0.2.50"), to: try address("203.0.113.9"))
        let outcomes = (1...4).map { box.send(builder.udp(from: $0, to: 5000), on: "inside") }
        #expect(outcomes.map(\.reason) == [nil, nil, nil, .connectionLimit])
        #expect(box.send(builder.udp(from: 1, to: 5000), on: "inside").isForwarded)
        let answer = PacketBuilder(from: builder.destination, to: builder.source).udp(from: 5000, to: 1)
        #expect(box.send(answer, on: "outside").isForwarded)
        box.wait(130)
        #expect(box.send(builder.udp(from: 4, to: 5000), on: "inside").isForwarded)
        #expect(box.flows.map(\.number) == [4], "a refused flow has had no number")
        #expect(box.counters.udpFlows == 4)
    }

    @Test func theServersAnswerNeedsAPlaceToo() throws {
        let box = TestBox(try Configuration.box()) { $0.flowLimit = 1 }
        #expect(try request(box, 50000).isForwarded)
        let server = try TFTPHost(box, on: "outside", "203.0.113.9:1024", to: "192.0.2.50:50000")
        #expect(server.data(1).reason == .connectionLimit)
        #expect(box.counters.pinholesUsed == 0)
        #expect(server.from(port: 69).data(1).isForwarded)
    }

    @Test func pinholes() throws {
        let box = TestBox(try Configuration.box()) { $0.pinholeLimit = 2 }
        let outcomes = try (1...3).map { try request(box, $0) }
        #expect(outcomes.map(\.reason) == [nil, nil, .pinholeLimit])
        #expect(box.flowCount == 2)
        #expect(box.transferCount == 2)
        #expect(try request(box, 1).isForwarded, "a pinhole that is there is renewed")
        let server = try TFTPHost(box, on: "outside", "203.0.113.9:1024", to: "192.0.2.50:1")
        #expect(server.data(1).isForwarded)
        box.wait(31)
        #expect(try request(box, 3).isForwarded)
    }

    @Test func transfers() throws {
        let box = TestBox(try Configuration.box()) { $0.transferLimit = 2 }
        let outcomes = try (1...3).map { try request(box, $0) }
        #expect(outcomes.map(\.reason) == [nil, nil, .transferLimit])
        #expect(box.flowCount == 2)
        let server = try TFTPHost(box, on: "outside", "203.0.113.9:1024", to: "192.0.2.50:1")
        server.data(1, 0)
        try TFTPHost(box, on: "inside", "192.0.2.50:1", to: "203.0.113.9:1024").acknowledge(1)
        #expect(box.transfers.map(\.status) == [.complete])
        #expect(try request(box, 3).isForwarded)
    }

    @Test func events() throws {
        let box = TestBox(try Configuration.box()) { $0.eventLimit = 10 }
        let builder = PacketBuilder(from: try address("192.0.2.50"), to: try address("203.0.113.9"))
        for port: UInt16 in 1...30 {
            #expect(box.sendUnread(builder.udp(from: port, to: 5000), on: "inside").action == .forward)
        }
        #expect(box.lostEvents == 20)
        box.wait(0)
        #expect(box.events.count == 10)
    }

    /// All ports behind the shared address are taken for this client.
    @Test func portsBehindStaticPAT() throws {
        let box = TestBox(try .patBox())
        let client = try TFTPHost(box, on: "outside", "98.208.49.30:50000", to: "10.10.0.24:69")
        // Another server behind the same address holds the ports: flows that the client has opened to them.
        var configuration = try Configuration.patBox()
        for port: UInt16 in 40000..<40064 {
            configuration = try configuration.translating("192.0.2.102", to: "10.10.0.24", service: (port, port))
        }
        configuration.accessLists["outside-in"]?.entries.append(try entry(.permit))
        let full = TestBox(configuration)
        let busy = try TFTPHost(full, on: "outside", "98.208.49.30:50000", to: "10.10.0.24:69")
        for port: UInt16 in 40000..<40064 { #expect(busy.to(port: port).send([1]).isForwarded) }
        for (box, client, reason) in [(box, client, nil), (full, busy, DropReason.natTranslationFailed)] {
            client.read("a")
            let server = try TFTPHost(box, on: "inside", "192.0.2.101:40000", to: "98.208.49.30:50000")
            #expect(server.data(1).reason == reason)
        }
    }
}
