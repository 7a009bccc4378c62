import ArgumentParser

/// What `tools/bench` runs: the measurements that need no network, the recording that one of them reads, and the report
/// of them all.
@main
struct Benchmarks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmarks",
        abstract: "The measuring parts of tools/bench.",
        subcommands: [EngineCommand.self, SignaturesCommand.self, RecordingCommand.self, ReportCommand.self]
    )
}
