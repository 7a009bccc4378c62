import ConfigLanguage
import Wire

/// Which inspection a new flow goes to: what `service-policy`, `policy-map` and `class-map` come to.
struct Classifier {
    private struct Rule {
        var trafficClass: TrafficClass
        var transport: IPProtocol
        var ports: PortMatch
        /// The entries of `match access-list`; `nil` when the port alone decides.
        var entries: [AccessEntry]?
    }

    private let global: [Rule]
    private let perInterface: [[Rule]]

    init(_ configuration: Configuration) {
        global = Self.rules(configuration, interface: nil)
        perInterface = configuration.interfaces.map { Self.rules(configuration, interface: $0.name) }
    }

    /// The class of a flow that opens with `question`. An interface's policy looks at flows in both directions, and is
    /// asked before the global one.
    ///
    /// - Parameter midstream: the packet may be an answer whose question was not seen, so that the port on which the
    ///   service is known stands on its sender's side.
    func classify(
        _ question: AccessPolicy.Question, from ingress: InterfaceIndex, to egress: InterfaceIndex?, midstream: Bool
    ) -> TrafficClass {
        for interface in [ingress, egress] {
            guard let place = interface.map({ Int($0.rawValue) }), perInterface.indices.contains(place) else {
                continue
            }
            if let found = Self.find(perInterface[place], question, midstream) { return found }
        }
        return Self.find(global, question, midstream) ?? .through
    }

    private static func find(
        _ rules: [Rule], _ question: AccessPolicy.Question, _ midstream: Bool
    ) -> TrafficClass? {
        rules.first { matches($0, question, midstream) }?.trafficClass
    }

    private static func matches(_ rule: Rule, _ question: AccessPolicy.Question, _ midstream: Bool) -> Bool {
        guard rule.transport == question.transport,
            rule.ports.matches(question.destination.port) || rule.ports.matches(question.realDestination.port)
                || midstream && rule.ports.matches(question.source.port)
        else { return false }
        guard let entries = rule.entries else { return true }
        return entries.first { AccessPolicy.matches($0, question) }?.action == .permit
    }

    private static func rules(_ configuration: Configuration, interface: String?) -> [Rule] {
        configuration.servicePolicies
            .filter { $0.interface == interface }
            .compactMap { configuration.policyMaps[$0.policyMap] }
            .flatMap(\.classes)
            .flatMap { policy in
                policy.inspections.flatMap { rules(configuration, policy.classMap, $0.engine) }
            }
    }

    private static func rules(
        _ configuration: Configuration, _ classMap: String, _ engine: InspectionProtocol
    ) -> [Rule] {
        guard let classMap = configuration.classMaps[classMap] else { return [] }
        let trafficClass = engine.trafficClass
        return classMap.matches.flatMap { match -> [Rule] in
            switch match {
            case .port(let transport, let ports):
                // An inspection takes only what it can read: no TFTP over TCP.
                engine.defaultTransports.filter { $0 == transport }
                    .map { Rule(trafficClass: trafficClass, transport: $0, ports: ports) }
            case .any:
                engine.defaultTransports.map { Rule(trafficClass: trafficClass, transport: $0, ports: .any) }
            case .defaultInspectionTraffic:
                engine.defaultTransports.map {
                    Rule(trafficClass: trafficClass, transport: $0, ports: engine.defaultPort)
                }
            case .accessList(let name):
                engine.defaultTransports.map {
                    Rule(
                        trafficClass: trafficClass, transport: $0, ports: .any,
                        entries: configuration.accessLists[name]?.entries ?? [])
                }
            }
        }
    }
}

extension InspectionProtocol {
    var trafficClass: TrafficClass {
        switch self {
        case .tftp: .inspectTFTP
        case .sip: .inspectSIP
        case .skinny: .inspectSkinny
        }
    }

    var defaultTransports: [IPProtocol] {
        switch self {
        case .tftp: [.udp]
        case .sip: [.udp, .tcp]
        case .skinny: [.tcp]
        }
    }

    /// What `default-inspection-traffic` takes for this protocol.
    var defaultPort: PortMatch {
        switch self {
        case .tftp: PortMatch(69, 69)
        case .sip: PortMatch(5060, 5060)
        case .skinny: PortMatch(2000, 2000)
        }
    }
}
