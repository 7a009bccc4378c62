import ConfigLanguage
import Wire

/// A mapped address that the box answers ARP or neighbour solicitations for, as the ASA does (proxy ARP).
///
/// IPv4: a `local` route is what makes the kernel answer. Its proxy-ARP table (`ip neigh add proxy`) does not: it
/// answers only for addresses that lie behind another interface than the question came from, and a mapped address
/// usually is in the network of the very interface. IPv6: `ip -6 neigh add proxy` together with `proxy_ndp`, which
/// knows no such limit. Both carry our protocol number, by which leftovers of a killed process are found.
///
/// A media-termination address is the box's own as well: of IPv6 too it has a local route, so that pings are answered.
struct MappedAddress: Hashable, Sendable {
    /// Ours in the routing tables; not one that /etc/iproute2/rt_protos gives to a routing daemon.
    static let routeProtocol = 80

    var prefix: IPPrefix
    var device: String
    /// Packets for it are for the box, not for a host behind it.
    var isOwn = false

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

    /// The addresses where media ends, each on the interface in whose network it is.
    static func media(_ configuration: Configuration) -> [MappedAddress] {
        (configuration.mediaTerminationInForce?.addresses ?? []).compactMap { entry in
            let address = entry.address
            let home =
                entry.interface.flatMap { configuration.interface(named: $0) }
                ?? configuration.interfaces.first {
                    (address.isV4 ? $0.network : $0.network6)?.contains(address) ?? false
                } ?? configuration.interfaces.first
            return home.map { MappedAddress(prefix: IPPrefix(host: address), device: $0.device, isOwn: true) }
        }
    }

    /// The arguments of `ip`, command by command, that make the kernel answer.
    var commands: [[String]] {
        let number = String(Self.routeProtocol)
        let route = ["route", "replace", "local", "\(prefix)", "dev", device, "table", "local", "proto", number]
        if prefix.address.isV4 { return [route] }
        let proxy = ["-6", "neigh", "replace", "proxy", "\(prefix.address)", "dev", device, "protocol", number]
        return isOwn ? [["-6"] + route, proxy] : [proxy]
    }
}
