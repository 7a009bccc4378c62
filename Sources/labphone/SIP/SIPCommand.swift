import ArgumentParser
import Wire

/// `labphone sip`: phones register, call and are called.
struct SIPCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sip",
        abstract: "Phones register with a SIP server over TLS, TCP or UDP, call, and answer calls.",
        discussion: """
            One JSON object for each call and each phone, and a summary at the end. Ends with 0 when every phone registered
            and every call was completed with its tone whole and no packet missing, with 1 when not, with 2 when the
            command line makes no sense.
            Nothing is sent to addresses that are neither this machine's loopback nor in the lab.
            """
    )

    @Option(help: "The server as the phones know it: ADDRESS or ADDRESS:PORT.")
    var server: String

    @Option(help: "tls, tcp or udp.")
    var transport = "tls"

    @Option(help: "Seconds that a registration lasts; it is renewed half-way.")
    var expires = 120

    @Option(help: "Seconds between empty lines that keep a connection alive; without it, there are none.")
    var keepAlive: Double?

    @OptionGroup(title: "Phones") var phones: PhonesOptions

    @OptionGroup(title: "TLS") var tls: TLSOptions

    @OptionGroup(title: "Calls") var calls: CallOptions

    @OptionGroup(title: "Encryption") var encryption: SDESOptions

    func validate() throws {
        guard SIPTransport(rawValue: transport) != nil else { throw ValidationError("--transport is tls, tcp or udp") }
        guard (1...3600).contains(expires), (0.2...3600).contains(keepAlive ?? 1) else {
            throw ValidationError("--expires is 1 to 3600, --keep-alive 0.2 to 3600")
        }
        _ = try endpoint()
    }

    private func endpoint() throws -> Endpoint {
        try LabEndpoint.read(server, "--server", port: transport == "tls" ? 5061 : 5060)
    }

    func run() throws {
        try CommandRun.finish {
            let fleet = try fleet()
            return try fleet.run { phones in
                [
                    ("keepAlives", .integer(Int64(phones.reduce(0) { $0 + $1.keepAlives }))),
                    ("keepAlivesAnswered", .integer(Int64(phones.reduce(0) { $0 + $1.keepAlivesAnswered }))),
                ]
            }
        }
    }

    private func fleet() throws -> CallFleet<SIPPhone> {
        var phone = SIPPhone.Settings(server: try endpoint(), address: .anyV4)
        phone.transport = SIPTransport(rawValue: transport) ?? .tls
        phone.expires = expires
        phone.keepAlive = keepAlive
        if phone.transport == .tls { phone.tls = try tls.context() }
        var call = calls.settings
        call.suites = encryption.chosen
        let fleet = try CallFleet<SIPPhone>(
            phones.fleet(call, calls), calls.plan, print: CommandRun.printer(onlySummary: phones.summary))
        for (user, device, address) in try phones.phones() {
            phone.address = address
            fleet.add(SIPPhone(fleet.loop, user: user, device: device, phone, call, fleet.ears), user: user)
        }
        return fleet
    }
}
