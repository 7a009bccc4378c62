import TestSupport
import Testing
import Wire

@Suite("Loss, order, duplicates, jitter")
struct SequenceTrackerTests {
    private func tracked(_ numbers: [UInt16]) -> (SequenceTracker, [SequenceTracker.Arrival]) {
        var tracker = SequenceTracker(clockRate: 8000)
        var time = Timestamp(seconds: 1_700_000_000)
        let arrivals = numbers.map { number in
            time.nanoseconds += 20_000_000
            return tracker.record(sequenceNumber: number, timestamp: UInt32(number) &* 160, at: time)
        }
        return (tracker, arrivals)
    }

    @Test("a stream without a fault, across 65,535")
    func clean() {
        let (tracker, arrivals) = tracked((0..<10).map { UInt16(truncatingIfNeeded: 65_530 + $0) })
        #expect(arrivals == [.first] + [SequenceTracker.Arrival](repeating: .inOrder, count: 9))
        #expect(tracker.received == 10 && tracker.expected == 10 && tracker.lost == 0)
        #expect(tracker.extendedHighest == 0x1_0003)
    }

    @Test("what is missing is lost until it comes")
    func gaps() {
        let (early, _) = tracked([1, 2, 5])
        #expect(early.expected == 5 && early.lost == 2 && early.outOfOrder == 0)
        let (late, arrivals) = tracked([1, 2, 5, 4, 3, 4])
        #expect(arrivals == [.first, .inOrder, .afterGap, .outOfOrder, .outOfOrder, .duplicate])
        #expect(late.lost == 0 && late.outOfOrder == 2 && late.duplicates == 1 && late.received == 6)
    }

    @Test("packets that are late to the first one, across 0")
    func beforeFirst() {
        let (tracker, arrivals) = tracked([1, 65_534, 0, 65_534, 2])
        #expect(arrivals == [.first, .outOfOrder, .outOfOrder, .duplicate, .inOrder])
        #expect(tracker.expected == 5 && tracker.lost == 1 && tracker.duplicates == 1)
    }

    @Test("one stray number changes nothing; two in a row are a new numbering")
    func restarts() {
        let (stray, strayArrivals) = tracked([1, 2, 30_000, 3])
        #expect(strayArrivals == [.first, .inOrder, .implausible, .inOrder])
        #expect(stray.expected == 3 && stray.lost == 0 && stray.restarts == 0 && stray.received == 4)
        let (tracker, arrivals) = tracked([1, 2, 4, 30_000, 30_001, 30_003])
        #expect(arrivals == [.first, .inOrder, .afterGap, .implausible, .restarted, .afterGap])
        #expect(tracker.expected == 4 + 4 && tracker.lost == 2 && tracker.restarts == 1)
    }

    @Test("a jump of 3,000 is another numbering, of 2,999 a loss")
    func dropout() {
        #expect(tracked([0, 2999]).0.lost == 2998)
        #expect(tracked([0, 3000]).1 == [.first, .implausible])
        #expect(tracked([0, 0 &- 100]).1 == [.first, .outOfOrder])
        #expect(tracked([0, 0 &- 101]).1 == [.first, .implausible])
    }

    @Test("against a set of all numbers, 100,000 packets with loss, reordering and duplicates")
    func model() {
        var random = SeededGenerator(seed: 11)
        var tracker = SequenceTracker(clockRate: 8000)
        var seen: Set<Int> = []
        var (duplicates, outOfOrder, highest, lowest) = (0, 0, Int.min, Int.max)
        var next = 70_000
        for _ in 0..<100_000 {
            var number = next
            switch random.next() % 20 {
            case 0: number = next + Int(random.next() % 60)
            case 1, 2: number = next - Int(random.next() % 40)
            default: break
            }
            if seen.contains(number) {
                duplicates += 1
            } else if number < highest {
                outOfOrder += 1
            }
            seen.insert(number)
            highest = max(highest, number)
            lowest = min(lowest, number)
            next = highest + 1
            tracker.record(
                sequenceNumber: UInt16(truncatingIfNeeded: number), timestamp: 0, at: Timestamp(nanoseconds: 0))
        }
        #expect(tracker.duplicates == UInt64(duplicates))
        #expect(tracker.outOfOrder == UInt64(outOfOrder))
        #expect(tracker.expected == UInt64(highest - lowest + 1))
        #expect(tracker.lost == UInt64(highest - lowest + 1 - seen.count))
        #expect(tracker.restarts == 0)
    }

    @Test("jitter is RFC 3550's: a sixteenth of each change")
    func jitter() {
        var tracker = SequenceTracker(clockRate: 8000)
        var expected = 0.0
        var last: Double?
        var time: Int64 = 1_700_000_000_000_000_000
        var random = SeededGenerator(seed: 5)
        for number in 0..<2000 {
            let arrival = time + Int64(random.next() % 8_000_000)
            tracker.record(
                sequenceNumber: UInt16(number), timestamp: 0xffff_0000 &+ UInt32(number) &* 160,
                at: Timestamp(nanoseconds: arrival))
            let transit = Double(arrival - 1_700_000_000_000_000_000) / 125_000 - Double(number) * 160
            if let last { expected += (abs(transit - last) - expected) / 16 }
            last = transit
            time += 20_000_000
        }
        #expect(expected > 10)
        #expect(abs(Double(tracker.jitter) - expected) <= 1.5)
        #expect(abs(tracker.jitterSeconds * 8000 - expected) <= 1)
    }

    @Test("packets in step have none, whatever the clock", arguments: [8000, 16_000, 48_000, 90_000])
    func noJitter(_ clockRate: Int) {
        var tracker = SequenceTracker(clockRate: clockRate)
        for number in 0..<100 {
            tracker.record(
                sequenceNumber: UInt16(number), timestamp: UInt32(number * clockRate / 50),
                at: Timestamp(nanoseconds: Int64(number) * 20_000_000))
        }
        #expect(tracker.jitter == 0)
    }

    @Test("extreme times and clocks do not trap")
    func extremes() {
        for clockRate in [0, -1, Int.max, 1, 1_000_000_000] {
            var tracker = SequenceTracker(clockRate: clockRate)
            for (index, moment) in [Int64.min, .max, 0, .min, -1].enumerated() {
                tracker.record(
                    sequenceNumber: UInt16(index), timestamp: .max &* UInt32(index),
                    at: Timestamp(nanoseconds: moment))
            }
            #expect(tracker.received == 5)
        }
    }
}
