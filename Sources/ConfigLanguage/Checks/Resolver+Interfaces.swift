import Wire

extension Resolver {
    mutating func resolveInterfaces() {
        var names: [String: Site] = [:]
        var resolved: [InterfaceDraft] = []
        for interface in draft.interfaces {
            guard let name = interface.name else {
                if interface.address != nil || interface.address6 != nil {
                    log.report(
                        .warning, at: interface.device.site,
                        "interface '\(interface.device.value.printable)' has no nameif: it carries no traffic")
                }
                continue
            }
            if let first = names[name.value] {
                log.report(
                    .error, at: name.site,
                    "'\(name.value.printable)' already names another interface (line \(first.line))")
                continue
            }
            names[name.value] = name.site
            checkNetworks(of: interface, against: resolved)
            resolved.append(interface)
            configuration.interfaces.append(Self.interface(interface, name.value))
        }
        for name in draft.interfaceNames { _ = self.interface(name) }
    }

    private static func interface(_ draft: InterfaceDraft, _ name: String) -> Interface {
        // What the ASA sets, and says so, when `nameif` is given.
        let level = draft.securityLevel ?? (name == "inside" ? 100 : 0)
        var interface = Interface(device: draft.device.value, name: name, securityLevel: level)
        interface.address = draft.address?.value.address
        interface.network = draft.address?.value.network
        interface.address6 = draft.address6?.value.address
        interface.network6 = draft.address6?.value.network
        interface.failurePolicy = draft.failurePolicy
        interface.isShutdown = draft.isShutdown
        return interface
    }

    private mutating func checkNetworks(of interface: InterfaceDraft, against others: [InterfaceDraft]) {
        for other in others {
            let pairs = [(interface.address, other.address), (interface.address6, other.address6)]
            for case (let mine?, let theirs?) in pairs
            where mine.value.network.contains(theirs.value.network.address)
                || theirs.value.network.contains(mine.value.network.address)
            {
                log.report(
                    .error, at: mine.site,
                    "two interfaces cannot be in the same subnet: \(mine.value.network) overlaps "
                        + "\(theirs.value.network) of interface '\(other.name?.value.printable ?? "")'")
            }
        }
    }

    mutating func resolveRoutes() {
        for route in draft.routes {
            guard let interface = self.interface(route.interface) else { continue }
            let network = route.gateway.value.isV4 ? interface.network : interface.network6
            let isLinkLocal = !route.gateway.value.isV4 && route.gateway.value.high >> 54 == 0xfe80 >> 6
            guard isLinkLocal || network?.contains(route.gateway.value) ?? false else {
                log.report(
                    .error, at: route.gateway.site,
                    "gateway \(route.gateway.value) is not in the network of interface '\(interface.name.printable)'"
                        + (network.map { " (\($0))" } ?? ""))
                continue
            }
            guard route.gateway.value != interface.address, route.gateway.value != interface.address6 else {
                log.report(.error, at: route.gateway.site, "gateway \(route.gateway.value) is this box itself")
                continue
            }
            configuration.routes.append(
                Route(
                    interface: interface.name, destination: route.destination, gateway: route.gateway.value,
                    metric: route.metric))
        }
    }
}
