import ConfigLanguage
import Wire

/// Why a packet is refused, while nothing has been changed yet.
struct Refusal: Error {
    var reason: DropReason
    /// What could not be read, where that is why.
    var cause: WireError?

    init(_ reason: DropReason, _ cause: WireError? = nil) {
        self.reason = reason
        self.cause = cause
    }
}

extension Engine {
    /// Where a new flow goes and under which addresses.
    struct Path {
        /// Where the packet really goes.
        var destination: Endpoint
        /// As what its sender is seen there.
        var source: Endpoint
        /// `nil`: not routed, but the box's own, or its link's.
        var egress: InterfaceIndex?
        /// The translations that apply, as places in the table.
        var destinationRule: Int?
        var sourceRule: Int?
    }

    /// The first steps of a new flow in the ASA's order: un-NAT, route, and NAT as it will be.
    func findPath(_ key: FlowKey) throws(Refusal) -> Path {
        var path = Path(destination: key.destinationEndpoint, source: key.sourceEndpoint)
        // Without interfaces there is nothing to route or to translate: a recording without a configuration.
        if configuration.interfaces.isEmpty {
            path.egress = key.interface
            return path
        }
        if key.destination.isLinkScope { return path }
        try checkAddresses(key)
        if let (real, rule) = translations.untranslate(path.destination, key.transport, from: key.interface) {
            path.destination = real
            path.destinationRule = rule
            path.egress = translations.realInterface(rule)
        } else if routes.isOwn(path.destination.address) {
            return path
        }
        guard let egress = path.egress ?? routes.interface(to: path.destination.address) else {
            throw Refusal(.noRoute)
        }
        path.egress = egress
        if let (mapped, rule) = translations.translate(path.source, key.transport, from: key.interface, to: egress) {
            path.source = mapped
            path.sourceRule = rule
        }
        return path
    }

    /// The ASA's `rpf-check`, after the access lists: an answer must not leave with another address than was asked.
    func checkReversePath(_ path: Path, _ key: FlowKey) throws(Refusal) {
        guard let egress = path.egress, path.destinationRule == nil, !configuration.interfaces.isEmpty else { return }
        if translations.translate(path.destination, key.transport, from: egress, to: key.interface) != nil {
            throw Refusal(.natReversePathFailed)
        }
    }

    /// Refuses what no host sends through a router, or wants routed: the ASA's slow-path checks, and RFC 1812
    /// section 5.3.7.
    func checkAddresses(_ key: FlowKey) throws(Refusal) {
        let (source, destination) = (key.source, key.destination)
        let isForged =
            source.isThisNetwork || source.isLoopback || source.isMulticast || source.isLinkScope
            || routes.isBroadcast(source) || routes.isOwn(source) || source == destination
        guard !isForged, !destination.isThisNetwork, !destination.isLoopback, !routes.isBroadcast(destination) else {
            throw Refusal(.securityCheckFailed)
        }
        if destination.isMulticast { throw Refusal(.noMulticastInterface) }
    }
}
