import ConfigLanguage
import Wire

/// Which interface an address lies behind: connected networks, `route` commands, and what is left over.
struct RouteTable {
    private struct Entry {
        var destination: IPPrefix
        var interface: InterfaceIndex
    }

    /// Longest prefix first.
    private let entries: [Entry]
    /// Where everything else goes. Without a default route that is the least trusted interface: the examples of the
    /// chapter leave it out, and on a box with an inside and an outside nothing else can be meant.
    private let fallback: InterfaceIndex?
    private let ownAddresses: [IPAddress: InterfaceIndex]

    init(_ configuration: Configuration) {
        var found: [Entry] = []
        var own: [IPAddress: InterfaceIndex] = [:]
        for (place, interface) in configuration.interfaces.enumerated() {
            let index = InterfaceIndex(UInt8(truncatingIfNeeded: place))
            for network in [interface.network, interface.network6] {
                if let network { found.append(Entry(destination: network, interface: index)) }
            }
            for address in [interface.address, interface.address6] {
                if let address { own[address] = index }
            }
        }
        for route in configuration.routes {
            guard let place = configuration.interfaces.firstIndex(where: { $0.name == route.interface }) else {
                continue
            }
            found.append(
                Entry(destination: route.destination, interface: InterfaceIndex(UInt8(truncatingIfNeeded: place))))
        }
        entries = found.sorted { $0.destination.length > $1.destination.length }
        ownAddresses = own
        fallback = configuration.interfaces.enumerated()
            .min { $0.element.securityLevel < $1.element.securityLevel }
            .map { InterfaceIndex(UInt8(truncatingIfNeeded: $0.offset)) }
    }

    func interface(to address: IPAddress) -> InterfaceIndex? {
        entries.first { $0.destination.contains(address) }?.interface ?? fallback
    }

    /// Whether `address` is one of the box's own.
    func isOwn(_ address: IPAddress) -> Bool { ownAddresses[address] != nil }
}
