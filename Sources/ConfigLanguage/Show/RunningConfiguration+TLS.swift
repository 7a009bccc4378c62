extension RunningConfiguration {
    func tlsProxy(_ proxy: TLSProxyDefinition, all: Bool) -> [String] {
        var lines = ["tls-proxy \(proxy.name)"]
        if let name = proxy.serverTrustpoint { lines.append(" server trust-point \(name)") }
        if all || !proxy.authenticatesClients {
            lines.append(" \(proxy.authenticatesClients ? "" : "no ")server authenticate-client")
        }
        if let name = proxy.clientTrustpoint { lines.append(" client trust-point \(name)") }
        if let name = proxy.ldcIssuer { lines.append(" client ldc issuer \(name)") }
        if let label = proxy.ldcKeyPair { lines.append(" client ldc key-pair \(label)") }
        if !proxy.clientCiphers.isEmpty {
            lines.append(" client cipher-suite \(Self.list(proxy.clientCiphers))")
        } else if all {
            lines.append(" no client cipher-suite")
        }
        return lines
    }

    /// `tls-proxy maximum-session`, which is no proxy's own.
    func maximumSessions(all: Bool) -> [String] {
        let count = configuration.maximumTLSProxySessions
        return all || count != Configuration.defaultTLSProxySessions ? ["tls-proxy maximum-session \(count)"] : []
    }

    func mediaTermination(_ termination: MediaTerminationDefinition, all: Bool) -> [String] {
        var lines = ["media-termination \(termination.name)"]
        lines += termination.addresses.map { address in
            " address \(address.address)" + (address.interface.map { " interface \($0)" } ?? "")
        }
        let ports = termination.ports
        if all || ports != MediaTerminationDefinition.defaultPorts {
            lines.append(" rtp-min-port \(ports.lowerBound) rtp-max-port \(ports.upperBound)")
        }
        return lines
    }

    func ssl(all: Bool) -> [String] {
        let (ssl, unset) = (configuration.ssl, SSLSettings())
        var lines: [String] = []
        for (name, version, normal) in [
            ("server", ssl.serverVersion, unset.serverVersion), ("client", ssl.clientVersion, unset.clientVersion),
        ] where all || version != normal {
            lines.append("ssl \(name)-version \(version.rawValue)")
        }
        if let ciphers = ssl.encryption {
            lines.append("ssl encryption \(Self.list(ciphers))")
        } else if all {
            lines.append("! ssl encryption: whatever the TLS library takes to be safe")
        }
        return lines
    }

    private static func list(_ ciphers: [SSLCipher]) -> String { ciphers.map(\.rawValue).joined(separator: " ") }

    func icmp() -> [String] {
        configuration.icmpRules.map { rule in
            let type = rule.type.map { " \(ICMPTypeNames.name(of: $0, .icmp) ?? String($0))" } ?? ""
            return "icmp \(rule.action.rawValue) \(Self.text(rule.source))\(type) \(rule.interface)"
        }
    }

    private static func text(_ source: AddressMatch) -> String {
        switch source {
        case .any: return "any"
        case .anyV4: return "0.0.0.0 0.0.0.0"
        case .anyV6: return "::/0"
        case .range(let range):
            if range.first == range.last { return "host \(range.first)" }
            guard let network = range.prefix else { return "\(range.first)-\(range.last)" }
            return range.first.isV4 ? "\(network.address) \(network.mask)" : "\(network)"
        }
    }
}
