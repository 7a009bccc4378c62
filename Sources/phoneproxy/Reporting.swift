import ArgumentParser
import Box

/// How `replay` and `tap` tell what they found.
struct Reporting: ParsableArguments {
    @Option(help: ArgumentHelp("Write what would have left the box; - is standard output.", valueName: "pcapng"))
    var out: String?

    @Option(help: ArgumentHelp("Write what the box would log, at every level.", valueName: "file"))
    var log: String?

    @Option(name: .customLong("report"), help: ArgumentHelp("Write the report as a page, too.", valueName: "html"))
    var page: String?

    @Flag(help: "Report as one JSON object.")
    var json = false

    /// Reports on standard output, or on standard error where the packets go to standard output.
    ///
    /// - Parameters:
    ///   - sources: what is read.
    ///   - run: gets who takes the log's messages, if anybody.
    func report(
        of sources: [String], _ run: (((SyslogText.Message) -> Void)?) throws(ReplayError) -> ReplayReport
    ) throws {
        let report: ReplayReport
        do {
            let file = try log.map { path throws(FileError) in try LineFile(path) }
            report = try run(file.map { file in { file.append($0.text) } })
            try file?.finish()
            if let page { try WholeFile.write(Array(report.html(of: sources).utf8), to: page) }
        } catch {
            Console.error("error: \(error)")
            throw ExitCode((error as? ReplayError)?.isUsage == true ? 2 : 1)
        }
        for warning in report.warnings { Console.error("warning: \(warning)") }
        switch (json, out == "-") {
        case (true, false): Console.print(report.json)
        case (true, true): Console.error(report.json.pretty)
        case (false, false): Console.print(report.text)
        case (false, true): Console.error(report.text)
        }
    }
}
