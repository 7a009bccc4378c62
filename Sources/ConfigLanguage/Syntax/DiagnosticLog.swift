/// Collects diagnostics, in whatever order they are found, up to a limit; beyond it they are counted.
struct DiagnosticLog: Sendable {
    static let limit = 1000

    let source: SourceText
    private var kept: [Diagnostic] = []
    private var omitted: [Diagnostic.Severity: Int] = [:]

    init(_ source: SourceText) { self.source = source }

    /// Whatever comes now is only counted: a message need not be made with care.
    var isFull: Bool { kept.count >= Self.limit }

    mutating func report(
        _ severity: Diagnostic.Severity, at site: Site, _ message: String, expected: [String] = []
    ) {
        guard !isFull else {
            omitted[severity, default: 0] += 1
            return
        }
        kept.append(diagnostic(severity, at: site, message, expected: expected))
    }

    func diagnostic(
        _ severity: Diagnostic.Severity, at site: Site, _ message: String, expected: [String]
    ) -> Diagnostic {
        let line = SourceLine(source.line(site.line), number: site.line)
        let display = line.display
        let column = line.column(at: site.range.lowerBound)
        let end = line.column(at: site.range.upperBound)
        return Diagnostic(
            severity, file: source.file, line: max(1, site.line), column: column,
            // A blanked secret is shorter than what stood there.
            length: max(1, min(end, display.count + 1) - column), message: message, expected: expected,
            source: display)
    }

    mutating func report(_ severity: Diagnostic.Severity, _ problem: Problem) {
        report(severity, at: problem.site, problem.message, expected: problem.expected)
    }

    /// All that was kept, in file order, and last how many were not.
    func finished() -> [Diagnostic] {
        let ordered = kept.enumerated().sorted { left, right in
            (left.element.line, left.element.column, left.offset)
                < (right.element.line, right.element.column, right.offset)
        }
        return ordered.map(\.element) + summary
    }

    private var summary: [Diagnostic] {
        let severities: [Diagnostic.Severity] = [.error, .notInForce, .warning]
        guard let worst = severities.first(where: { omitted[$0] != nil }) else { return [] }
        let counts = severities.compactMap { severity in omitted[severity].map { "\($0) × \(severity.rawValue)" } }
        return [
            Diagnostic(
                worst, file: source.file, line: max(1, source.lines.count), column: 1, length: 1,
                message: "more than \(Self.limit) problems; not shown: \(counts.joined(separator: ", "))", source: "")
        ]
    }
}
