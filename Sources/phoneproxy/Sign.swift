import ArgumentParser
import Box
import Trust

struct Sign: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sign a file for phones, as the box would.",
        discussion: "The name that phones ask for is that of the output file, unless --filename says otherwise."
    )

    @Argument(help: "The file to sign.")
    var file: String

    @OptionGroup var site: PhoneFileSite

    @Option(help: ArgumentHelp("Where the signed file goes.", valueName: "file.sgn"))
    var out: String

    @Option(
        help: ArgumentHelp("The name that phones ask for, such as New_Zealand/g3-tones.xml.sgn.", valueName: "name"))
    var filename: String?

    func run() throws {
        let files = try site.prepare()
        let name = filename ?? out.split(separator: "/").last.map(String.init) ?? out
        let signed = try PhoneFileOutput.orExit { () throws(TrustError) in
            try PhoneFileCommands.sign(file, as: name, files)
        }
        try PhoneFileOutput.write(signed, to: out)
    }
}
