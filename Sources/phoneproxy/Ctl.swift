import ArgumentParser
import Box
import Trust

struct Ctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The certificate trust list that phones get.",
        subcommands: [Build.self, Show.self, Verify.self]
    )

    struct Build: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the trust list that a configuration describes.",
            discussion:
                "Keys and certificates that are missing are made; those that are there are kept, and so is the list."
        )

        @OptionGroup var site: PhoneFileSite

        @Option(help: "Where the list goes.")
        var out: String

        func run() throws {
            let files = try site.prepare()
            try PhoneFileOutput.write(files.list, to: out)
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print a trust list, field by field.")

        @Argument(help: "The trust list.")
        var file: String

        @Flag(help: "Report as one JSON object.")
        var json = false

        func run() throws {
            try PhoneFileOutput.print { () throws(TrustError) in try PhoneFileCommands.show(file, json: json) }
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say whether a phone would take a trust list for its own, and why not."
        )

        @Argument(help: "The trust list.")
        var file: String

        @Option(help: ArgumentHelp("The list that the phone has; without it, the phone has none.", valueName: "ctl"))
        var installed: String?

        @Option(help: ArgumentHelp("The name that the phone asked for.", valueName: "name"))
        var filename: String?

        func run() throws {
            try PhoneFileOutput.print { () throws(TrustError) in
                try PhoneFileCommands.verifyList(file, installed: installed, fileName: filename)
            }
        }
    }
}

/// Where keys, certificates and the trust list come from.
struct PhoneFileSite: ParsableArguments {
    @Option(help: "The configuration file.")
    var config: String

    @Option(help: "The directory for what outlives the box; made when it is missing.")
    var state: String

    /// What was made, and what is not as it should be, goes to standard error.
    func prepare() throws -> PhoneFiles {
        let configuration = try LoadedConfiguration.valid(config)
        let files = try PhoneFileOutput.orExit { () throws(TrustError) in
            try PhoneFiles.prepare(configuration, stateDirectory: state)
        }
        for line in files.made { Console.error("made: \(line)") }
        for line in files.warnings { Console.error("warning: \(line)") }
        return files
    }
}

/// How commands about phones' files end: with 1 and the reason when something is rejected.
enum PhoneFileOutput {
    static func print(_ text: () throws(TrustError) -> String) throws { Console.print(try orExit(text)) }

    static func write(_ file: [UInt8], to path: String) throws {
        do throws(FileError) { try WholeFile.write(file, to: path) } catch {
            Console.error("error: \(error)")
            throw ExitCode(1)
        }
    }

    /// A whole file, or standard input.
    static func input(_ path: String) throws(TrustError) -> [UInt8] {
        do throws(FileError) {
            return try WholeFile.read(path == "-" ? "/dev/stdin" : path, limit: 1 << 20)
        } catch {
            throw TrustError(error.description)
        }
    }

    static func orExit<Value>(_ body: () throws(TrustError) -> Value) throws -> Value {
        do throws(TrustError) {
            return try body()
        } catch {
            Console.error("error: \(error)")
            throw ExitCode(1)
        }
    }
}
