import ArgumentParser

/// What `tools/bench` runs: the measurements that need no network, the recording that one of them reads, and the report
/// of them all.
@main
struct Benchmarks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmarks",
        abstract: "The measuring parts of tools/bench.",
        subcommands: [
            EngineCommand.self, MediaCommand.self, SignaturesCommand.self, SRTPCommand.self, SRTPSoakCommand.self,
            TLSProxyCommand.self, RecordingCommand.self, ReportCommand.self,
        ]
    )
}
