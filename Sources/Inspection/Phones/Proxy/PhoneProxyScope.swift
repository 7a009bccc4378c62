import ConfigLanguage
import Wire

/// Which TFTP requests are the phone proxy's: those to one of its TFTP servers, from the interfaces to whose policy an
/// `inspect sip|skinny … phone-proxy NAME` attaches it (cisco-facts 3.6).
///
/// A global policy attaches it to all interfaces. The servers' own sides are left out: who sits beside the server talks
/// to it directly.
struct PhoneProxyScope {
    private struct Server {
        /// The real one, which is what a mapped address comes to.
        var endpoint: Endpoint
        var interface: InterfaceIndex
    }

    private let servers: [Server]
    /// Per interface.
    private let isAttached: [Bool]

    /// `nil` where no phone proxy is configured, or none is attached anywhere.
    init?(_ configuration: Configuration) {
        guard let proxy = configuration.phoneProxy else { return nil }
        servers = proxy.tftpServers.compactMap { server in
            configuration.index(of: server.interface).map {
                Server(endpoint: Endpoint(server.address, server.port), interface: $0)
            }
        }
        let policies = configuration.servicePolicies.filter { policy in
            configuration.policyMaps[policy.policyMap]?.classes
                .flatMap(\.inspections).contains { $0.phoneProxy == proxy.name && $0.engine != .tftp } ?? false
        }
        let isGlobal = policies.contains { $0.interface == nil }
        isAttached = configuration.interfaces.map { interface in
            isGlobal || policies.contains { $0.interface == interface.name }
        }
        if servers.isEmpty || !isAttached.contains(true) { return nil }
    }

    /// Whether a flow from `ingress` that really goes to `destination` behind `egress` is a phone's request.
    func covers(
        _ transport: IPProtocol, to destination: Endpoint, from ingress: InterfaceIndex, to egress: InterfaceIndex?
    ) -> Bool {
        guard transport == .udp, let egress, isAttached.indices.contains(Int(ingress.rawValue)),
            isAttached[Int(ingress.rawValue)]
        else { return false }
        return servers.contains { $0.endpoint == destination && $0.interface == egress && $0.interface != ingress }
    }
}
