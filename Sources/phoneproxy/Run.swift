import ArgumentParser
import Box
import ConfigLanguage
import Netfilter

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Be the box between two networks, until SIGTERM.",
        discussion: "Needs root to start; goes on as the user that --user names, with CAP_NET_ADMIN and CAP_NET_RAW."
    )

    @Option(help: "The configuration to run with.")
    var config: String

    @Option(help: "The directory that keeps what outlives the box.")
    var state: String

    @Option(help: "The socket that show, clear, capture and copy speak to.")
    var control = ControlClient.defaultPath

    @Option(help: "The user whose rights are left when the box is set up.")
    var user = "nobody"

    func run() throws {
        guard let identity = Privileges.Identity(named: user) else {
            throw ValidationError("There is no user '\(user)'.")
        }
        let (text, read) = try LoadedConfiguration.text(config)
        for diagnostic in read.diagnostics { Console.error(diagnostic.description) }
        guard read.isInForce else {
            Console.error("error: \(CheckReport.summary(read, file: config)); the box does not run with it")
            throw ExitCode(1)
        }
        do {
            try InlineBox.run(
                InlineRequest(
                    configuration: read.configuration, text: text, stateDirectory: state, controlPath: control,
                    identity: identity)
            ) { Console.print($0) }
        } catch {
            Console.error("error: \(error)")
            throw ExitCode(1)
        }
    }
}
