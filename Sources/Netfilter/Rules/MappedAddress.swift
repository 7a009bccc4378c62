import ConfigLanguage
import Wire

/// A mapped address that the box answers ARP or neighbour solicitations for, as the ASA does (proxy ARP).
///
/// IPv4: a `local` route is what makes the kernel answer. Its proxy-ARP table (`ip neigh add proxy`) does not: it
/// answers only for addresses that lie behind another interface than the question came from, and a mapped address
/// usually is in the network of the very interface. IPv6: `ip -6 neigh add proxy` together with `proxy_ndp`, which
/// knows no such limit. Both carry our protocol number, by which leftovers of a killed process are found.
struct MappedAddress: Hashable, Sendable {
    /// Ours in the routing tables; not one that /etc/iproute2/rt_protos gives to a routing daemon.
    static let routeProtocol = 80

    var prefix: IPPrefix
    var device: String

    static func all(_ configuration: Configuration) -> [MappedAddress] {
        var found: [MappedAddress] = []
        for translation in configuration.translations where !translation.isIdentity && !translation.mapsToInterface {
            for interface in configuration.interfaces {
                if let name = translation.mappedInterface, name != interface.name { continue }
                // A network that holds the interface's own address would take its neighbours away.
                if [interface.address, interface.address6].contains(where: {
                    $0.map(translation.mapped.contains) ?? false
                }) {
                    continue
                }
                let isProxied = translation.mapped.address.isV4 || translation.mapped.isHost
                let address = MappedAddress(prefix: translation.mapped, device: interface.device)
                if isProxied, !found.contains(address) { found.append(address) }
            }
        }
        return found
    }

    /// The arguments of `ip` that make the kernel answer.
    var command: [String] {
        let number = String(Self.routeProtocol)
        if prefix.address.isV4 {
            return ["route", "replace", "local", "\(prefix)", "dev", device, "table", "local", "proto", number]
        }
        return ["-6", "neigh", "replace", "proxy", "\(prefix.address)", "dev", device, "protocol", number]
    }
}
