import TestSupport
import Testing
import Wire

@testable import Inspection

private func moment(_ seconds: Double) -> Timestamp { Timestamp(nanoseconds: Int64(seconds * 1e9)) }

/// Holds a wheel, so that expectations can turn it.
private final class Wheel {
    private var state = TimerWheel()

    func schedule(_ entry: UInt32, at deadline: Timestamp) { state.schedule(entry, at: deadline) }
    func cancel(_ entry: UInt32) { state.cancel(entry) }
    func isDue(_ now: Timestamp) -> Bool { state.isDue(now) }
    func popDue(_ now: Timestamp) -> UInt32? { state.popDue(now) }

    /// All that is due after so many seconds.
    func due(_ now: Double) -> [UInt32] {
        var found: [UInt32] = []
        while let entry = popDue(moment(now)) { found.append(entry) }
        return found.sorted()
    }
}

@Suite struct TimerWheelTests {
    @Test func anEntryComesUpOnceItsDeadlineHasPassed() {
        let wheel = Wheel()
        wheel.schedule(0, at: moment(10))
        wheel.schedule(1, at: moment(11))
        #expect(wheel.due(9.9).isEmpty)
        #expect(wheel.due(10.5) == [0])
        #expect(wheel.due(10.6).isEmpty)
        #expect(wheel.due(12) == [1])
        #expect(wheel.due(10_000).isEmpty)
    }

    @Test func aCancelledEntryDoesNotComeUp() {
        let wheel = Wheel()
        for entry: UInt32 in 0..<3 { wheel.schedule(entry, at: moment(10)) }
        wheel.cancel(1)
        wheel.cancel(3)
        wheel.schedule(2, at: moment(20))
        #expect(wheel.due(15) == [0])
        #expect(wheel.due(25) == [2])
    }

    /// One turn of the wheel is some 17 minutes.
    @Test func aLongSilenceLosesNothing() {
        let wheel = Wheel()
        for entry: UInt32 in 0..<100 { wheel.schedule(entry, at: moment(Double(entry) * 7)) }
        #expect(wheel.due(1_000_000).count == 100)
    }

    @Test func timeThatGoesBackIsNoHarm() {
        let wheel = Wheel()
        wheel.schedule(0, at: moment(1000))
        #expect(wheel.due(1001) == [0])
        wheel.schedule(1, at: moment(500))
        #expect(wheel.due(499).isEmpty)
        #expect(wheel.due(501) == [1])
        wheel.schedule(2, at: moment(1002))
        #expect(wheel.due(1003) == [2])
    }

    /// A recording may claim any time; an entry comes up no earlier than it should.
    @Test(arguments: [Int64.min, -1, 0, Int64.max])
    func anyMomentIsAMoment(nanoseconds: Int64) {
        let wheel = Wheel()
        let deadline = Timestamp(nanoseconds: nanoseconds)
        wheel.schedule(0, at: deadline)
        #expect(!wheel.isDue(deadline))
        #expect(wheel.popDue(deadline) == nil)
        #expect(wheel.popDue(Timestamp(seconds: 1)) == (nanoseconds > 0 ? nil : 0))
    }

    /// What the owners do: an entry that has come up too early is put back. Nothing is late by more than one tick when
    /// time passes evenly, and nothing is early.
    @Test func ownersSeeEveryDeadline() {
        var generator = SeededGenerator(seed: 4)
        let wheel = Wheel()
        var deadlines = (0..<200).map { _ in Double.random(in: 1...5000, using: &generator) }
        for (entry, deadline) in deadlines.enumerated() { wheel.schedule(UInt32(entry), at: moment(deadline)) }
        var expired = 0
        for step in 1...20_100 {
            let now = Double(step) * 0.25
            while let entry = wheel.popDue(moment(now)) {
                let deadline = deadlines[Int(entry)]
                if deadline > now {
                    wheel.schedule(entry, at: moment(deadline))
                } else {
                    #expect(now - deadline <= 0.5, "entry \(entry)")
                    deadlines[Int(entry)] = .infinity
                    expired += 1
                }
            }
        }
        #expect(expired == 200)
    }
}
