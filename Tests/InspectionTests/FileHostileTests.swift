import TestSupport
import Testing
import Wire

@testable import Inspection

/// Whatever either end says: no trap, no more work than a window's worth for a message, and an end in time.
@Suite struct FileHostileTests {
    private static func message(_ generator: inout SeededGenerator) -> [UInt8] {
        let block = UInt16(truncatingIfNeeded: generator.next() % 24 &- 4)
        let options = ["blksize", "tsize", "timeout", "windowsize", "x"].compactMap { name in
            Bool.random(using: &generator)
                ? (name, ["0", "8", "512", "1428", "70000", "-1", ""].randomElement(using: &generator) ?? "")
                : nil
        }
        let size = [0, 1, 8, 511, 512, 513, 1428].randomElement(using: &generator) ?? 0
        let message: [UInt8]
        switch generator.next() % 8 {
        case 0: message = generator.bytes(0...40)
        case 1: message = TFTPBytes.readRequest("file", options: options)
        case 2: message = TFTPBytes.optionAcknowledgment(options)
        case 3: message = TFTPBytes.error(UInt16(generator.next() % 10), "text")
        case 4, 5: message = TFTPBytes.data(block, [UInt8](repeating: 1, count: size))
        default: message = TFTPBytes.acknowledgment(block)
        }
        return generator.next() % 3 == 0 ? generator.mutated(message) : message
    }

    /// What a transfer of this kind has sent in answer to one message or one timer.
    private func check(_ sent: [TestDatagram], _ seed: UInt64) {
        #expect(sent.count <= 16, "seed \(seed)")
        #expect(sent.allSatisfy { $0.payload.count <= 1472 }, "seed \(seed)")
    }

    @Test func tenThousandMessagesFromPhones() {
        var finished = 0
        for seed: UInt64 in 0..<200 {
            var generator = SeededGenerator(seed: seed)
            let options: TFTPBytes.Options =
                seed % 3 == 0 ? [] : [("blksize", "65464"), ("windowsize", "65535"), ("tsize", "0"), ("timeout", "9")]
            let mode = seed % 2 == 0 ? "octet" : "netascii"
            let end = ServingEnd(
                generator.bytes(0...20_000), to: TFTPBytes.readRequest("file", mode: mode, options: options))
            var now = Timestamp(seconds: 10)
            check(end.start(at: now), seed)
            for _ in 0..<50 {
                let payload = Self.message(&generator)
                check(end.take(TestDatagram(from: RFCClient.port, to: 0, payload: payload), at: now), seed)
                now = Timestamp(nanoseconds: now.nanoseconds + Int64(generator.next() % 400_000_000))
                check(end.wake(at: now), seed)
            }
            if end.status == .complete { finished += 1 }
            expectEnd(of: end, within: 1800, from: now, seed)
        }
        #expect(finished > 0, "some of it means something")
    }

    @Test func tenThousandMessagesFromServers() {
        var finished = 0
        for seed: UInt64 in 0..<200 {
            var generator = SeededGenerator(seed: seed)
            let end = FetchingEnd("file")
            var now = Timestamp(seconds: 10)
            check(end.start(at: now), seed)
            for _ in 0..<50 {
                let payload = Self.message(&generator)
                let port: UInt16 = generator.next() % 4 == 0 ? 4001 : 4000
                check(end.take(TestDatagram(from: port, to: 0, payload: payload), at: now), seed)
                now = Timestamp(nanoseconds: now.nanoseconds + Int64(generator.next() % 400_000_000))
                check(end.wake(at: now), seed)
            }
            if end.status == .complete { finished += 1 }
            expectEnd(of: end, within: 300, from: now, seed)
        }
        #expect(finished > 0, "some of it means something")
    }

    /// Moments that no clock shows: a recording may claim any.
    @Test(arguments: [Int64.min, -1, 0, .max - 1, .max])
    func anyMomentIsAMoment(nanoseconds: Int64) {
        let odd = Timestamp(nanoseconds: nanoseconds)
        for end: any SimulatedEnd in [ServingEnd([1, 2, 3], to: TFTPBytes.readRequest("file")), FetchingEnd("file")] {
            check(end.start(at: Timestamp(seconds: 10)), 0)
            check(end.wake(at: odd), 0)
            check(end.take(TestDatagram(from: 69, to: 0, payload: TFTPBytes.acknowledgment(9)), at: odd), 0)
            check(end.start(at: odd), 0)
            check(end.wake(at: Timestamp(seconds: 10)), 0)
            check(end.wake(at: odd), 0)
        }
    }

    private func expectEnd(of end: any SimulatedEnd, within seconds: Int, from start: Timestamp, _ seed: UInt64) {
        var now = start
        var steps = 0
        while let deadline = end.deadline, steps < 1000 {
            now = max(now, deadline)
            check(end.wake(at: now), seed)
            steps += 1
        }
        #expect(end.deadline == nil && now <= start.adding(seconds: seconds), "seed \(seed)")
    }
}
