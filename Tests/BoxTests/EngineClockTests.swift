import Testing
import Wire

@testable import Box

/// The engine's time follows the wall clock, and never goes back.
@Suite struct EngineClockTests {
    /// Both clocks at one moment, and what the engine is told, in seconds.
    typealias Reading = (wall: Int, steady: Int, time: Int)

    @Test(
        arguments: [
            ("undisturbed", [(1000, 10, 1000), (1003, 13, 1003), (1003, 13, 1003)]),
            ("set forward", [(1000, 10, 1000), (9000, 11, 9000), (9001, 12, 9001)]),
            // Twenty seconds back: at half the pace for forty, then as the wall clock says.
            (
                "set back",
                [
                    (1000, 10, 1000), (980, 10, 1000), (990, 20, 1005), (1010, 40, 1015), (1020, 50, 1020),
                    (1030, 60, 1030),
                ]
            ),
            ("set back before the epoch", [(1000, 10, 1000), (-500, 12, 1001), (-498, 14, 1002)]),
        ] as [(String, [Reading])])
    func whateverIsDoneToTheWallClock(name: String, readings: [Reading]) {
        var clock = EngineClock()
        for reading in readings {
            let time = clock.time(wall: seconds(reading.wall), steady: seconds(reading.steady))
            #expect(time == seconds(reading.time), "\(name), \(reading.steady) s after start")
        }
    }

    @Test func readTwiceItIsNotEarlier() {
        var clock = EngineClock()
        var last = clock.read()
        #expect(abs(last.nanoseconds - WallClock.now.nanoseconds) < 1_000_000_000)
        for _ in 0..<1000 {
            let next = clock.read()
            #expect(next >= last)
            last = next
        }
    }

    private func seconds(_ count: Int) -> Timestamp { Timestamp(seconds: Int64(count), nanoseconds: 0) }
}
