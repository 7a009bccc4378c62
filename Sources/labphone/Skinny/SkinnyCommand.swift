import ArgumentParser
import Box
import Wire

/// `labphone skinny`: Skinny phones register, call and are called.
struct SkinnyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "skinny",
        abstract: "Skinny phones register with a call manager over TLS or TCP, call, and answer calls.",
        discussion: """
            One JSON object for each call and each phone, and a summary at the end. Media is SRTP where the call manager (or the
            box before it) gives keys. Ends with 0 when every phone registered and every call was completed with its tone whole
            and no packet missing, with 1 when not, with 2 when the command line makes no sense.
            Nothing is sent to addresses that are neither this machine's loopback nor in the lab.
            """
    )

    @Option(help: "The call managers as the phones know them, in order of preference: ADDRESS[:PORT],…")
    var server: String

    @Option(help: "tls or tcp.")
    var transport = "tls"

    @Option(help: "The newest version that each phone speaks, one for each in turn: 3 to 22,…")
    var versions = "17"

    @Flag(help: "A call without keys is not as it should be.")
    var srtp = false

    @Flag(help: "Keep a connection to a second server, and come back to the first.")
    var standby = false

    @Option(help: "Seconds until a server that is gone is tried again.")
    var retry = 2.0

    @Option(help: "Half-way the caller transfers its peer to this number.")
    var transfer: String?

    @Flag(help: "The transfer is a blind one: the key, the key again, and the number.")
    var blind = false

    @Option(help: "Half-way the caller has this number join.")
    var conference: String?

    @Option(help: "Seconds of one stream after which one who was called hangs up; without it, never.")
    var calledTalk: Double?

    @Flag(help: "A number is dialled in one message, and not digit by digit.")
    var enbloc = false

    @OptionGroup(title: "Phones") var phones: PhonesOptions

    @OptionGroup(title: "TLS") var tls: TLSOptions

    @OptionGroup(title: "Calls") var calls: CallOptions

    func validate() throws {
        guard transport == "tls" || transport == "tcp" else { throw ValidationError("--transport is tls or tcp") }
        guard !versionList.isEmpty else { throw ValidationError("--versions are numbers from 3 to 22") }
        guard (0.1...60).contains(retry) else { throw ValidationError("--retry is 0.1 to 60") }
        _ = try servers()
    }

    private func servers() throws -> [Endpoint] {
        try LabEndpoint.list(server, "--server", port: transport == "tls" ? 2443 : 2000)
    }

    private var versionList: [UInt8] {
        let numbers = versions.split(separator: ",").map { UInt8($0).flatMap { (3...22).contains($0) ? $0 : nil } }
        return numbers.contains(nil) ? [] : numbers.compactMap { $0 }
    }

    func run() throws {
        try CommandRun.finish {
            let fleet = try fleet()
            return try fleet.run(members: Self.members)
        }
    }

    private func fleet() throws -> CallFleet<SkinnyPhone> {
        var phone = SkinnyPhone.Settings(servers: try servers(), address: .anyV4)
        if transport == "tls" { phone.tls = try tls.context() }
        phone.demandsKeys = srtp
        phone.keepsStandby = standby
        phone.retrySeconds = retry
        phone.actions = SkinnyActions(
            dialsAtOnce: enbloc, transferTo: transfer, transfersBlindly: blind, conferenceWith: conference,
            calledHangsUpAfter: calledTalk)
        let fleet = try CallFleet<SkinnyPhone>(
            phones.fleet(calls.settings, calls), calls.plan, print: CommandRun.printer(onlySummary: phones.summary))
        for (index, (user, device, address)) in try phones.phones().enumerated() {
            phone.address = address
            phone.version = versionList[index % versionList.count]
            var call = calls.settings
            call.tones = Array(call.tones[(index % call.tones.count)...] + call.tones[..<(index % call.tones.count)])
            fleet.add(SkinnyPhone(fleet.loop, user: user, device: device, phone, call, fleet.ears), user: user)
        }
        return fleet
    }

    private static func members(_ phones: [SkinnyPhone]) -> [(String, JSONValue)] {
        func sum(_ part: (SkinnyPhone) -> Int) -> JSONValue { .integer(Int64(phones.reduce(0) { $0 + part($1) })) }
        return [
            ("keepAlives", sum(\.keepAlives)), ("failOvers", sum(\.failOvers)), ("keys", sum(\.keys.count)),
            ("keysRepeated", sum(\.keysRepeated)), ("tokensRejected", sum(\.tokensRejected)),
        ]
    }
}
