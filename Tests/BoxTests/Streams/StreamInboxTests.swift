import Synchronization
import SystemCalls
import Testing
import Wire

@testable import Box
@testable import TLSProxy

/// What the terminator's threads leave for the packet thread: all of it, in order, and never more than may wait.
@Suite struct StreamInboxTests {
    private static let megabyte = [UInt8](repeating: 0x20, count: 1 << 20)

    private func received(_ number: UInt64, _ side: HandStreamSide, _ bytes: [UInt8]) -> HandStreamEvent {
        .received(HandStreamID(rawValue: number), side, bytes)
    }

    private func describe(_ orders: [HandStreamOrder]) -> [String] {
        orders.map { order in
            switch order {
            case .pauseReading(let id, let side): "pause \(id) \(side)"
            case .resumeReading(let id, let side): "resume \(id) \(side)"
            default: "\(order)"
            }
        }
    }

    private func bytes(_ events: [HandStreamEvent]) -> [[UInt8]] {
        events.compactMap { if case .received(_, _, let bytes) = $0 { bytes } else { nil } }
    }

    @Test func whatIsLeftIsTakenOnceAndInOrder() {
        let inbox = StreamInbox {}
        for number in 0..<100 { #expect(inbox.put(received(7, .phone, [UInt8(number)])) == nil) }
        let (events, orders) = inbox.take()
        #expect(bytes(events) == (0..<100).map { [UInt8($0)] })
        #expect(orders.isEmpty)
        #expect(inbox.take().events.isEmpty)
    }

    @Test func theReaderIsWokenOnceForAllThatWaits() {
        let rings = Mutex(0)
        let inbox = StreamInbox { rings.withLock { $0 += 1 } }
        for _ in 0..<10 { _ = inbox.put(received(7, .phone, [1])) }
        #expect(rings.withLock { $0 } == 1)
        _ = inbox.take()
        _ = inbox.put(received(7, .phone, [1]))
        #expect(rings.withLock { $0 } == 2)
    }

    @Test func whoSendsTooMuchIsNotReadUntilItIsTaken() throws {
        let inbox = StreamInbox {}
        for _ in 0..<8 { #expect(inbox.put(received(7, .phone, Self.megabyte)) == nil) }
        // One byte more than may wait; from then on each that sends is told once.
        #expect(describe([try #require(inbox.put(received(8, .phone, [1])))]) == ["pause 0x8 phone"])
        #expect(inbox.put(received(8, .phone, [2])) == nil)
        #expect(describe([try #require(inbox.put(received(8, .server, [3])))]) == ["pause 0x8 server"])
        #expect(describe([try #require(inbox.put(received(7, .phone, [4])))]) == ["pause 0x7 phone"])
        let (events, orders) = inbox.take()
        // What was on its way already is not lost.
        #expect(bytes(events).suffix(4) == [[1], [2], [3], [4]])
        #expect(events.count == 12)
        #expect(describe(orders).sorted() == ["resume 0x7 phone", "resume 0x8 phone", "resume 0x8 server"])
        #expect(inbox.put(received(7, .phone, [1])) == nil)
    }

    @Test func whatCarriesNoBytesComesThroughAFullInbox() {
        let inbox = StreamInbox {}
        for _ in 0..<9 { _ = inbox.put(received(7, .phone, Self.megabyte)) }
        #expect(inbox.put(.ended(HandStreamID(rawValue: 7), .phone, isTruncated: false)) == nil)
        #expect(inbox.put(.closed(HandStreamID(rawValue: 7), StreamTotals())) == nil)
        #expect(inbox.take().events.count == 11)
    }

    @Test func eachThreadsEventsStayInOrder() throws {
        let (threads, each) = (4, 2_000)
        let inbox = StreamInbox {}
        let writers = try (0..<threads).map { thread in
            try WorkerThread {
                for number in 0..<each {
                    _ = inbox.put(
                        .received(
                            HandStreamID(rawValue: UInt64(thread)), .phone,
                            [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]))
                }
            }
        }
        var seen = [[Int]](repeating: [], count: threads)
        let deadline = MonotonicClock.now + 20_000_000_000
        while seen.contains(where: { $0.count < each }), MonotonicClock.now < deadline {
            for case .received(let id, _, let bytes) in inbox.take().events {
                seen[Int(id.rawValue)].append(Int(bytes[0]) << 8 | Int(bytes[1]))
            }
        }
        for writer in writers { writer.join() }
        #expect(seen == [[Int]](repeating: Array(0..<each), count: threads))
    }
}
