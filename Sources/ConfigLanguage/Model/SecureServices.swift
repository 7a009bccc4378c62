import Wire

extension Configuration {
    /// What phones reach by TLS: made from the service policies, the phone proxy, and the static translations between its
    /// servers' side and the phones'. Worked out anew each time; no two have the same interface and mapped endpoint.
    public var secureServices: [SecureService] {
        guard let phoneProxy else { return [] }
        return SecureServiceFinder(configuration: self, phoneProxy: phoneProxy).find()
    }
}

/// Goes through the service policies that name the phone proxy.
private struct SecureServiceFinder {
    let configuration: Configuration
    let phoneProxy: PhoneProxyDefinition

    /// So many are looked for; a translation of each of 4096 hosts, to some interfaces, is within it.
    private static let limit = 65536

    /// One class of a policy.
    private struct Use {
        var inspection: PolicyMap.Inspection
        var ports: SecurePorts
        var classMap: String
        var interface: String
    }

    func find() -> [SecureService] {
        var found: [SecureService] = []
        var taken: Set<Place> = []
        for use in uses {
            for server in servers(seenFrom: use.interface) {
                for service in services(of: server, use) where found.count < Self.limit {
                    let place = Place(interface: service.interface, mapped: service.mapped)
                    if taken.insert(place).inserted { found.append(service) }
                }
            }
        }
        return found
    }

    private struct Place: Hashable {
        var interface: String
        var mapped: Endpoint
    }

    /// Call servers are on the TFTP servers' side (cisco-facts 3.6).
    private var serverInterfaces: [String] {
        var names: [String] = []
        for server in phoneProxy.tftpServers where !names.contains(server.interface) { names.append(server.interface) }
        return names
    }

    /// The policies of interfaces first: they go before the global one, which is for every other side.
    private var uses: [Use] {
        let policies = configuration.servicePolicies
        let ordered = policies.filter { $0.interface != nil } + policies.filter { $0.interface == nil }
        return ordered.flatMap { policy -> [Use] in
            let sides = policy.interface.map { [$0] } ?? configuration.interfaces.map(\.name)
            return (configuration.policyMaps[policy.policyMap]?.classes ?? []).flatMap { entry in
                entry.inspections.filter { $0.phoneProxy == phoneProxy.name && $0.engine.securePort != nil }
                    .flatMap { inspection in
                        sides.filter { !serverInterfaces.contains($0) }.map { side in
                            Use(
                                inspection: inspection,
                                ports: SecurePorts(configuration, entry.classMap, inspection.engine),
                                classMap: entry.classMap, interface: side)
                        }
                    }
            }
        }
    }

    // MARK: Servers

    /// A call server, as it is seen from one interface.
    private struct Server {
        var real: IPAddress
        var mapped: IPAddress
        /// Of static PAT; `nil`: every port keeps its number.
        var service: StaticTranslation.Service?
        var interface: String
    }

    private func servers(seenFrom interface: String) -> [Server] {
        var found: [Server] = []
        for side in serverInterfaces where side != interface {
            let translations = configuration.translations.filter { translation in
                (translation.realInterface ?? side) == side && (translation.mappedInterface ?? interface) == interface
                    && (translation.service?.transport ?? .tcp) == .tcp
            }
            for translation in translations where translation.real.isHost {
                found.append(
                    Server(
                        real: translation.real.address, mapped: translation.mapped.address,
                        service: translation.service, interface: side))
            }
            found += knownServers(on: side).compactMap { real in known(real, side, translations) }
        }
        return found
    }

    /// A server that the phone proxy or its trust list names: translated with its whole network, or not at all.
    private func known(_ real: IPAddress, _ side: String, _ translations: [StaticTranslation]) -> Server? {
        let own = translations.filter { $0.real.contains(real) }
        if own.contains(where: \.real.isHost) { return nil }
        let mapped = own.first?.mapped(of: AddressRange(host: real))?.first ?? real
        return Server(real: real, mapped: mapped, interface: side)
    }

    /// The real addresses of the TFTP servers, which may be call servers too, and of the trust list's call servers.
    private func knownServers(on side: String) -> [IPAddress] {
        var found: [IPAddress] = []
        func note(_ address: IPAddress) {
            let isTranslatedByPort = configuration.translations.contains { $0.real == IPPrefix(host: address) }
            if !isTranslatedByPort, !found.contains(address) { found.append(address) }
        }
        for server in phoneProxy.tftpServers where server.interface == side { note(server.address) }
        let entries = phoneProxy.ctlFile.flatMap { configuration.ctlFiles[$0] }?.entries ?? []
        for entry in entries where entry.role == .cucm || entry.role == .cucmTFTP {
            let network = configuration.interface(named: side)?.network(like: entry.address)
            if let translation = configuration.translations.first(where: { $0.mapped.contains(entry.address) }) {
                if let real = translation.real(of: AddressRange(host: entry.address))?.first { note(real) }
            } else if network?.contains(entry.address) ?? false {
                note(entry.address)
            }
        }
        return found.filter { address in
            !configuration.interfaces.contains { $0.address == address || $0.address6 == address }
        }
    }

    // MARK: Services

    private func services(of server: Server, _ use: Use) -> [SecureService] {
        let engine = use.inspection.engine
        guard let service = server.service else {
            return use.ports.listed.compactMap { port in
                guard let clear = engine.clearPort(of: port) else { return nil }
                return make(server, use, mapped: port, secure: port, clear: clear)
            }
        }
        // A secure port may be mapped to the server's clear one: the box ends TLS in any case.
        let isClear = engine.defaultServices.contains { $0.ports.matches(service.realPort) }
        let distance = engine.secureDistance ?? 0
        let (secure, overflows) = service.realPort.addingReportingOverflow(isClear ? distance : 0)
        let clear = isClear ? service.realPort : engine.clearPort(of: service.realPort)
        guard !overflows, let clear, use.ports.listed.contains(service.mappedPort) || use.ports.listed.contains(secure)
        else { return [] }
        // The clear port's own translation is not a secure service.
        if isClear, !use.ports.listed.contains(service.mappedPort) { return [] }
        return [make(server, use, mapped: service.mappedPort, secure: secure, clear: clear)].compactMap(\.self)
    }

    private func make(
        _ server: Server, _ use: Use, mapped: UInt16, secure: UInt16, clear: UInt16
    ) -> SecureService? {
        let at = (mapped: Endpoint(server.mapped, mapped), real: Endpoint(server.real, secure))
        guard use.ports.admit(at.mapped) || use.ports.admit(at.real) else { return nil }
        return SecureService(
            signalling: use.inspection.engine, interface: use.interface, mapped: at.mapped,
            clear: Endpoint(server.real, clear), secure: at.real, serverInterface: server.interface,
            inspectionMap: use.inspection.policy, tlsProxy: use.inspection.tlsProxy ?? phoneProxy.tlsProxy,
            classMap: use.classMap)
    }
}

/// The secure ports that a class takes, whether it speaks of real ports or mapped ones.
private struct SecurePorts {
    /// Each by itself, without the clear port of the protocol.
    private(set) var listed: [UInt16] = []
    private var lists: [AccessList] = []

    /// So many ports of one range are looked at.
    private static let longest = 64

    init(_ configuration: Configuration, _ classMap: String, _ engine: InspectionProtocol) {
        let matches = configuration.classMaps[classMap]?.matches ?? [.any]
        lists = matches.compactMap { match in
            if case .accessList(let name) = match { configuration.accessLists[name] } else { nil }
        }
        for match in matches {
            switch match {
            case .any, .defaultInspectionTraffic: if lists.isEmpty { add(engine.securePort) }
            case .port(let transport, let ports): if transport == .tcp { add(ports, engine) }
            case .accessList: break
            }
        }
        for entry in lists.flatMap(\.entries) where entry.action == .permit && !entry.isInactive {
            guard entry.transport == nil || entry.transport == .tcp else { continue }
            if entry.destinationPorts.isAny { add(engine.securePort) } else { add(entry.destinationPorts, engine) }
        }
    }

    private mutating func add(_ port: UInt16?) {
        if let port, !listed.contains(port) { listed.append(port) }
    }

    private mutating func add(_ ports: PortMatch, _ engine: InspectionProtocol) {
        guard !ports.isInverted, ports.last - ports.first < Self.longest else {
            if let port = engine.securePort, ports.matches(port) { add(port) }
            return
        }
        for port in ports.first...ports.last where !engine.defaultServices.contains(where: { $0.ports.matches(port) }) {
            add(port)
        }
    }

    /// Whether the class's access lists, if it has any, take connections to `endpoint`, wherever they come from.
    func admit(_ endpoint: Endpoint) -> Bool {
        lists.isEmpty
            || lists.contains { list in
                let first = list.entries.first { entry in
                    !entry.isInactive && (entry.transport == nil || entry.transport == .tcp)
                        && entry.destination.matches(endpoint.address) && entry.destinationPorts.matches(endpoint.port)
                        && (entry.action == .permit || entry.source.isEverything)
                }
                return first?.action == .permit
            }
    }
}

extension AddressMatch {
    fileprivate var isEverything: Bool {
        if case .range = self { false } else { true }
    }
}
