import TestSupport
import Testing
import Wire

@testable import Inspection

/// Files served over links as they are, to a client that knows the RFCs and nothing else.
@Suite struct FileServingLinkTests {
    static let optionSets: [TFTPBytes.Options] = {
        var sets: [TFTPBytes.Options] = []
        for blockSize in [nil, "8", "1024", "65464"] {
            for windowSize in [nil, "1", "7"] {
                for others in [[], [("tsize", "0")], [("timeout", "1")], [("tsize", "0"), ("timeout", "2")]] {
                    var set: TFTPBytes.Options = others
                    if let blockSize { set.append(("blksize", blockSize)) }
                    if let windowSize { set.append(("windowsize", windowSize)) }
                    sets.append(set)
                }
            }
        }
        return sets
    }()

    @Test(arguments: optionSets)
    func everyCombinationOfOptions(options: TFTPBytes.Options) throws {
        var generator = SeededGenerator(seed: 11)
        for size in [0, 8, 1023, 1024, 4000] {
            let content = (0..<size).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            let client = RFCClient(options: options)
            let server = ServingEnd(content, to: client.request)
            let link = SimulatedLink(server, client)
            #expect(link.run())
            #expect(client.received == content && client.isComplete, "\(size) bytes")
            #expect(server.status == .complete)
            #expect(Set(client.granted.keys) == Set(options.map(\.name)))
            #expect(server.serving?.retransmissions == 0)
        }
    }

    static let faults: [(String, LinkFaults)] = [
        ("lossy", LinkFaults(lost: 15)),
        ("slow", LinkFaults(delay: 700...700)),
        ("very slow", LinkFaults(delay: 2500...2500)),
        ("reordering", LinkFaults(delay: 1...200)),
        ("doubling", LinkFaults(doubled: 100, delay: 5...10)),
        ("all at once", LinkFaults(lost: 10, doubled: 10, delay: 1...300)),
    ]

    @Test(arguments: faults, [1, 4, 16])
    func faultyLinks(fault: (String, LinkFaults), window: Int) throws {
        for seed: UInt64 in 1...20 {
            var generator = SeededGenerator(seed: seed)
            let content = generator.bytes(3000...9000)
            let client = RFCClient(options: [("windowsize", String(window)), ("blksize", "256")])
            let server = ServingEnd(content, to: client.request)
            let link = SimulatedLink(server, client, fault.1, seed: seed)
            #expect(link.run(), "\(fault.0), seed \(seed)")
            #expect(client.received == content && client.isComplete, "\(fault.0), seed \(seed)")
            // The last acknowledgment may get lost each time.
            #expect(server.status == .complete || server.status == .failed(.phoneSilent), "\(fault.0), seed \(seed)")
        }
    }

    /// A link that doubles all there is must not make more of it than that.
    @Test(arguments: [1, 2, 8])
    func aDoublingLinkDoesNotDoubleTheTraffic(window: Int) throws {
        let content = [UInt8](repeating: 0x55, count: 100_000)
        let options: TFTPBytes.Options = window > 1 ? [("windowsize", String(window))] : []
        let client = RFCClient(options: options)
        let server = ServingEnd(content, to: client.request)
        let link = SimulatedLink(server, client, LinkFaults(doubled: 100, delay: 3...6))
        #expect(link.run())
        #expect(client.received == content)
        let needed = 100_000 / 512 + 1
        if window == 1 {
            #expect(link.sentByFirst == needed)
        } else {
            // This client acknowledges in the middle of windows, and is believed as often as it has taken a block.
            #expect(link.sentByFirst <= 2 * needed + 4 * window)
        }
    }

    @Test(arguments: ["1", "16"])
    func blockNumbersRollOver(window: String) throws {
        let content = (0..<(66_000 * 8 + 3)).map { UInt8(truncatingIfNeeded: $0 >> 3 ^ $0 >> 11) }
        let client = RFCClient(options: [("blksize", "8"), ("windowsize", window)])
        let server = ServingEnd(content, to: client.request)
        let link = SimulatedLink(server, client)
        #expect(link.run())
        #expect(client.received == content && client.isComplete)
        #expect(server.status == .complete && server.serving?.blocks == 66_001)
    }

    @Test func netasciiOverALossyLink() throws {
        var generator = SeededGenerator(seed: 5)
        let content = (0..<5000).map { _ in [0x0a, 0x0d, 0x41, 0x00].randomElement(using: &generator) ?? UInt8(0) }
        let client = RFCClient(mode: "netascii", options: [("blksize", "99"), ("windowsize", "5"), ("tsize", "0")])
        let server = ServingEnd(content, to: client.request)
        let link = SimulatedLink(server, client, LinkFaults(lost: 10))
        #expect(link.run())
        #expect(String(client.received.count) == client.granted["tsize"])
        #expect(Self.fromNetascii(client.received) == content)
    }

    @Test(arguments: [0, 1, 3])
    func aPhoneThatGoesSilentIsGivenUp(blocks: Int) throws {
        let client = RFCClient(silentAfter: blocks)
        let server = ServingEnd([UInt8](repeating: 1, count: 5000), to: client.request)
        let link = SimulatedLink(server, client)
        #expect(link.run())
        #expect(server.status == .failed(.phoneSilent))
        #expect(server.serving?.retransmissions == 5)
        #expect(link.now.seconds(since: Timestamp(seconds: 1_000)) < 40)
    }

    /// RFC 764: CR LF is the end of a line, CR NUL a CR.
    private static func fromNetascii(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var afterReturn = false
        for byte in bytes {
            switch (afterReturn, byte) {
            case (true, 0x0a): result.append(0x0a)
            case (true, _): result.append(0x0d)
            case (false, 0x0d): break
            case (false, _): result.append(byte)
            }
            afterReturn = !afterReturn && byte == 0x0d
        }
        return result
    }
}
