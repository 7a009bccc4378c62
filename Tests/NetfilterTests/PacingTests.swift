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

    @Test func whomTheBoxAnsweredDoesNotWaitAWholeTick() {
        var pacing = pacing(wakeUps: 8, every: 0)
        #expect(pacing.tick == pacing.settings.tick)
        pacing.answered(true)
        #expect(pacing.tick == pacing.settings.answeredTicks.lowerBound)
        #expect(pacing.settings.answeredTicks.upperBound * 2 <= pacing.settings.tick)
        pacing.answered(false)
        #expect(pacing.tick == pacing.settings.tick)
    }

    @Test func aTickOfThoseWhoAreAnsweredBeginsWithTheLookAtTheQueues() {
        var pacing = pacing(wakeUps: 8, every: 0)
        #expect(pacing.sleep(after: pacing.tick / 4) == pacing.tick)
        pacing.answered(true)
        #expect(pacing.sleep(after: 0) == pacing.tick)
        #expect(pacing.sleep(after: pacing.tick / 4) == pacing.tick - pacing.tick / 4)
        #expect(pacing.sleep(after: pacing.tick * 3 / 4) == 0)
        #expect(pacing.sleep(after: 10 * pacing.tick) == 0)
    }

    /// Three packets in the shortest tick, as from a dozen phones: they gather, instead of waking the box each.
    @Test func answeredPacketsGatherInALongerTick() {
        var pacing = pacing(wakeUps: 8, every: 0)
        pacing.answered(true)
        for turn in 0..<1000 {
            let packets = Int(pacing.tick / 33_000)
            pacing.drained(packets, at: UInt64(turn) * millisecond)
            pacing.answered(true)
        }
        #expect(pacing.wait == .tick)
        #expect(pacing.tick == 2 * pacing.settings.answeredTicks.lowerBound)
        for _ in 0..<8 {
            pacing.drained(100, at: 2_000 * millisecond)
            pacing.answered(true)
        }
        #expect(pacing.tick == pacing.settings.answeredTicks.lowerBound)
    }

    /// One phone alone: the tick is made longer, and then given up.
    @Test func anAnsweredTransferInLockstepIsNotHeldUp() {
        var pacing = Pacing()
        var now: UInt64 = 1_000_000_000
        var ticked: UInt64 = 0
        while now < 2_000_000_000 {
            let wait = pacing.wait == .tick ? pacing.tick : 50_000
            if pacing.wait == .tick { ticked += wait }
            now += wait
            pacing.drained(1, at: now)
            pacing.answered(true)
        }
        #expect(ticked < 40 * millisecond)
    }

    /// A dozen phones that wait together for one file look like one alone. Once they go on, they are not waited for long.
    @Test func whatOnlyLooksLikeLockstepIsGatheredAgainSoon() {
        var pacing = pacing(wakeUps: 8, every: 0)
        var now: UInt64 = 1_000_000_000
        for _ in 0..<4 { pacing.drained(1, at: now) }
        #expect(pacing.wait == .untilReadable)
        now += pacing.settings.recesses.lowerBound
        pacing.drained(12, at: now)
        #expect(pacing.wait == .tick)
        pacing.drained(12, at: now)
        // Gathering was worth while: the next recess is a short one again.
        for _ in 0..<4 { pacing.drained(1, at: now) }
        #expect(pacing.wait == .untilReadable)
        pacing.drained(12, at: now + pacing.settings.recesses.lowerBound)
        #expect(pacing.wait == .tick)
    }

    @Test func emptyTicksEndIt() {
        var pacing = pacing(wakeUps: 8, every: 0)
        for index in 0..<15 { pacing.drained(0, at: UInt64(index)) }
        #expect(pacing.wait == .tick)
        pacing.drained(0, at: 16)
        #expect(pacing.wait == .untilReadable)
        // What came before does not count again.
        pacing.drained(1, at: 17)
        #expect(pacing.wait == .untilReadable)
    }

    @Test func afterAPauseTheTickIsTakenUpAtOnce() {
        var pacing = pacing(wakeUps: 8, every: 0)
        for index in 0..<16 { pacing.drained(0, at: UInt64(index)) }
        for index in 0..<8 { pacing.drained(1, at: UInt64(20 + index)) }
        #expect(pacing.wait == .tick)
    }

    @Test func aBurstInBetweenStartsTheCountAnew() {
        var pacing = pacing(wakeUps: 8, every: 0)
        for packets in [1, 0, 1, 1, 20, 1, 0, 1, 1] { pacing.drained(packets, at: 0) }
        #expect(pacing.wait == .tick)
        pacing.drained(1, at: 1)
        #expect(pacing.wait == .untilReadable)
    }

    /// One packet a turn, each the answer to the one before: of a second, only a few ticks may be lost to waiting.
    @Test func aTransferInLockstepIsNotHeldUp() {
        var pacing = Pacing()
        var now: UInt64 = 1_000_000_000
        var ticks = 0
        while now < 2_000_000_000 {
            if pacing.wait == .tick { ticks += 1 }
            now += pacing.wait == .tick ? millisecond : 50_000
            pacing.drained(1, at: now)
        }
        #expect(ticks < 60)
    }
}
