import ArgumentParser
import Box

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Put figures that a script measured into one JSON object.",
        discussion: """
            Each word is SECTION.NAME=VALUE (ours, floor or peer; a number or null), why:SUBJECT=TEXT, or a ratio with \
            its target: KEY=SECTION.NAME/SECTION.NAME>=TARGET, of figures named before it, or KEY=NUMBER>=TARGET.
            """
    )

    @Argument(help: "The benchmark.")
    var name: String

    @Argument(help: "Figures, reasons and ratios.")
    var words: [String] = []

    func run() throws {
        do {
            Console.print(try Report(name, words: words).json.compact)
        } catch {
            throw ValidationError("\(error)")
        }
    }
}
