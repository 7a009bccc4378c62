import ConfigLanguage
import Wire

/// Which inspection a new flow goes to: what `service-policy`, `policy-map` and `class-map` come to.
struct Classifier {
    /// One `inspect` of one class.
    private struct Rule {
        var engine: InspectionProtocol
        var conditions: [Condition]
        /// All of them must hold (`match-all`), or any one.
        var needsAll: Bool
    }

    private enum Condition {
        case service([InspectionProtocol.Service])
        /// `match access-list`; an entry without a port means the inspection's own.
        case entries([AccessEntry])
    }

    private let global: [Rule]
    private let perInterface: [[Rule]]
    private let phoneProxy: PhoneProxyScope?

    init(_ configuration: Configuration) {
        global = Self.rules(configuration, interface: nil)
        perInterface = configuration.interfaces.map { Self.rules(configuration, interface: $0.name) }
        phoneProxy = PhoneProxyScope(configuration)
    }

    /// The class of a flow that opens with `question`. The phone proxy's requests come before anything else; an
    /// interface's policy looks at flows in both directions, and is asked before the global one.
    ///
    /// - Parameter midstream: the packet may be an answer whose question was not seen, so that the port on which the
    ///   service is known stands on its sender's side.
    func classify(
        _ question: AccessPolicy.Question, from ingress: InterfaceIndex, to egress: InterfaceIndex?, midstream: Bool
    ) -> TrafficClass {
        if let phoneProxy,
            phoneProxy.covers(question.transport, to: question.realDestination, from: ingress, to: egress)
        {
            return .inspectPhoneProxy
        }
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
        rules.first { rule in
            func holds(_ condition: Condition) -> Bool { Self.holds(condition, rule.engine, question, midstream) }
            return rule.needsAll ? rule.conditions.allSatisfy(holds) : rule.conditions.contains(where: holds)
        }?.engine.trafficClass
    }

    private static func holds(
        _ condition: Condition, _ engine: InspectionProtocol, _ question: AccessPolicy.Question, _ midstream: Bool
    ) -> Bool {
        switch condition {
        case .service(let services): return services.contains { covers($0, question, midstream) }
        case .entries(let entries):
            // An inspection takes only what it can read: no TFTP over TCP.
            guard engine.transports.contains(question.transport),
                let entry = entries.first(where: { AccessPolicy.matches($0, question) }), entry.action == .permit
            else { return false }
            return !entry.destinationPorts.isAny
                || engine.defaultServices.contains { covers($0, question, midstream) }
        }
    }

    private static func covers(
        _ service: InspectionProtocol.Service, _ question: AccessPolicy.Question, _ midstream: Bool
    ) -> Bool {
        service.transport == question.transport
            && (service.ports.matches(question.destination.port) || service.ports.matches(question.realDestination.port)
                || midstream && service.ports.matches(question.source.port))
    }

    private static func rules(_ configuration: Configuration, interface: String?) -> [Rule] {
        configuration.servicePolicies
            .filter { $0.interface == interface }
            .compactMap { configuration.policyMaps[$0.policyMap] }
            .flatMap(\.classes)
            .flatMap { policy in policy.inspections.map { rule(configuration, policy.classMap, $0.engine) } }
    }

    /// `class-default`, which has no class-map, takes what `match any` takes.
    private static func rule(
        _ configuration: Configuration, _ name: String, _ engine: InspectionProtocol
    ) -> Rule {
        let classMap = configuration.classMaps[name] ?? ClassMap(name: name, matches: [.any])
        let conditions = classMap.matches.map { match -> Condition in
            switch match {
            case .port(let transport, let ports):
                .service(engine.transports.contains(transport) ? [.init(transport: transport, ports: ports)] : [])
            case .any, .defaultInspectionTraffic: .service(engine.defaultServices)
            case .accessList(let list): .entries(configuration.accessLists[list]?.entries ?? [])
            }
        }
        // A class that matches nothing yet takes nothing.
        return Rule(engine: engine, conditions: conditions, needsAll: classMap.matchesAll && !conditions.isEmpty)
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
}
