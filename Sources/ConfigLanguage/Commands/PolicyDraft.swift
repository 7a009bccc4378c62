/// Class-maps, policy-maps and service policies. It begins with the default inspection, which the file may list anew,
/// change or take away.
struct PolicyDraft {
    struct Class {
        var classMap: Located<String>
        var inspections: [Inspection]
        /// As it came from the factory. The first `inspect` that the file writes here begins a listing of its own, as in
        /// `show running-config`; a `no inspect` changes the default instead.
        var isBuiltIn = false
    }

    struct Inspection {
        var value: PolicyMap.Inspection
        var uses: [Reference]
        var site: Site
    }

    struct Policy {
        var name: Located<String>
        var classes: [Class]
    }

    struct Service {
        var policyMap: Located<String>
        /// `nil` for `global`.
        var interface: Located<String>?
        var isBuiltIn = false
    }

    struct Matches {
        var name: Located<String>
        var matchesAll = true
        var matches: [Located<ClassMap.Match>] = []
    }

    var classMaps: [String: Matches]
    var policyMaps: [String: Policy]
    var services: [Service]

    init() {
        func builtIn(_ name: String) -> Located<String> { Located(name, at: .builtIn) }
        let classMap = DefaultInspection.classMap
        let policyMap = DefaultInspection.policyMap
        classMaps = [
            classMap.name: Matches(
                name: builtIn(classMap.name), matches: classMap.matches.map { Located($0, at: .builtIn) })
        ]
        policyMaps = [
            policyMap.name: Policy(
                name: builtIn(policyMap.name),
                classes: policyMap.classes.map { entry in
                    Class(
                        classMap: builtIn(entry.classMap),
                        inspections: entry.inspections.map { Inspection(value: $0, uses: [], site: .builtIn) },
                        isBuiltIn: true)
                })
        ]
        services = [Service(policyMap: builtIn(policyMap.name), interface: nil, isBuiltIn: true)]
    }
}
