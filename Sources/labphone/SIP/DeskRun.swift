import Box
import Wire

/// A ``CallServer`` from its start to its end.
final class DeskRun {
    private let loop: EventLoop
    private let options: CallOptions
    private var plan: CallPlan
    private let first: UInt64
    private let targets: Int
    private let isQuiet: Bool
    private var server: CallServer?
    private var summary = CallSummary()

    init(
        on endpoint: Endpoint, _ options: CallOptions, _ settings: CallSettings, first: UInt64, targets: Int,
        isQuiet: Bool
    ) throws(LabError) {
        loop = try EventLoop()
        self.options = options
        plan = options.plan
        self.first = first
        self.targets = targets
        self.isQuiet = isQuiet
        server = try CallServer(loop, on: endpoint, settings) { [unowned self] in reported($0) }
    }

    private func reported(_ report: CallReport) {
        summary.add(report)
        if !isQuiet { Console.print(report.json.compact) }
    }

    /// Whether every call went as it should.
    func run() throws(LabError) -> Bool {
        guard let server else { return false }
        EndRequest.listen()
        Console.print("ready")
        let limit = loop.now.adding(fraction: options.limit)
        var quietSince = loop.now
        try loop.run { [self] in
            let begun = plan.begun
            beginCalls(server)
            if server.openCalls > 0 || plan.begun > begun { quietSince = loop.now }
            return EndRequest.hasCome || loop.now > limit
                || loop.now.seconds(since: quietSince) > options.stay
        }
        server.hangUpAll()
        let last = loop.now.adding(fraction: options.timeout)
        try loop.run { [self] in server.openCalls == 0 || loop.now > last }
        let own: [(String, JSONValue)] = [
            ("bindings", .integer(Int64(server.bindings.count))),
            ("registrations", .integer(Int64(server.registrations))), ("refused", .integer(Int64(server.refused))),
        ]
        Console.print(JSONValue.object([("summary", .object(own + summary.members))]).compact)
        return summary.completed == summary.calls && plan.isExhausted
    }

    private func beginCalls(_ server: CallServer) {
        guard !plan.isExhausted else { return }
        for _ in 0..<plan.mayBegin(underWay: server.openCalls, at: loop.now.seconds(since: .zero)) {
            let number = first + UInt64(plan.begun % targets)
            // Nobody there yet: later.
            guard server.call(String(number), as: "2000") else { return }
            plan.hasBegun()
        }
    }
}
