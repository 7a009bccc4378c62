import ArgumentParser
import Box

/// How `replay` and `tap` tell what they found.
struct Reporting: ParsableArguments {
    @Option(help: ArgumentHelp("Write what would have left the box; - is standard output.", valueName: "pcapng"))
    var out: String?

    @Flag(help: "Report as one JSON object.")
    var json = false

    /// Reports on standard output, or on standard error where the packets go to standard output.
    func report(_ run: () throws(ReplayError) -> ReplayReport) throws {
        let report: ReplayReport
        do throws(ReplayError) {
            report = try run()
        } catch {
            Console.error("error: \(error)")
            throw ExitCode(error.isUsage ? 2 : 1)
        }
        for warning in report.warnings { Console.error("warning: \(warning)") }
        let text = json ? report.json.pretty : report.text
        if out == "-" { Console.error(text) } else { Console.print(text) }
    }
}
