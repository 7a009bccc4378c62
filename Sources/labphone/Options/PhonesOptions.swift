import ArgumentParser
import Wire

/// Who the phones of a fleet are, where they stand, and whom they call.
struct PhonesOptions: ParsableArguments {
    @Option(help: "The phones' own address.")
    var address: String

    @Option(help: "The first phone's number; the next has the next.")
    var user: UInt64 = 1000

    @Option(help: "So many phones.")
    var count = 1

    @Option(help: "The first phone's device name.")
    var first = "SEP001DA2100000"

    @Option(help: "So many new registrations a second.")
    var registrationRate = 100.0

    @Option(help: "Who is called: the first number.")
    var to: UInt64 = 2000

    @Option(help: "So many numbers are called, one after the other.")
    var targets = 1

    @Flag(help: "Nothing but the summary.")
    var summary = false

    func validate() throws {
        guard (1...20_000).contains(count), registrationRate > 0, (1...100_000).contains(targets) else {
            throw ValidationError("--count is 1 to 20000, --targets 1 to 100000, --registration-rate more than 0")
        }
        guard DeviceName(first) != nil else { throw ValidationError("--first is SEP and a MAC address") }
        _ = try own()
    }

    func own() throws -> IPAddress { try LabEndpoint.read(address, "--address", port: 0).address }

    /// Number and device name of each.
    var phones: [(user: String, device: String)] {
        let device = DeviceName(first) ?? DeviceName(mac: 0)
        return (0..<count).map { (String(user + UInt64($0)), device.advanced(by: $0).description) }
    }

    func fleet<Phone>(_ call: CallSettings, _ calls: CallOptions) -> CallFleet<Phone>.Settings {
        var settings = CallFleet<Phone>.Settings(calls: call)
        settings.registrationRate = registrationRate
        settings.firstTarget = to
        settings.targets = targets
        settings.staySeconds = calls.stay
        settings.limitSeconds = calls.limit
        return settings
    }
}
