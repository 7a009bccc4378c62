import Wire

/// Media-termination addresses: the prerequisites of the chapter (cisco-facts 3.5, 5.4).
extension Resolver {
    mutating func resolveMediaTermination() {
        if let draft = draft.mediaTermination {
            var value = MediaTerminationDefinition(name: draft.name.value)
            if let ports = draft.ports { value.ports = ports }
            value.addresses = resolvedAddresses(draft.addresses)
            configuration.mediaTermination = value
        }
        let older = resolvedAddresses(draft.phoneProxy?.mediaTerminationAddresses ?? [])
        configuration.phoneProxy?.mediaTerminationAddresses = older
        checkCoverage()
    }

    private mutating func resolvedAddresses(
        _ drafts: [MediaTerminationAddressDraft]
    ) -> [MediaTerminationDefinition.Address] {
        checkForms(drafts)
        var resolved: [MediaTerminationDefinition.Address] = []
        for draft in drafts {
            var named: Interface?
            if let name = draft.interface {
                named = interface(name)
                if named == nil { continue }
            }
            if let fault = placeFault(of: draft.address.value, on: named) ?? useFault(of: draft.address.value) {
                log.report(.error, at: draft.address.site, fault)
            }
            resolved.append(.init(address: draft.address.value, interface: draft.interface?.value))
        }
        return resolved
    }

    /// They are one for all interfaces, or one for each.
    private mutating func checkForms(_ addresses: [MediaTerminationAddressDraft]) {
        guard let start = addresses.first else { return }
        var interfaces: [String: Site] = [:]
        for address in addresses {
            if (address.interface == nil) != (start.interface == nil) {
                log.report(
                    .error, at: address.site,
                    "an address for all interfaces excludes addresses of single ones (line \(start.site.line))")
            }
            let name = address.interface?.value ?? ""
            if let first = interfaces[name] {
                log.report(
                    .error, at: address.site,
                    "a second media-termination address for the same interface (line \(first.line))")
            }
            interfaces[name] = interfaces[name] ?? address.site
        }
    }

    // MARK: Each address

    /// What is wrong with where the address is: `interface` is the one that it is given for, `nil` for all.
    private func placeFault(of address: IPAddress, on interface: Interface?) -> String? {
        if address.isMulticast || address.isUnspecified || address.isLimitedBroadcast || address.isLoopback {
            return "\(address) is not the address of a host"
        }
        if let owner = configuration.interfaces.first(where: { $0.address == address || $0.address6 == address }) {
            return "\(address) is the address of interface '\(owner.name.printable)' itself"
        }
        let home = configuration.interfaces.first { $0.network(like: address)?.contains(address) ?? false }
        if let network = home?.network(like: address), !network.isUsable(address) {
            return "\(address) is not the address of a host in \(network)"
        }
        guard let interface else { return nil }
        if let home, home.name != interface.name, let network = home.network(like: address) {
            return "failed to apply IP address to interface Virtual254, as the network overlaps with interface "
                + "\(home.device.printable): \(network) is that of interface '\(home.name.printable)'"
        }
        guard home == nil else { return nil }
        guard let network = interface.network(like: address) else {
            return "interface '\(interface.name.printable)' has no address of this family"
        }
        return "\(address) is not in the network of interface '\(interface.name.printable)' (\(network))"
    }

    /// Who has the address already.
    private func useFault(of address: IPAddress) -> String? {
        for translation in configuration.translations where !translation.isIdentity && !translation.mapsToInterface {
            if translation.mapped.contains(address) {
                return "\(address) overlaps with the static translation of \(Self.text(translation.real)) to "
                    + "\(Self.text(translation.mapped))"
            }
            if translation.real.isHost, translation.real.address == address {
                return "\(address) is in use: it is translated to \(Self.text(translation.mapped))"
            }
        }
        if let pool = pool(with: address) { return "\(address) overlaps with the pool of dynamic NAT (line \(pool))" }
        if let what = server(at: address) { return "\(address) is in use: it is the address of \(what)" }
        return nil
    }

    private static func text(_ prefix: IPPrefix) -> String { prefix.isHost ? "\(prefix.address)" : "\(prefix)" }

    /// The line of a pool that holds the address.
    private func pool(with address: IPAddress) -> Int? {
        let pools = [["global"], ["nat", "dynamic"]]
        let found = draft.statements.values.joined().filter { pools.contains($0.key.command) }
        return found.filter { statement in
            statement.words.contains { word in
                let ends = word.split(separator: "-").compactMap { IPAddress($0) }
                guard let first = ends.first, let last = ends.last, first <= last else { return false }
                return AddressRange(first, last).contains(address)
            }
        }.map(\.site.line).min()
    }

    private func server(at address: IPAddress) -> String? {
        if configuration.phoneProxy?.tftpServers.contains(where: { $0.address == address }) ?? false {
            return "the TFTP server"
        }
        if configuration.phoneProxy?.proxyServer?.address == address { return "the phones' HTTP proxy" }
        if configuration.ctlFiles.values.contains(where: { $0.entries.contains { $0.address == address } }) {
            return "a server that phones trust"
        }
        if configuration.routes.contains(where: { $0.gateway == address }) { return "a gateway" }
        return configuration.dns.servers.contains(address) ? "a DNS server" : nil
    }

    // MARK: All of them

    /// There must be one wherever phones are, and one toward the call server, before the service policy.
    private mutating func checkCoverage() {
        guard let proxy = configuration.phoneProxyInForce, let draft = draft.phoneProxy else { return }
        let use = draft.mediaTermination?.site ?? draft.mediaTerminationAddresses.first?.site
        guard let use, let termination = configuration.mediaTerminationInForce else {
            if draft.mediaTermination == nil {
                log.report(
                    .warning, at: draft.name.site,
                    "phone-proxy '\(proxy.name.printable)' has no media-termination: its calls have no media",
                    expected: ["media-termination"])
            }
            return
        }
        let needed = (configuration.phoneProxyPolicies.compactMap(\.self) + proxy.tftpServers.map(\.interface))
        let bare = needed.first { termination.address(on: $0) == nil }
        if let bare {
            log.report(
                .error, at: use,
                "there is no media-termination address on interface '\(bare.printable)': at least two are needed before "
                    + "the service policy, inside and outside",
                expected: ["address A.B.C.D interface \(bare.printable)"])
        } else if termination.addresses.count < 2, termination.addresses.first?.interface != nil {
            log.report(
                .error, at: use,
                "media-termination addresses are needed on at least two interfaces before the service policy, inside and "
                    + "outside", expected: ["address A.B.C.D interface NAME"])
        }
    }
}

extension Interface {
    /// The connected network of an address's family.
    func network(like address: IPAddress) -> IPPrefix? { address.isV4 ? network : network6 }
}

extension IPPrefix {
    /// Whether a host may have the address: neither the network's own nor its broadcast (RFC 3021: a pair has neither).
    fileprivate func isUsable(_ host: IPAddress) -> Bool {
        !address.isV4 || length >= 31 || host != address && host != last
    }
}
