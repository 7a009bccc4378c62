import ArgumentParser
import Box
import Glibc

@main
struct Phoneproxy: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "phoneproxy",
        abstract: "A firewall box for IP telephony.",
        subcommands: [
            Check.self, Run.self, Replay.self, Tap.self, PacketTracer.self, Show.self, Clear.self, Capture.self,
            No.self, Copy.self, Ctl.self, Sign.self, Verify.self, Provision.self, Debug.self,
            Undebug.self, Crypto.self,
        ]
    )

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
