import ArgumentParser
import Box
import TLSProxy
import Wire

/// A terminator with a brain of one line, for `tools/bench tls`: every phone is connected to one server, and bytes are
/// passed on.
struct TLSProxyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tls-proxy", abstract: "Ends TLS on 127.0.0.1 and passes everything on, until input ends.")

    @Option(help: "Port to listen on, on 127.0.0.1.")
    var port: UInt16

    @Option(help: "Port of the server on 127.0.0.1.")
    var server: UInt16

    @Option(help: "File of the certificate, DER.")
    var certificate: String

    @Option(help: "File of its private key, DER.")
    var key: String

    @Option(help: "File of the authority of phones' certificates, DER.")
    var authority: String

    @Option(help: "Threads.")
    var loops = 1

    func run() throws {
        let identity = try TLSIdentity(
            chain: [try WholeFile.read(certificate, limit: 65_536)], privateKey: try WholeFile.read(key, limit: 65_536))
        let anchor = TrustAnchor(name: "authority", der: try WholeFile.read(authority, limit: 65_536))
        var settings = TerminatorSettings(
            listen: [Endpoint(IPAddress(v4: 0x7f00_0001), port)],
            server: TLSServerSettings(identity: identity, anchors: [anchor]))
        settings.isTransparent = false
        settings.loops = loops
        settings.limits.sessions = 20_000
        settings.limits.sessionsPerSource = 20_000
        let passing = PassingBrain(UpstreamPlan(to: Endpoint(IPAddress(v4: 0x7f00_0001), server)))
        try passing.run(settings)
    }
}
