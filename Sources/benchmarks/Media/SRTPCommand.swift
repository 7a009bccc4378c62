import ArgumentParser
import Box
import MediaTermination
import Wire

struct SRTPCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "srtp",
        abstract: "What protecting and unprotecting a 20 ms packet of G.711 costs, by the number of streams.",
        discussion: """
            Prints the figures as words for the report command: ours and, for libsrtp2, peer. Allocations are counted when \
            tools/bench.d/allocations.c is preloaded.
            """
    )

    static let streamCounts = [1, 100, 1000, 5000]

    @Option(help: "Packets in each sample.")
    var packets = 200_000

    @Option(help: "Samples, of which the median counts.")
    var samples = 5

    @Option(help: "Packets of libsrtp2 in its one sample.")
    var peerPackets = 20_000

    func validate() throws {
        guard (1000...100_000_000).contains(packets), (1000...100_000_000).contains(peerPackets) else {
            throw ValidationError("--packets and --peer-packets are 1,000 to 100,000,000.")
        }
        guard (1...100).contains(samples) else { throw ValidationError("--samples is 1 to 100.") }
    }

    func run() throws {
        let counter = AllocationCounter()
        for streams in Self.streamCounts {
            try measure(.aesCM128HMACSHA1x80, streams, counter)
        }
        for streams in Self.streamCounts {
            var run = try SRTPRun(.aesCM128HMACSHA1x80, streams: streams, implementation: .libsrtp)
            _ = try run.sample(streams)
            print("peer", streams, try run.sample(peerPackets))
        }
        for suite in [SRTPSuite.aesCM256HMACSHA1x80, .aeadAES128GCM, .aeadAES256GCM] {
            var run = try SRTPRun(suite, streams: 100, implementation: .own)
            _ = try run.sample(1000)
            let cost = try run.sample(packets)
            Console.error("srtp: \(suite.name): \(cost.protect.tenths) / \(cost.unprotect.tenths) ns at 100 streams")
        }
    }

    private func measure(_ suite: SRTPSuite, _ streams: Int, _ counter: AllocationCounter?) throws {
        var run = try SRTPRun(suite, streams: streams, implementation: .own)
        // Each stream's source is known before anything counts.
        _ = try run.sample(2 * streams)
        var costs: [SRTPRun.Cost] = []
        costs.reserveCapacity(samples)
        var allocations: UInt64 = 0
        for _ in 0..<samples {
            let before = counter?.count ?? 0
            costs.append(try run.sample(packets))
            allocations += (counter?.count ?? 0) - before
        }
        guard let protect = costs.map(\.protect).median, let unprotect = costs.map(\.unprotect).median else { return }
        print("ours", streams, SRTPRun.Cost(protect: protect, unprotect: unprotect))
        let perPacket = counter == nil ? "null" : "\(Double(allocations) / Double(samples * packets))"
        Console.print("ours.allocationsPerPacketAt\(streams)Streams=\(perPacket)")
    }

    private func print(_ section: String, _ streams: Int, _ cost: SRTPRun.Cost) {
        Console.print("\(section).nanosecondsPerProtectAt\(streams)Streams=\(cost.protect.tenths)")
        Console.print("\(section).nanosecondsPerUnprotectAt\(streams)Streams=\(cost.unprotect.tenths)")
        Console.print("\(section).nanosecondsPerPacketAt\(streams)Streams=\(cost.mean.tenths)")
        Console.error("srtp: \(section), \(streams) streams: \(cost.protect.tenths) / \(cost.unprotect.tenths) ns")
    }
}

extension Double {
    fileprivate var tenths: Double { (self * 10).rounded() / 10 }
}
