import Box

/// All calls of a run together.
struct CallSummary {
    private var outcomes: [String: Int] = [:]
    private var ringing = Delays()
    private var setUp = Delays()
    private var media = Delays()
    private var totals = CallReport(callID: "", user: "", peer: "", isCaller: true)
    private var lost = 0
    private var received = 0
    private var outOfOrder = 0
    private var duplicates = 0
    private(set) var calls = 0
    private(set) var withTone = 0
    private(set) var whole = 0
    private(set) var completed = 0

    mutating func add(_ report: CallReport) {
        calls += 1
        outcomes[report.outcome, default: 0] += 1
        if report.outcome == "completed" { completed += 1 }
        if report.hasTone { withTone += 1 }
        if report.isWhole { whole += 1 }
        // One who is called has nothing to wait for.
        if report.isCaller { add(delaysOf: report) }
        totals.counts.sent += report.counts.sent
        totals.counts.authenticationFailures += report.counts.authenticationFailures
        totals.counts.replayed += report.counts.replayed
        totals.counts.strays += report.counts.strays
        totals.counts.wrongFrames += report.counts.wrongFrames
        received += report.reception.received
        lost += report.reception.lost
        outOfOrder += report.reception.outOfOrder
        duplicates += report.reception.duplicates
    }

    private mutating func add(delaysOf report: CallReport) {
        if let seconds = report.ringSeconds { ringing.add(seconds) }
        if let seconds = report.setUpSeconds { setUp.add(seconds) }
        if let seconds = report.mediaSeconds { media.add(seconds) }
    }

    var members: [(String, JSONValue)] {
        let counts = totals.counts
        let numbers: [(String, Int)] = [
            ("calls", calls), ("completed", completed), ("withTone", withTone), ("whole", whole), ("sent", counts.sent),
            ("received", received), ("lost", lost), ("outOfOrder", outOfOrder), ("duplicates", duplicates),
            ("authenticationFailures", counts.authenticationFailures), ("replayed", counts.replayed),
            ("strays", counts.strays), ("wrongFrames", counts.wrongFrames),
        ]
        return numbers.map { ($0.0, .integer(Int64($0.1))) } + [
            ("outcomes", .object(outcomes.sorted { $0.key < $1.key }.map { ($0.key, .integer(Int64($0.value))) })),
            ("ringSeconds", ringing.json), ("setUpSeconds", setUp.json), ("mediaSeconds", media.json),
        ]
    }
}
