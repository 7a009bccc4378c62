import ArgumentParser
import Glibc
import Wire

/// Who the phones of a fleet are, where they stand, and whom they call.
struct PhonesOptions: ParsableArguments {
    @Option(help: "The phones' own address, or the first of several.")
    var address: String

    @Option(help: "So many addresses, which the phones have in turn.")
    var addresses = 1

    @Option(help: "The first phone's number; the next has the next.")
    var user: UInt64 = 1000

    @Option(help: "So many phones.")
    var count = 1

    @Option(help: "The first phone's device name.")
    var first = "SEP001DA2100000"

    @Option(help: "So many new registrations a second.")
    var registrationRate = 100.0

    @Option(help: "So many at most that have begun to register and are not done with it.")
    var registeringAtOnce = 1000

    @Option(help: "So many phones, the first ones, call; without it, all.")
    var callers: Int?

    @Flag(help: "The phones stand in pairs: the first of each calls the second.")
    var pairs = false

    @Flag(help: "Calls are made when a line on standard input says so: calls NUMBER; end ends it.")
    var orders = false

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
        guard registeringAtOnce >= 1, callers ?? 1 >= 1 else {
            throw ValidationError("--registering-at-once and --callers are 1 at least")
        }
        guard DeviceName(first) != nil else { throw ValidationError("--first is SEP and a MAC address") }
        guard (1...20_000).contains(addresses), LabNetworks.contains(try own(addresses - 1)) else {
            throw ValidationError("--addresses is 1 to 20000, and all of them are in the lab")
        }
    }

    /// The address that is `place` further than the first.
    private func own(_ place: Int = 0) throws -> IPAddress {
        let first = try LabEndpoint.read(address, "--address", port: 0).address
        return IPAddress(v4: first.v4 &+ UInt32(truncatingIfNeeded: place))
    }

    /// Number, device name and address of each.
    func phones() throws -> [(user: String, device: String, address: IPAddress)] {
        let device = DeviceName(first) ?? DeviceName(mac: 0)
        return try (0..<count).map {
            (String(user + UInt64($0)), device.advanced(by: $0).description, try own($0 % addresses))
        }
    }

    func fleet<Phone>(_ call: CallSettings, _ calls: CallOptions) -> CallFleet<Phone>.Settings {
        var settings = CallFleet<Phone>.Settings(calls: call)
        settings.registrationRate = registrationRate
        settings.registeringAtOnce = registeringAtOnce
        settings.callers = callers
        settings.areInPairs = pairs
        settings.ordersFrom = orders ? STDIN_FILENO : nil
        settings.firstTarget = to
        settings.targets = targets
        settings.staySeconds = calls.stay
        settings.limitSeconds = calls.limit
        return settings
    }
}
