import ConfigLanguage
import TestSupport
import Testing
import Wire

/// Configurations that tests start from, as the commands would build them.
extension Configuration {
    /// The box of the first example: call server and TFTP server inside, remote phones outside. IPv6 beside it.
    static func box() throws -> Configuration {
        var configuration = Configuration()
        configuration.interfaces = [
            try interface("inside", level: 100, "192.0.2.1", "192.0.2.0/24", "2001:db8:1::1", "2001:db8:1::/64"),
            try interface("outside", level: 0, "10.10.0.24", "10.10.0.0/24", "2001:db8:2::1", "2001:db8:2::/64"),
        ]
        configuration.inspectEverything()
        return configuration
    }

    /// No interface: everything is permitted and inspected, as for a recording that comes by itself.
    static func recording() -> Configuration {
        var configuration = Configuration()
        configuration.inspectEverything()
        return configuration
    }

    static func interface(
        _ name: String, level: Int, _ own: String, _ network: String, _ own6: String? = nil, _ network6: String? = nil
    ) throws -> Interface {
        var interface = Interface(device: name + "0", name: name, securityLevel: level)
        interface.address = try TestSupport.address(own)
        interface.network = try prefix(network)
        interface.address6 = try own6.map(TestSupport.address)
        interface.network6 = try network6.map(prefix)
        return interface
    }

    mutating func inspectEverything() {
        inspect(.defaultInspectionTraffic, InspectionProtocol.allCases)
    }

    /// `class-map` with one match, `policy-map` with its inspections, and `service-policy`.
    mutating func inspect(
        _ match: ClassMap.Match, _ engines: [InspectionProtocol], interface: String? = nil, name: String = "inspection"
    ) {
        classMaps[name] = ClassMap(name: name, matches: [match])
        let policy = PolicyMap.Class(classMap: name, inspections: engines.map { PolicyMap.Inspection(engine: $0) })
        policyMaps[name] = PolicyMap(name: name, classes: [policy])
        servicePolicies = servicePolicies.filter { $0.interface != interface }
        servicePolicies.append(ServicePolicy(policyMap: name, interface: interface))
    }

    /// `nat (real,mapped) static MAPPED [service udp REAL MAPPED]`.
    func translating(
        _ real: String, to mapped: String, service: (real: UInt16, mapped: UInt16)? = nil,
        from inside: String? = "inside", seenFrom outside: String? = "outside"
    ) throws -> Configuration {
        var configuration = self
        let service = service.map {
            StaticTranslation.Service(transport: .udp, realPort: $0.real, mappedPort: $0.mapped)
        }
        configuration.translations.append(
            StaticTranslation(
                realInterface: inside, mappedInterface: outside, real: try Self.prefix(real),
                mapped: try Self.prefix(mapped), service: service))
        return configuration
    }

    /// `access-list NAME …` and `access-group NAME in|out interface IFC` (`nil`: `global`).
    func listing(
        _ entries: [AccessEntry], on interface: String?, _ direction: AccessGroup.Direction = .inbound
    ) -> Configuration {
        var configuration = self
        let name = "\(interface ?? "global")-\(direction.rawValue)"
        configuration.accessLists[name] = AccessList(name: name, entries: entries)
        configuration.accessGroups.append(AccessGroup(list: name, direction: direction, interface: interface))
        return configuration
    }

    static func prefix(_ text: String) throws -> IPPrefix {
        let parts = text.split(separator: "/")
        let host = try TestSupport.address(String(parts[0]))
        guard parts.count == 2, let length = Int(parts[1]) else { return IPPrefix(host: host) }
        return try #require(IPPrefix(host, length: length), "\(text)")
    }
}

/// One access entry; addresses are `any`, `a.b.c.d` or `a.b.c.d/n`.
func entry(
    _ action: AccessEntry.Action, _ transport: IPProtocol? = nil, from source: String = "any",
    ports: PortMatch = .any, to destination: String = "any", eq port: UInt16? = nil, icmpType: UInt8? = nil,
    logs: Bool = false, isInactive: Bool = false
) throws -> AccessEntry {
    func match(_ text: String) throws -> AddressMatch {
        text == "any" ? .any : .range(AddressRange(try Configuration.prefix(text)))
    }
    return AccessEntry(
        action: action, transport: transport, source: try match(source), sourcePorts: ports,
        destination: try match(destination), destinationPorts: port.map { PortMatch($0, $0) } ?? .any,
        icmpType: icmpType, logs: logs, isInactive: isInactive, text: "\(action)")
}

extension Configuration {
    /// Static PAT of one port of the outside interface's address: `nat (inside,outside) static interface service udp 69 69`.
    static func patBox() throws -> Configuration {
        try Configuration.box()
            .translating("192.0.2.101", to: "10.10.0.24", service: (69, 69))
            .listing([try entry(.permit, .udp, to: "10.10.0.24", eq: 69)], on: "outside")
    }
}
