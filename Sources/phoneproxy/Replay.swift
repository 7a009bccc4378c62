import ArgumentParser
import Box
import ConfigLanguage
import Trust
import Wire

struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run recorded traffic through the engine, offline.",
        discussion: """
            Without --config everything is inspected and permitted, and who speaks first is the client. With one, each \
            packet comes in on the interface behind which its source lies, or on the one that --interface names.
            """
    )

    @Option(help: "The configuration to run the traffic under.")
    var config: String?

    @Option(
        help: "The state directory with the keys that phones' files are signed with; what is missing there is made.")
    var state: String?

    @Option(
        name: .customLong("interface"),
        help: ArgumentHelp("A recording made on this interface.", valueName: "name=pcap"))
    var interfaces: [String] = []

    @Option(
        help: ArgumentHelp(
            "Secrets of recorded TLS connections, in the NSS key log format: what was said in them counts, too.",
            valueName: "file"))
    var keyLog: String?

    @OptionGroup var reporting: Reporting

    @Argument(help: ArgumentHelp("Recordings: pcap or pcapng; - is standard input.", valueName: "pcap"))
    var files: [String] = []

    func validate() throws {
        guard !files.isEmpty || !interfaces.isEmpty else { throw ValidationError("Name at least one recording.") }
        guard state == nil || config != nil else { throw ValidationError("--state needs --config.") }
        guard interfaces.isEmpty || config != nil else { throw ValidationError("--interface needs --config.") }
        for pair in interfaces where !pair.contains("=") {
            throw ValidationError("--interface takes NAME=PCAP, not '\(pair)'.")
        }
    }

    func run() throws {
        let configuration = try config.map { try LoadedConfiguration.valid($0) }
        let recordings =
            interfaces.map { pair in
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return ReplayRequest.File(path: String(parts[1]), interface: String(parts[0]))
            } + files.map { ReplayRequest.File(path: $0) }
        let request = ReplayRequest(
            configuration: configuration, files: recordings, output: reporting.out, report: reporting.page,
            phoneFiles: try configuration.flatMap(phoneFiles), keyLog: try readKeyLog())
        try reporting.report(of: recordings.map(\.path)) { log throws(ReplayError) in
            try Box.Replay(request, log: log).run()
        }
    }

    private func readKeyLog() throws -> TLSKeyLog? {
        guard let keyLog else { return nil }
        let text: [UInt8]
        do throws(FileError) {
            text = try WholeFile.read(keyLog, limit: Self.longestKeyLog)
        } catch {
            Console.error("error: \(error)")
            throw ExitCode(1)
        }
        return TLSKeyLog(text.span)
    }

    private static let longestKeyLog = 64 << 20

    /// What phones were given, if `--state` says where it is kept.
    private func phoneFiles(_ configuration: Configuration) throws -> PhoneFiles? {
        guard let state else { return nil }
        return try PhoneFileOutput.orExit { () throws(TrustError) in
            try PhoneFiles.prepare(configuration, stateDirectory: state)
        }
    }
}
