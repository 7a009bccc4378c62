import ArgumentParser

/// How SIP calls are encrypted.
struct SDESOptions: ParsableArguments {
    @Option(help: "SDES suites, in order of preference: NAME,…; without them media is plain RTP.")
    var suites = ""

    func validate() throws {
        guard list.allSatisfy({ $0 != nil }) else {
            throw ValidationError("--suites: " + SDESSuite.allCases.map(\.rawValue).joined(separator: ","))
        }
    }

    private var list: [SDESSuite?] { suites.split(separator: ",").map { SDESSuite(rawValue: String($0)) } }

    /// `nil`: plain RTP.
    var chosen: [SDESSuite]? { list.isEmpty ? nil : list.compactMap { $0 } }
}
