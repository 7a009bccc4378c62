import ConfigLanguage
import Wire

extension SteerPlan {
    /// Requests for phones' files: what a phone proxy in force takes, whether or not a class inspects TFTP.
    mutating func addPhoneFiles(_ configuration: Configuration) {
        guard let proxy = configuration.phoneProxyInForce else { return }
        let seen = proxy.tftpServers.flatMap { $0.appearances(configuration.translations) }
        var lines: [Line] = []
        for server in seen {
            var match = PacketMatch(transport: .udp, destinationPorts: PortMatch(server.port, server.port))
            match.destination = .range(AddressRange(host: server.address))
            for line in steer(.tftp, match) where !lines.contains(line) { lines.append(line) }
        }
        if !lines.isEmpty { classes.append(lines) }
    }
}
