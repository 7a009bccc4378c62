import ArgumentParser
import Box
import ConfigLanguage

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Read a configuration and name every problem in it.")

    @Argument(help: "The configuration file.")
    var file: String

    @Flag(help: "Report as one JSON object.")
    var json = false

    func run() throws {
        let read = try LoadedConfiguration.read(file)
        if json {
            Console.print(CheckReport.json(read).pretty)
        } else {
            for diagnostic in read.diagnostics { Console.print(diagnostic.description) }
            Console.print(CheckReport.summary(read, file: file))
        }
        if !read.isValid { throw ExitCode(1) }
    }
}

/// Configuration files, as commands take them.
enum LoadedConfiguration {
    private static let sizeLimit = 4 << 20

    static func read(_ path: String) throws -> ReadConfiguration { try text(path).read }

    static func text(_ path: String) throws -> (text: String, read: ReadConfiguration) {
        do {
            let text = try WholeFile.readText(path, limit: sizeLimit)
            return (text, Configuration.readForBox(text, file: path))
        } catch {
            Console.error("error: \(error)")
            throw ExitCode(1)
        }
    }

    /// A configuration without errors; those there are go to standard error.
    static func valid(_ path: String) throws -> Configuration {
        let read = try read(path)
        guard read.isValid else {
            for diagnostic in read.diagnostics where diagnostic.severity == .error {
                Console.error(diagnostic.description)
            }
            throw ExitCode(1)
        }
        return read.configuration
    }
}
