/// What is looked into without a phone proxy in between.
extension Configuration {
    /// Whether an inspection looks at what is spoken in the clear. What phones say by TLS is the phone proxy's: of a class that
    /// is for one only the clear port is looked into without it, where it leaves the port open.
    public func isForClear(_ inspection: PolicyMap.Inspection, in classMap: String) -> Bool {
        inspection.phoneProxy == nil || leavesPortsOpen(classMap)
    }

    /// A class that leaves the port to the protocol.
    private func leavesPortsOpen(_ classMap: String) -> Bool {
        let matches = classMaps[classMap]?.matches ?? [.any]
        return matches.contains(.any) || matches.contains(.defaultInspectionTraffic)
    }

    /// Some policy that is in force looks into Skinny in the clear: connections are carried as streams.
    public var inspectsClearSkinny: Bool {
        servicePolicies.compactMap { policyMaps[$0.policyMap] }.flatMap(\.classes).contains { entry in
            entry.inspections.contains { $0.engine == .skinny && isForClear($0, in: entry.classMap) }
        }
    }
}
