import ConfigLanguage
import Wire

/// Which interface an address lies behind: connected networks, `route` commands, and what is left over.
struct RouteTable {
    private struct Entry {
        var destination: IPPrefix
        var interface: InterfaceIndex
    }

    /// Longest prefix first; among equals, connected networks before `route` commands.
    private let entries: [Entry]
    /// Where everything else goes. Without a default route that is the least trusted interface: the examples of the
    /// chapter leave it out, and on a box with an inside and an outside nothing else can be meant.
    private let fallback: InterfaceIndex?
    /// A box without any IPv6 address or route has no place to send IPv6 to.
    private let knowsV6: Bool
    private let ownAddresses: Set<IPAddress>
    private let broadcasts: Set<IPAddress>

    init(_ configuration: Configuration) {
        var found: [Entry] = []
        var own: Set<IPAddress> = []
        var last: Set<IPAddress> = []
        for (place, interface) in configuration.interfaces.enumerated() {
            let index = InterfaceIndex(UInt8(truncatingIfNeeded: place))
            for network in [interface.network, interface.network6].compactMap(\.self) {
                found.append(Entry(destination: network, interface: index))
                // RFC 3021: a network of two addresses has no broadcast.
                if network.address.isV4, network.length < 31 { last.insert(network.last) }
            }
            own.formUnion([interface.address, interface.address6].compactMap(\.self))
        }
        found += configuration.routes.compactMap { route in
            configuration.index(of: route.interface).map { Entry(destination: route.destination, interface: $0) }
        }
        entries = found.enumerated()
            .sorted { ($1.element.destination.length, $0.offset) < ($0.element.destination.length, $1.offset) }
            .map(\.element)
        ownAddresses = own
        broadcasts = last
        knowsV6 = own.contains { !$0.isV4 } || found.contains { !$0.destination.address.isV4 }
        fallback = configuration.interfaces.enumerated()
            .min { $0.element.securityLevel < $1.element.securityLevel }
            .map { InterfaceIndex(UInt8(truncatingIfNeeded: $0.offset)) }
    }

    func interface(to address: IPAddress) -> InterfaceIndex? {
        entries.first { $0.destination.contains(address) }?.interface ?? (address.isV4 || knowsV6 ? fallback : nil)
    }

    /// Whether `address` is one of the box's own.
    func isOwn(_ address: IPAddress) -> Bool { ownAddresses.contains(address) }

    /// Whether `address` means all hosts of a connected network, or of any.
    func isBroadcast(_ address: IPAddress) -> Bool { address.isLimitedBroadcast || broadcasts.contains(address) }
}

extension Configuration {
    /// The place of the interface that `nameif` calls `name`.
    func index(of name: String) -> InterfaceIndex? {
        interfaces.firstIndex { $0.name == name }.map { InterfaceIndex(UInt8(truncatingIfNeeded: $0)) }
    }
}
