import ArgumentParser
import Wire

/// What calls are like, and how many.
struct CallOptions: ParsableArguments {
    @Option(help: "So many calls are made.")
    var calls = 0

    @Option(help: "So many at a time.")
    var simultaneous = 1

    @Option(help: "So many new ones a second.")
    var rate = 20.0

    @Option(help: "Seconds that a caller talks.")
    var talk = 5.0

    @Option(help: "Seconds in the middle of it that the call is on hold.")
    var hold = 0.0

    @Option(help: "Seconds that one who is called lets it ring.")
    var ring = 0.0

    @Option(help: "What is sent: none|tone|echo; echo: who is called sends back what comes.")
    var media = "echo"

    @Option(help: "The tone: 10 to 3900 Hz.")
    var frequency = 431

    @Option(help: "SDES suites, in order of preference: NAME,…; without them media is plain RTP.")
    var suites = ""

    @Option(help: "Seconds until a request that nobody answers is given up.")
    var timeout = 10.0

    @Option(help: "Seconds to stay and answer calls.")
    var stay = 0.0

    @Option(help: "Seconds after which it ends, whatever is under way; 7200 at most.")
    var limit = 600.0

    func validate() throws {
        guard SIPCallSettings.Media(rawValue: media) != nil else {
            throw ValidationError("--media is none, tone or echo")
        }
        guard (10...3900).contains(frequency) else { throw ValidationError("--frequency is 10 to 3900") }
        guard (0...1_000_000).contains(calls), (1...20_000).contains(simultaneous), rate > 0, rate <= 10_000 else {
            throw ValidationError("--calls is 1000000 at most, --simultaneous 20000, --rate 10000")
        }
        guard talk > 0, talk <= 7200, hold >= 0, ring >= 0, stay >= 0, stay <= 7200, (1...7200).contains(limit),
            (0.5...60).contains(timeout)
        else { throw ValidationError("times are seconds: --limit 1 to 7200, --timeout 0.5 to 60") }
        guard suiteList != nil else {
            throw ValidationError("--suites: " + SDESSuite.allCases.map(\.rawValue).joined(separator: ","))
        }
    }

    private var suiteList: [SDESSuite]? {
        let list = suites.split(separator: ",").map { SDESSuite(rawValue: String($0)) }
        return list.contains { $0 == nil } ? nil : list.compactMap { $0 }
    }

    var settings: SIPCallSettings {
        var settings = SIPCallSettings()
        settings.media = SIPCallSettings.Media(rawValue: media) ?? .echo
        settings.suites = suiteList.flatMap { $0.isEmpty ? nil : $0 }
        settings.seconds = talk
        settings.holdSeconds = hold
        settings.ringSeconds = ring
        settings.timeout = timeout
        settings.tone = ToneFrames(frequency: frequency)
        return settings
    }

    var plan: CallPlan { CallPlan(calls: calls, simultaneous: simultaneous, rate: rate) }
}

/// ADDRESS:PORT of this machine or the lab.
enum LabEndpoint {
    static func read(_ text: String, _ option: String, port: UInt16) throws -> Endpoint {
        let parts = text.split(separator: ":")
        guard let address = parts.first.flatMap({ IPAddress($0) }), parts.count <= 2,
            let port = parts.count == 2 ? UInt16(parts[1]) : port
        else { throw ValidationError("\(option) is an IPv4 address, with :PORT where it is not \(port)") }
        guard LabNetworks.contains(address) else {
            throw ValidationError("\(option): \(address) is neither this machine's loopback nor in the lab")
        }
        return Endpoint(address, port)
    }
}
