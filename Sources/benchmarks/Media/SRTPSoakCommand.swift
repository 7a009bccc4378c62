import ArgumentParser
import Box
import MediaTestSupport
import Wire

struct SRTPSoakCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "srtp-soak",
        abstract: "The transform against libsrtp2, packet by packet over a bad network, for as long as one likes.",
        discussion: "Ends with 1 and the packet where both part ways."
    )

    @Option(help: "Packets for each suite.")
    var packets = 1_000_000

    @Option(help: "The same seed sends the same packets.")
    var seed: UInt64 = 1

    func validate() throws {
        guard (1...10_000_000_000).contains(packets) else { throw ValidationError("--packets is at least 1.") }
    }

    func run() throws {
        for suite in SRTPSuite.allCases {
            var counts = TransformComparison.Counts()
            var round: UInt64 = 0
            while counts.packets < packets {
                // A new key, and other sources.
                let sources = 1 + Int(round % 16)
                var comparison = try TransformComparison(suite, seed: seed &+ round &* 1000, sources: sources)
                try comparison.run(packets: min(100_000, packets - counts.packets))
                counts.add(comparison.counts)
                round += 1
            }
            let failures = counts.failures.sorted { $0.key.rawValue < $1.key.rawValue }
            Console.print(
                "\(suite.name): \(counts.packets) packets, \(counts.accepted) accepted, \(counts.rollovers) rollovers")
            Console.print("  refused alike: " + failures.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        }
    }
}
