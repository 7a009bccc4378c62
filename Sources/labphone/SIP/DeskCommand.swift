import ArgumentParser
import Wire

/// `labphone desk`: the inside, without a call server: who registers is registered, who calls is answered.
struct DeskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "desk",
        abstract: "A small call server with all its desk phones: takes registrations and calls over UDP and TCP.",
        discussion: "Prints `ready`, one JSON object for each call, and a summary when --stay is over or SIGTERM comes."
    )

    @Option(help: "Where it listens: ADDRESS or ADDRESS:PORT.")
    var bind: String

    @Option(help: "With --calls: the first number that is called, once it is registered.")
    var to: UInt64 = 1000

    @Option(help: "With --calls: so many numbers, one after the other.")
    var targets = 1

    @Flag(help: "Nothing but the summary.")
    var summary = false

    @OptionGroup(title: "Calls") var calls: CallOptions

    @OptionGroup(title: "Encryption") var encryption: SDESOptions

    func validate() throws {
        _ = try LabEndpoint.read(bind, "--bind", port: 5060)
        guard (1...100_000).contains(targets) else { throw ValidationError("--targets is 1 to 100000") }
    }

    func run() throws {
        try CommandRun.finish {
            var settings = calls.settings
            settings.suites = encryption.chosen
            return try DeskRun(
                on: LabEndpoint.read(bind, "--bind", port: 5060), calls, settings, first: to, targets: targets,
                isQuiet: summary
            ).run()
        }
    }
}
