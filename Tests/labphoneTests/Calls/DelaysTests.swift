import Testing

@testable import labphone

/// Percentiles by nearest rank: of 100 values the 99th is the last but one.
@Suite struct DelaysTests {
    @Test func ofNoneThereIsNone() {
        #expect(Delays().quantile(0.99) == nil)
        #expect(Delays().json.compact == #"{"median":null,"p99":null,"longest":null}"#)
    }

    @Test func theOneValueIsEveryQuantile() {
        var delays = Delays()
        delays.add(2)
        for part in [0, 0.5, 0.99, 1] { #expect(delays.quantile(part) == 2) }
    }

    @Test func quantilesAreValuesThatWereMeasured() {
        var delays = Delays()
        for value in (1...200).shuffled() { delays.add(Double(value)) }
        #expect(delays.quantile(0.5) == 100)
        #expect(delays.quantile(0.99) == 198)
        #expect(delays.quantile(0.995) == 199)
        #expect(delays.quantile(1) == 200)
    }

    @Test func onlyCallersWait() {
        var summary = CallSummary()
        var caller = CallReport(callID: "1", user: "1000", peer: "1001", isCaller: true)
        caller.mediaSeconds = 0.5
        var called = CallReport(callID: "1", user: "1001", peer: "1000", isCaller: false)
        called.mediaSeconds = 0.001
        summary.add(caller)
        summary.add(called)
        let delays = summary.members.first { $0.0 == "mediaSeconds" }?.1.compact
        #expect(delays == #"{"median":0.500000,"p99":0.500000,"longest":0.500000}"#)
    }
}
