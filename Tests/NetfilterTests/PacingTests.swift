import Testing

@testable import Netfilter

@Suite struct PacingTests {
    private let millisecond: UInt64 = 1_000_000

    /// Feeds wake-ups of one packet each, `interval` nanoseconds apart.
    private func pacing(wakeUps: Int, every interval: UInt64) -> Pacing {
        var pacing = Pacing()
        for index in 0..<wakeUps { pacing.drained(1, at: 1_000_000_000 + UInt64(index) * interval) }
        return pacing
    }

    @Test func aQuietBoxAnswersEachPacketAtOnce() {
        #expect(Pacing().wait == .untilReadable)
        #expect(pacing(wakeUps: 1000, every: millisecond).wait == .untilReadable)
    }

    @Test func denseTrafficIsGathered() {
        #expect(pacing(wakeUps: 8, every: 20_000).wait == .tick)
        var burst = Pacing()
        burst.drained(64, at: 5)
        #expect(burst.wait == .tick)
    }

    @Test func packetsAreCountedWithinOneTickOnly() {
        // Seven in a millisecond, a pause, seven again: never eight within one.
        var pacing = Pacing()
        for round in 0..<100 {
            for index in 0..<7 { pacing.drained(1, at: UInt64(round) * 2 * millisecond + UInt64(index)) }
        }
        #expect(pacing.wait == .untilReadable)
    }

    @Test func steadyLoadStaysOnTheTick() {
        var pacing = pacing(wakeUps: 8, every: 0)
        for index in 0..<1000 { pacing.drained(50, at: UInt64(index) * millisecond) }
        #expect(pacing.wait == .tick)
    }

    @Test func quietTicksEndIt() {
        var pacing = pacing(wakeUps: 8, every: 0)
        for index in 0..<15 { pacing.drained(0, at: UInt64(index)) }
        #expect(pacing.wait == .tick)
        pacing.drained(0, at: 16)
        #expect(pacing.wait == .untilReadable)
        // What came before does not count again.
        pacing.drained(1, at: 17)
        #expect(pacing.wait == .untilReadable)
    }

    @Test func aBurstInBetweenStartsTheCountAnew() {
        var pacing = pacing(wakeUps: 8, every: 0)
        for index in 0..<15 { pacing.drained(0, at: UInt64(index)) }
        pacing.drained(20, at: 16)
        for index in 0..<15 { pacing.drained(0, at: UInt64(20 + index)) }
        #expect(pacing.wait == .tick)
    }
}
