import ArgumentParser
import Box
import Glibc
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

    @Option(help: "The phones' own address.")
    var address: String

    @Option(help: "The first phone's number; the next has the next.")
    var user: UInt64 = 1000

    @Option(help: "So many phones.")
    var count = 1

    @Option(help: "The first phone's device name, for certificates.")
    var first = "SEP001DA2100000"

    @Option(help: "Key and certificate in PEM, of all phones.")
    var certificate: String?

    @Option(help: "An authority's certificate in PEM: each phone gets one of its own from it, with --authority-key.")
    var authority: String?

    @Option(help: "The authority's private key in PEM.")
    var authorityKey: String?

    @Option(help: "The certificates in PEM that a server is believed by; without it, any is.")
    var trust: String?

    @Option(help: "Seconds that a registration lasts; it is renewed half-way.")
    var expires = 120

    @Option(help: "So many new registrations a second.")
    var registrationRate = 100.0

    @Option(help: "Who is called: the first number.")
    var to: UInt64 = 2000

    @Option(help: "So many numbers are called, one after the other.")
    var targets = 1

    @Flag(help: "Nothing but the summary.")
    var summary = false

    @OptionGroup(title: "Calls") var calls: CallOptions

    func validate() throws {
        guard SIPTransport(rawValue: transport) != nil else { throw ValidationError("--transport is tls, tcp or udp") }
        guard (1...20_000).contains(count), (1...3600).contains(expires), registrationRate > 0,
            (1...100_000).contains(targets)
        else { throw ValidationError("--count is 1 to 20000, --expires 1 to 3600, --targets 1 to 100000") }
        guard (authority == nil) == (authorityKey == nil), authority == nil || certificate == nil else {
            throw ValidationError("--certificate, or --authority with --authority-key")
        }
        guard DeviceName(first) != nil else { throw ValidationError("--first is SEP and a MAC address") }
        _ = try endpoints()
    }

    private func endpoints() throws -> (server: Endpoint, own: IPAddress) {
        let port: UInt16 = transport == "tls" ? 5061 : 5060
        return (
            try LabEndpoint.read(server, "--server", port: port),
            try LabEndpoint.read(address, "--address", port: 0).address
        )
    }

    func run() throws {
        _ = OpenFiles.raiseLimit()
        do {
            let fleet = try fleet()
            guard try fleet.run() else { throw ExitCode.failure }
        } catch let error as LabError {
            Console.error("error: \(error)")
            throw ExitCode.failure
        }
    }

    private func fleet() throws -> SIPFleet {
        let (server, own) = try endpoints()
        var phone = SIPPhone.Settings(server: server, address: own)
        phone.transport = SIPTransport(rawValue: transport) ?? .tls
        phone.expires = expires
        if phone.transport == .tls { phone.tls = try TLSContext(trusted: trust, identity: identity()) }
        var settings = SIPFleet.Settings(phone: phone, calls: calls.settings)
        settings.registrationRate = registrationRate
        settings.firstTarget = to
        settings.targets = targets
        settings.staySeconds = calls.stay
        settings.limitSeconds = calls.limit
        let device = DeviceName(first) ?? DeviceName(mac: 0)
        let phones = (0..<count).map { (String(user + UInt64($0)), device.advanced(by: $0).description) }
        return try SIPFleet(phones, settings, calls.plan) { [summary] value in
            if case .object(let members) = value, summary, members.first?.0 != "summary" { return }
            Console.print(value.compact)
        }
    }

    private func identity() throws -> TLSIdentity? {
        if let certificate { return try TLSIdentity(file: certificate) }
        guard let authority, let authorityKey else { return nil }
        return try TLSIdentity(authority: authority, key: authorityKey)
    }
}
