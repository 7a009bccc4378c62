import ArgumentParser
import Box
import ConfigLanguage

struct Tap: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch live traffic with the engine, without touching it.",
        discussion: "Reports when it ends: after --seconds, or on SIGTERM or SIGINT."
    )

    @Option(help: "The configuration to watch the traffic under.")
    var config: String?

    @Option(help: "A filter, as tcpdump takes it.")
    var filter: String?

    @Option(help: "How long to watch.")
    var seconds: Int?

    @OptionGroup var reporting: Reporting

    @Argument(help: ArgumentHelp("Network devices; NAME=DEVICE says which box interface's traffic one sees."))
    var devices: [String]

    func run() throws {
        let configuration = try config.map { try LoadedConfiguration.valid($0) }
        let taps = devices.map { device in
            let parts = device.split(separator: "=", maxSplits: 1).map(String.init)
            return TapRequest.Device(device: parts.last ?? device, interface: parts.count == 2 ? parts[0] : nil)
        }
        let request = TapRequest(
            configuration: configuration, devices: taps, filter: filter, output: reporting.out, seconds: seconds)
        try reporting.report(of: devices) { log throws(ReplayError) in
            try Box.Tap.run(request, ready: { Console.error("watching \(devices.joined(separator: ", "))") }, log: log)
        }
    }
}
