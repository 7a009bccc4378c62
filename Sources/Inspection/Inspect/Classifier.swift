import ConfigLanguage
import Wire

/// Which inspection a new flow goes to: what `service-policy`, `policy-map` and `class-map` come to.
struct Classifier {
    /// One `inspect` of one class.
    fileprivate struct Rule {
        var engine: InspectionProtocol
        var conditions: [Condition]
        /// All of them must hold (`match-all`), or any one.
        var needsAll: Bool
        /// Of `inspect sip`: place of its map in ``Classifier/sipPolicies``.
        var sipPolicy: UInt8 = 0
        /// Of `inspect skinny` for what is spoken in the clear.
        var skinny: SkinnyInspection?
    }

    /// `inspect skinny [MAP]` of a class. An object, so that rules, which every new flow asks, stay small.
    final class SkinnyInspection: Sendable {
        let policy: SkinnyInspectionMap
        let classMap: String

        init(policy: SkinnyInspectionMap, classMap: String) {
            self.policy = policy
            self.classMap = classMap
        }
    }

    fileprivate enum Condition {
        case service([InspectionProtocol.Service])
        /// `match access-list`; an entry without a port means the inspection's own.
        case entries([AccessEntry])
    }

    private let global: [Rule]
    private let perInterface: [[Rule]]
    private let phoneProxy: PhoneProxyScope?
    /// The inspection maps that plain `inspect sip` names, each once, or its defaults; the first stands for none.
    let sipPolicies: [SIPInspectionMap]

    init(_ configuration: Configuration) {
        var policies = [SIPInspectionMap(name: "")]
        global = Self.rules(configuration, interface: nil, &policies)
        perInterface = configuration.interfaces.map { Self.rules(configuration, interface: $0.name, &policies) }
        sipPolicies = policies
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
        return find(question, from: ingress, to: egress, midstream)?.engine.trafficClass ?? .through
    }

    /// Place in ``sipPolicies`` of the map that a flow of class inspect-sip is held against; 0: it is not looked into.
    func sipPolicy(
        _ question: AccessPolicy.Question, from ingress: InterfaceIndex, to egress: InterfaceIndex?, midstream: Bool
    ) -> UInt8 {
        find(question, from: ingress, to: egress, midstream)?.sipPolicy ?? 0
    }

    /// What a Skinny connection in the clear is held against; `nil`: it is none, or not looked into.
    func skinnyInspection(
        _ question: AccessPolicy.Question, from ingress: InterfaceIndex, to egress: InterfaceIndex?
    ) -> SkinnyInspection? {
        find(question, from: ingress, to: egress, false)?.skinny
    }

    /// Some class has `inspect skinny` for what is spoken in the clear.
    var inspectsSkinny: Bool { ([global] + perInterface).contains { $0.contains { $0.skinny != nil } } }

    private func find(
        _ question: AccessPolicy.Question, from ingress: InterfaceIndex, to egress: InterfaceIndex?, _ midstream: Bool
    ) -> Rule? {
        for interface in [ingress, egress] {
            guard let place = interface.map({ Int($0.rawValue) }), perInterface.indices.contains(place) else {
                continue
            }
            if let found = Self.find(perInterface[place], question, midstream) { return found }
        }
        return Self.find(global, question, midstream)
    }

    private static func find(_ rules: [Rule], _ question: AccessPolicy.Question, _ midstream: Bool) -> Rule? {
        rules.first { rule in
            func holds(_ condition: Condition) -> Bool { Self.holds(condition, rule.engine, question, midstream) }
            return rule.needsAll ? rule.conditions.allSatisfy(holds) : rule.conditions.contains(where: holds)
        }
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

    private static func rules(
        _ configuration: Configuration, interface: String?, _ policies: inout [SIPInspectionMap]
    ) -> [Rule] {
        let classes = configuration.servicePolicies
            .filter { $0.interface == interface }
            .compactMap { configuration.policyMaps[$0.policyMap] }
            .flatMap(\.classes)
        var rules: [Rule] = []
        for entry in classes {
            for inspection in entry.inspections {
                var rule = rule(configuration, entry.classMap, inspection.engine)
                if configuration.isForClear(inspection, in: entry.classMap) {
                    rule.sipPolicy = sipPolicy(of: inspection, configuration, &policies)
                    rule.skinny = skinny(inspection, entry.classMap, configuration)
                }
                rules.append(rule)
            }
        }
        return rules
    }

    private static func skinny(
        _ inspection: PolicyMap.Inspection, _ classMap: String, _ configuration: Configuration
    ) -> SkinnyInspection? {
        guard inspection.engine == .skinny else { return nil }
        let named = inspection.policy.flatMap { configuration.skinnyInspectionMaps[$0] }
        return SkinnyInspection(
            policy: named ?? SkinnyInspectionMap(name: inspection.policy ?? "default"), classMap: classMap)
    }

    private static func sipPolicy(
        of inspection: PolicyMap.Inspection, _ configuration: Configuration, _ policies: inout [SIPInspectionMap]
    ) -> UInt8 {
        guard inspection.engine == .sip else { return 0 }
        let named = inspection.policy.flatMap { configuration.sipInspectionMaps[$0] }
        let policy = named ?? SIPInspectionMap(name: inspection.policy ?? "default")
        if let known = policies.dropFirst().firstIndex(of: policy) { return UInt8(known) }
        guard policies.count < Int(UInt8.max) else { return 1 }
        policies.append(policy)
        return UInt8(policies.count - 1)
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
