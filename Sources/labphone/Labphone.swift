import ArgumentParser
import Box
import Glibc

/// Test equipment: phones as they stand in home offices, one or many.
@main
struct Labphone: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "labphone",
        abstract: "Boots, registers and calls as remote phones do, and answers as the inside does.",
        subcommands: [BootCommand.self, SIPCommand.self, DeskCommand.self, SkinnyCommand.self, CallManagerCommand.self])

    /// As `ParsableCommand.main()`, but a command line that can not be understood ends with 2.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            let code = exitCode(for: error)
            if code.isSuccess || error is ExitCode { exit(withError: error) }
            Console.error(fullMessage(for: error))
            Glibc.exit(code == .validationFailure ? 2 : code.rawValue)
        }
    }
}
