import ConfigLanguage
import Inspection

/// `show service-policy`.
enum ShowServicePolicy {
    static func text(_ configuration: Configuration, _ tables: BoxTables) -> String {
        configuration.servicePolicies.flatMap { service in
            [
                service.interface.map { "Interface \($0):" } ?? "Global policy:",
                "  Service-policy: \(service.policyMap)",
            ]
                + (configuration.policyMaps[service.policyMap]?.classes ?? []).flatMap { policy in
                    ["    Class-map: \(policy.classMap)"] + policy.inspections.map { inspection($0, tables) }
                }
        }.joined(separator: "\n")
    }

    private static func inspection(_ inspection: PolicyMap.Inspection, _ tables: BoxTables) -> String {
        let policy = inspection.policy.map { " \($0)" } ?? ""
        return "      Inspect: \(inspection.engine.rawValue)\(policy), packet \(packets(inspection, tables)), "
            + "lock fail 0, drop \(drops(inspection, tables)), reset-drop 0"
    }

    private static func packets(_ inspection: PolicyMap.Inspection, _ tables: BoxTables) -> UInt64 {
        tables.counters.count(of: trafficClass(inspection.engine))
    }

    private static func drops(_ inspection: PolicyMap.Inspection, _ tables: BoxTables) -> UInt64 {
        inspection.engine == .tftp ? tables.counters.count(of: .inspectionFailed) : 0
    }

    private static func trafficClass(_ engine: InspectionProtocol) -> TrafficClass {
        switch engine {
        case .tftp: .inspectTFTP
        case .sip: .inspectSIP
        case .skinny: .inspectSkinny
        }
    }

    static func json(_ configuration: Configuration, _ tables: BoxTables) -> JSONValue {
        .array(
            configuration.servicePolicies.map { service in
                .object([
                    ("interface", .optional(service.interface) { .string($0) }),
                    ("policyMap", .string(service.policyMap)),
                    (
                        "classes",
                        .array(
                            (configuration.policyMaps[service.policyMap]?.classes ?? []).map { policy in
                                .object([
                                    ("classMap", .string(policy.classMap)),
                                    (
                                        "inspections",
                                        .array(
                                            policy.inspections.map {
                                                .object([
                                                    ("protocol", .string($0.engine.rawValue)),
                                                    ("packets", .count(packets($0, tables))),
                                                    ("drops", .count(drops($0, tables))),
                                                ])
                                            })
                                    ),
                                ])
                            })
                    ),
                ])
            })
    }
}
