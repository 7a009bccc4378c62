import ArgumentParser
import Box

/// The ASA's exec commands, handed to the running box word for word.
struct BoxCommand: ParsableArguments {
    @Argument(parsing: .allUnrecognized, help: "The rest of the command, as on an ASA.")
    var words: [String] = []

    @Flag(help: "Answer in JSON.")
    var json = false

    @Option(help: "The running box's control socket.")
    var control = ControlClient.defaultPath

    func ask(_ verb: String) throws -> [UInt8] {
        do {
            return try ControlClient.ask(ControlRequest(words: [verb] + words, json: json), at: control)
        } catch {
            Console.error("\(error)")
            throw ExitCode(1)
        }
    }

    func print(_ verb: String) throws {
        let text = String(decoding: try ask(verb), as: UTF8.self)
        if !text.isEmpty { Console.print(text) }
    }
}

struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what the running box knows: show conn, show xlate, …")

    @OptionGroup var command: BoxCommand

    func run() throws { try command.print("show") }
}

struct Clear: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Clear tables and counters of the running box.")

    @OptionGroup var command: BoxCommand

    func run() throws { try command.print("clear") }
}

struct Capture: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Start a capture in the running box.")

    @OptionGroup var command: BoxCommand

    func run() throws { try command.print("capture") }
}

struct Debug: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Have the running box print what it does: debug phone-proxy tftp [events | errors].")

    @OptionGroup var command: BoxCommand

    func run() throws { try command.print("debug") }
}

struct Undebug: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "End all debugging: undebug all.")

    @OptionGroup var command: BoxCommand

    func run() throws { try command.print("undebug") }
}

struct No: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take a capture away, or end debugging: no capture NAME, no debug phone-proxy tftp.")

    @OptionGroup var command: BoxCommand

    func run() throws { try command.print("no") }
}

struct Copy: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Save a capture of the running box: copy /pcap capture:NAME FILE.")

    @OptionGroup var command: BoxCommand

    func run() throws {
        guard let path = command.words.last, command.words.count >= 2, !path.hasPrefix("capture:") else {
            throw ValidationError("copy [/noconfirm] [/pcap] capture:NAME FILE")
        }
        let contents = try command.ask("copy")
        do {
            try WholeFile.write(contents, to: path)
        } catch {
            Console.error("\(error)")
            throw ExitCode(1)
        }
        Console.print("\(contents.count) bytes copied to \(path)")
    }
}
