import MediaTermination
import MediaTestSupport
import Testing
import Wire

/// Both transforms side by side; `benchmarks srtp-soak` does the same for as long as one likes.
@Suite("The transform against libsrtp2")
struct DifferentialTests {
    @Test("does the same with every packet, good or bad", arguments: SRTPSuite.allCases, [UInt64(1), 2])
    func comparison(_ suite: SRTPSuite, _ seed: UInt64) throws {
        let isUsual = suite == .aesCM128HMACSHA1x80 || suite == .aesCM128HMACSHA1x32
        let packets = isUsual ? 35_000 : 7_500
        var comparison = try TransformComparison(suite, seed: seed, sources: seed == 1 ? 1 : 5)
        try comparison.run(packets: packets)
        let counts = comparison.counts
        // The network did what it is here for.
        #expect(counts.packets == packets)
        #expect(counts.accepted > packets / 4)
        #expect(counts.rollovers >= 10)
        for failure in [SRTPFailure.authenticationFailed, .replayedDuplicate, .replayedOld, .invalidLength] {
            #expect(counts.failures[failure, default: 0] > 0, "\(failure)")
        }
    }

    @Test("agrees at the start of the box")
    func selfTest() throws {
        #expect(try TransformSelfTest.run() > 300)
    }
}
