import Testing

@testable import MediaTermination

/// Gather under load, take at once when quiet.
@Suite struct RelayPacingTests {
    @Test func loadGathersAndQuietWakes() {
        var pacing = RelayPacing()
        var now: UInt64 = 0
        // A call or two: a packet every five milliseconds.
        for _ in 0..<100 {
            now += 5_000_000
            pacing.drained(1, at: now)
            #expect(!pacing.isBusy)
        }
        for _ in 0..<4 {
            now += 100_000
            pacing.drained(1, at: now)
        }
        #expect(pacing.isBusy)
        for packets in [50, 0, 1, 3, 0, 0] {
            now += 1_000_000
            pacing.drained(packets, at: now)
            #expect(pacing.isBusy)
        }
        for _ in 0..<RelayPacing.quietTicks {
            now += 1_000_000
            pacing.drained(1, at: now)
        }
        #expect(!pacing.isBusy)
    }
}
