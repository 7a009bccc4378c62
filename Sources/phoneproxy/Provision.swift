import ArgumentParser
import Box
import Inspection

struct Provision: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Rewrite a phone's configuration file as the box would for a phone behind an interface.",
        discussion: """
            Host names in the file are looked up in the configuration's name commands only: nobody is asked over the \
            network. A file that can not be made secure is refused, and nothing is written.
            """
    )

    @Argument(help: "The file as the call server has it: SEP<MAC>.cnf.xml.")
    var file: String

    @Option(help: "The configuration of the box.")
    var config: String

    @Option(help: "The box's state directory; nothing in it changes how a file is rewritten.")
    var state: String

    @Option(help: "The interface that the phone is behind; else the least trusted one without a TFTP server.")
    var interface: String?

    @Option(help: "Where the rewritten file goes.")
    var out: String

    func run() throws {
        let configuration = try LoadedConfiguration.valid(config)
        do {
            let provisioning = try Provisioning(configuration, interface: interface)
            let contents = try WholeFile.read(file, limit: PhoneFile.sizeLimit)
            let rewritten = try provisioning.run(contents)
            try WholeFile.replace(out, with: rewritten.bytes)
            for change in rewritten.changes { Console.print("\(change)") }
        } catch let error as PhoneFileError {
            Console.error("error: \(file): \(error)")
            throw ExitCode(1)
        } catch {
            Console.error("error: \(error)")
            throw ExitCode(1)
        }
    }
}
