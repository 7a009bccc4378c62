/// What is inspected when a configuration says nothing about it, as an ASA comes from the factory: by the global policy
/// `global_policy`, on the default ports.
public enum DefaultInspection {
    public static let classMap = ClassMap(name: "inspection_default", matches: [.defaultInspectionTraffic])

    public static let policyMap = PolicyMap(
        name: "global_policy",
        classes: [
            PolicyMap.Class(
                classMap: classMap.name,
                inspections: InspectionProtocol.allCases.map { PolicyMap.Inspection(engine: $0) })
        ])

    public static let servicePolicy = ServicePolicy(policyMap: policyMap.name, interface: nil)
}

extension Configuration {
    /// For recorded traffic that comes without a configuration: no interfaces, so that everything is permitted, and the
    /// default inspection.
    public static let inspectEverything: Configuration = {
        var configuration = Configuration()
        configuration.classMaps = [DefaultInspection.classMap.name: DefaultInspection.classMap]
        configuration.policyMaps = [DefaultInspection.policyMap.name: DefaultInspection.policyMap]
        configuration.servicePolicies = [DefaultInspection.servicePolicy]
        return configuration
    }()
}
