import ArgumentParser
import Box
import Glibc
import SystemCalls
import Wire

/// `labphone boot`: phones boot, verify what they get, and tell how it went.
struct BootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "boot",
        abstract: "Phones boot: trust list, configuration, further files; everything verified as a phone does.",
        discussion: """
            Ends with 0 when every phone booted, with 1 when one did not, with 2 when the command line makes no sense.
            """
    )

    @Option(help: "The TFTP server as the phones know it: ADDRESS or ADDRESS:PORT.")
    var server: String

    @Option(help: "A phone: SEP and its MAC address. May be given more than once.")
    var mac: [String] = []

    @Option(help: "So many phones, with MAC addresses from --first on.")
    var count: Int?

    @Option(help: "The first of --count phones.")
    var first: String?

    @Option(
        help: ArgumentHelp(
            "What the phones are.", valueName: PhoneModel.allCases.map(\.rawValue).joined(separator: "|")))
    var model = PhoneModel.sccp7970

    @Option(help: "Files to fetch after the configuration: NAME,… without .sgn.")
    var files = ""

    @Option(help: "Where phones remember their trust lists; without it they forget them.")
    var state: String?

    @Option(help: "Where to keep the files as they came, and what is signed in them.")
    var save: String?

    @OptionGroup(title: "Transfer") var transfer: TransferOptions

    @OptionGroup(title: "Link") var link: LinkOptions

    @Option(help: "How many phones boot at the same time.")
    var parallel = 64

    @Flag(help: "One JSON object a line.")
    var json = false

    @Flag(help: "A last line about all phones together.")
    var summary = false

    func validate() throws {
        _ = try phones()
        _ = try LabEndpoint.read(server, "--server", port: 69)
        guard (1...20_000).contains(parallel) else { throw ValidationError("--parallel is 1 to 20000") }
    }

    func run() throws {
        var summary = BootSummary()
        let clock = LabClock()
        do throws(LabError) {
            try boot { report in
                summary.add(report)
                Console.print(json ? report.json.compact : report.text)
            }
        } catch {
            Console.error("error: \(error)")
            throw ExitCode.failure
        }
        summary.seconds = clock.now.seconds(since: .zero)
        if self.summary { Console.print(json ? summary.json.compact : summary.text) }
        if summary.booted != summary.phones { throw ExitCode.failure }
    }

    private func boot(_ report: @escaping (BootReport) -> Void) throws(LabError) {
        guard let server = try? LabEndpoint.read(server, "--server", port: 69), let phones = try? phones() else {
            return
        }
        var settings = Fleet<VerifiedTrustList>.Settings(server: server)
        settings.download = transfer.settings
        settings.faults = link.settings(retransmitAfter: transfer.retransmit)
        settings.furtherFiles = files.split(separator: ",").map(String.init)
        settings.folders = PhoneFolders(stateDirectory: state, saveDirectory: save)
        settings.parallel = max(1, min(parallel, OpenFiles.allow(.max) - 128))
        let fleet = try Fleet<VerifiedTrustList>(phones, settings, report: report)
        try fleet.run()
    }

    private func phones() throws -> [Fleet<VerifiedTrustList>.Phone] {
        var devices: [DeviceName] = []
        for text in mac {
            guard let device = DeviceName(text) else { throw ValidationError("'\(text)' is not a MAC address") }
            devices.append(device)
        }
        if let count {
            guard let first = first.flatMap(DeviceName.init), (1...1_000_000).contains(count) else {
                throw ValidationError("--count is 1 to 1000000, and --first says with which MAC address they begin")
            }
            devices += (0..<count).map { first.advanced(by: $0) }
        }
        guard !devices.isEmpty else { throw ValidationError("--mac or --count and --first say which phones boot") }
        return devices.map { .init(device: $0, model: model) }
    }
}
