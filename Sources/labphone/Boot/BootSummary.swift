import Box

/// All phones together.
struct BootSummary {
    private var outcomes: [BootOutcome: Int] = [:]
    private var bootSeconds: [Double] = []
    private var files = 0
    private var bytes = 0
    private var retransmissions = 0
    /// From the first phone's start to the last one's end.
    var seconds = 0.0

    mutating func add(_ report: BootReport) {
        outcomes[report.outcome, default: 0] += 1
        bootSeconds.append(report.seconds)
        files += report.files.count { $0.reason == nil }
        bytes += report.files.reduce(0) { $0 + $1.bytes }
        retransmissions += report.files.reduce(0) { $0 + $1.retransmissions }
    }

    var phones: Int { bootSeconds.count }
    var booted: Int { outcomes[.booted] ?? 0 }

    /// Milliseconds are enough for people.
    static func rounded(_ seconds: Double) -> String {
        let milliseconds = Int((seconds * 1000).rounded())
        let fraction = String(milliseconds % 1000)
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }

    var text: String {
        let failures = Self.failures(outcomes).map { ", \($0.count) \($0.outcome.rawValue)" }.joined()
        return """
            \(phones) phones: \(booted) booted\(failures); \(files) files, \(bytes) bytes, \
            \(retransmissions) retransmissions in \(Self.rounded(seconds)) s
            """
    }

    var json: JSONValue {
        let times = bootSeconds.sorted()
        return .object([
            ("phones", .integer(Int64(phones))),
            ("booted", .integer(Int64(booted))),
            ("failed", .object(Self.failures(outcomes).map { ($0.outcome.rawValue, .integer(Int64($0.count))) })),
            ("files", .integer(Int64(files))),
            ("bytes", .integer(Int64(bytes))),
            ("retransmissions", .integer(Int64(retransmissions))),
            ("seconds", .decimal(seconds)),
            ("filesPerSecond", seconds > 0 ? .decimal(Double(files) / seconds) : .null),
            (
                "bootSeconds",
                .object([
                    ("median", Self.quantile(0.5, of: times)), ("p99", Self.quantile(0.99, of: times)),
                    ("longest", Self.quantile(1, of: times)),
                ])
            ),
        ])
    }

    private static func failures(_ outcomes: [BootOutcome: Int]) -> [(outcome: BootOutcome, count: Int)] {
        BootOutcome.allCases.compactMap { outcome in
            guard outcome != .booted, let count = outcomes[outcome] else { return nil }
            return (outcome, count)
        }
    }

    private static func quantile(_ part: Double, of sorted: [Double]) -> JSONValue {
        guard !sorted.isEmpty else { return .null }
        return .decimal(sorted[Int((Double(sorted.count - 1) * part).rounded())])
    }
}
