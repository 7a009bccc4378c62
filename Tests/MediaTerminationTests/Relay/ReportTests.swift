import TestSupport
import Testing
import Wire

@testable import MediaTermination

/// What the relay counts and tells.
@Suite struct ReportTests {
    @Test func statisticsOfASession() throws {
        let bench = try RelayBench()
        let phone = try MediaSessionPlan.phone()
        bench.open(try .secureToPlain())
        // 3 is lost, 5 and 6 change places, 7 comes twice.
        let sealed = try (0...8).map { try phone.seal(rtp($0)) }
        for sequence in [0, 1, 2, 4, 6, 5, 7, 7, 8] {
            bench.pass(milliseconds: 20)
            try bench.receive(from: Place.phone, to: Place.outside, sealed[sequence])
        }
        bench.pass(milliseconds: 500)
        let statistics = try #require(bench.statistics())
        #expect(statistics.a.received == MediaTraffic(packets: 8, bytes: 8 * 182))
        #expect(statistics.b.sent == MediaTraffic(packets: 8, bytes: 8 * 172))
        #expect((statistics.a.lost, statistics.a.outOfOrder) == (1, 1))
        // The transform refuses the second copy.
        #expect(statistics.a.drops.nonzero.map(\.reason) == [.rtpSequenceNumberOutOfRange])
        #expect(statistics.a.jitterMilliseconds > 1 && statistics.a.jitterMilliseconds < 20)
        #expect(statistics.idleSeconds == 0.5)
        #expect(statistics.b.received.packets == 0)
        #expect(statistics.b.peer == (try endpoint(Place.desk)))
        bench.close(1)
        #expect(bench.reports().last == .closed(statistics))
        #expect(bench.statistics() == nil)
        #expect(bench.core.counters.received.packets == 8)
        #expect(bench.drops(.rtpSequenceNumberOutOfRange) == 1)
    }

    @Test func steadyPacketsHaveNoJitter() throws {
        let bench = try RelayBench()
        bench.open(try .plain())
        for sequence in 0..<50 {
            bench.pass(milliseconds: 20)
            try bench.receive(from: "10.10.0.16:5000", to: Place.outside, rtp(sequence))
        }
        #expect(bench.statistics()?.a.jitterMilliseconds == 0)
    }

    @Test func failuresAreReportedOnceASecondWithTheirCount() throws {
        let bench = try RelayBench()
        bench.open(try .secureToPlain())
        for _ in 0..<3 {
            for _ in 0..<70 { try bench.receive(from: Place.phone, to: Place.outside, rtp(1)) }
            bench.tend()
        }
        let phone = try endpoint(Place.phone)
        let expected = MediaReport.Fact.failed(.a, .srtpValidateAuthTagFailed, from: phone, count: 70)
        #expect(bench.reports() == [expected, expected, expected])
    }

    @Test func packetsWithoutASessionAreReportedOnceASecond() throws {
        let bench = try RelayBench()
        for _ in 0..<1000 { try bench.receive(from: Place.phone, to: "10.10.0.25:31000", rtp(1)) }
        bench.tend()
        let expected = MediaReport.Fact.noSession(
            MediaAddress("out0", try address("10.10.0.25")), port: 31000, from: try endpoint(Place.phone), count: 1000)
        #expect(bench.reports() == [expected])
        bench.tend()
        #expect(bench.reports().isEmpty)
    }

    @Test func aSilenceIsReportedOnce() throws {
        let bench = try RelayBench()
        var plan = try MediaSessionPlan.plain()
        plan.timeout = 30
        bench.open(plan)
        bench.pass(milliseconds: 28_000)
        bench.tend()
        #expect(bench.reports().isEmpty)
        bench.tend()
        bench.tend()
        #expect(bench.reports() == [.timedOut(seconds: 30)])
        try bench.receive(from: "10.10.0.16:5000", to: Place.outside, rtp(1))
        bench.tend()
        #expect(bench.reports().isEmpty)
        bench.pass(milliseconds: 31_000)
        bench.tend()
        #expect(bench.reports() == [.timedOut(seconds: 30)])
    }

    @Test func reportsAreBounded() {
        let queue = ReportQueue(limit: 3) {}
        queue.add((0..<5).map { MediaReport($0, .timedOut(seconds: 1)) })
        #expect(queue.take().map(\.session) == [0, 1, 2])
        #expect(queue.lost == 2)
        #expect(queue.take().isEmpty)
    }

    /// 5,000 sessions are looked after in slices, none left out.
    @Test func everySessionHasItsTurn() throws {
        let bench = try RelayBench()
        for number in 0..<5000 {
            var plan = try MediaSessionPlan.plain()
            plan.id = UInt64(number)
            plan.timeout = 1
            plan.a.local = Endpoint(plan.a.local.address, UInt16(10_000 + 2 * number))
            plan.b.local = Endpoint(plan.b.local.address, UInt16(10_000 + 2 * number))
            bench.open(plan)
        }
        bench.pass(milliseconds: 1000)
        bench.tend()
        #expect(bench.core.reports.count == 5000)
        var told: [UInt64] = []
        var next: Int? = 0
        while let start = next {
            let (slice, following) = bench.core.statistics(from: start, count: 128, at: bench.now)
            told += slice.map(\.id)
            next = following
        }
        #expect(told.sorted() == Array(0..<5000))
    }
}
