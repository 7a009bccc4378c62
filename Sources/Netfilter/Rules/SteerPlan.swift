import ConfigLanguage
import Wire

/// Which traffic goes to the inspection engine, read out of the service policies.
///
/// The kernel steers on every interface that the configuration names, whichever interface a policy stands on: at this
/// hook it can not know yet where a packet will leave. The engine applies the policy; the kernel only ever sends it
/// too much, never too little.
struct SteerPlan {
    /// One line of a class: what matches is steered, or (`deny` in a class's access list) left to the next class.
    struct Line: Hashable {
        var engine: InspectionProtocol
        var expression: String
        /// A reply of a connection to a fixed port; of a TFTP transfer only requests are known by their port.
        var isReply: Bool
        var isExcluded: Bool
    }

    /// Each class's lines, in the order in which they are tried.
    var classes: [[Line]] = []
    /// The fixed ports among them, for ICMP errors about such packets. Those about Skinny are for the terminator's sockets.
    var ports: [InspectionProtocol.Service] = []

    /// The ports that TFTP requests go to.
    var requests: [PortMatch] = []

    var steersTFTP: Bool { steers(.tftp) }
    /// Calls open pinholes.
    var steersCalls: Bool { steers(.sip) || steers(.skinny) }

    private func steers(_ engine: InspectionProtocol) -> Bool {
        classes.contains { $0.contains { $0.engine == engine } }
    }

    init(_ configuration: Configuration, inspected: Set<InspectionProtocol>) {
        for policy in configuration.servicePolicies {
            for entry in configuration.policyMaps[policy.policyMap]?.classes ?? [] {
                for inspection in entry.inspections where inspected.contains(inspection.engine) {
                    guard configuration.isForClear(inspection, in: entry.classMap) else { continue }
                    add(inspection.engine, entry.classMap, configuration)
                }
            }
        }
        if inspected.contains(.tftp) { addPhoneFiles(configuration) }
    }

    private mutating func add(_ engine: InspectionProtocol, _ name: String, _ configuration: Configuration) {
        // `class-default` and `match any` take what each engine takes by itself: its default ports.
        let matches = configuration.classMaps[name]?.matches ?? [.any]
        var lines: [Line] = []
        let lists = matches.compactMap { match -> AccessList? in
            if case .accessList(let list) = match { configuration.accessLists[list] } else { nil }
        }
        if lists.isEmpty {
            for match in matches { lines += line(for: match, engine) }
        } else {
            // `match access-list`, alone or narrowing `match default-inspection-traffic`.
            for entry in lists.flatMap(\.entries) where !entry.isInactive {
                lines += self.lines(for: entry, engine, configuration.translations)
            }
        }
        if !lines.isEmpty, !classes.contains(lines) { classes.append(lines) }
    }

    private mutating func line(for match: ClassMap.Match, _ engine: InspectionProtocol) -> [Line] {
        switch match {
        case .any, .defaultInspectionTraffic:
            engine.defaultServices.flatMap {
                steer(engine, PacketMatch(transport: $0.transport, destinationPorts: $0.ports))
            }
        case .port(let transport, let ports) where engine.transports.contains(transport):
            steer(engine, PacketMatch(transport: transport, destinationPorts: ports))
        case .port, .accessList: []
        }
    }

    /// An access list speaks of real addresses or mapped ones; at this hook packets carry either, so each entry also
    /// stands with the addresses that its own are translated to.
    private mutating func lines(
        for entry: AccessEntry, _ engine: InspectionProtocol, _ translations: [StaticTranslation]
    ) -> [Line] {
        let ports = engine.defaultServices.filter { entry.transport == nil || entry.transport == $0.transport }
        let wanted = entry.destinationPorts.isAny ? ports.map(\.ports) : [entry.destinationPorts]
        var lines: [Line] = []
        for transport in Set(ports.map(\.transport)).sorted(by: { $0.rawValue > $1.rawValue }) {
            for port in wanted {
                for source in entry.source.images(translations) {
                    for destination in entry.destination.images(translations) {
                        var match = PacketMatch(entry)
                        match.transport = transport
                        match.destinationPorts = port
                        match.source = source
                        match.destination = destination
                        lines += steer(engine, match, excluded: entry.action == .deny)
                    }
                }
            }
        }
        return lines
    }

    mutating func steer(
        _ engine: InspectionProtocol, _ match: PacketMatch, excluded: Bool = false
    ) -> [Line] {
        guard let transport = match.transport, let request = match.expression() else { return [] }
        let fixed = InspectionProtocol.Service(transport: transport, ports: match.destinationPorts)
        if !excluded, engine.answersFromItsPort, engine != .skinny, !ports.contains(fixed) { ports.append(fixed) }
        if !excluded, engine == .tftp, !requests.contains(match.destinationPorts) {
            requests.append(match.destinationPorts)
        }
        var lines = [Line(engine: engine, expression: request, isReply: false, isExcluded: excluded)]
        if engine.answersFromItsPort, let reply = match.reversed.expression() {
            lines.append(Line(engine: engine, expression: reply, isReply: true, isExcluded: excluded))
        }
        return lines
    }
}

extension InspectionProtocol {
    /// A TFTP server answers from a port of its own choice (RFC 1350 section 4).
    fileprivate var answersFromItsPort: Bool { self != .tftp }
}

extension AddressMatch {
    /// The match itself, and what its addresses look like from the other side of a static translation.
    func images(_ translations: [StaticTranslation]) -> [AddressMatch] {
        guard case .range(let range) = self else { return [self] }
        var images: [AddressMatch] = [self]
        for translation in translations where !translation.isIdentity {
            for image in [translation.mapped(of: range), translation.real(of: range)] {
                if let image, !images.contains(.range(image)) { images.append(.range(image)) }
            }
        }
        return images
    }
}
