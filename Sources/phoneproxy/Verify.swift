import ArgumentParser
import Box
import Trust

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say whether a phone would believe a signed file, and why not."
    )

    @Argument(help: ArgumentHelp("The signed file.", valueName: "file.sgn"))
    var file: String

    @Option(help: ArgumentHelp("The trust list that the phone has.", valueName: "ctl"))
    var ctl: String

    @Option(help: ArgumentHelp("The name that the phone asked for.", valueName: "name"))
    var filename: String?

    func run() throws {
        try PhoneFileOutput.print { () throws(TrustError) in
            try PhoneFileCommands.verifyFile(file, list: ctl, fileName: filename)
        }
    }
}
