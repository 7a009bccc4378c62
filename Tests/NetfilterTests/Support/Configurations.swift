import ConfigLanguage
import Wire

@testable import Netfilter

func ip(_ text: String) -> IPAddress {
    guard let address = IPAddress(text) else {
        preconditionFailure("not an address: \(text)")
    }
    return address
}

func host(_ text: String) -> AddressMatch { .range(AddressRange(host: ip(text))) }

extension IPPrefix {
    init(_ text: String, _ length: Int) {
        self = IPPrefix(ip(text), length: length) ?? IPPrefix(host: ip(text))
    }
}

extension StaticTranslation {
    static func host(_ real: String, to mapped: String, service: Service? = nil) -> StaticTranslation {
        StaticTranslation(
            realInterface: "inside", mappedInterface: "outside", real: IPPrefix(host: ip(real)),
            mapped: IPPrefix(host: ip(mapped)), service: service)
    }
}

extension Configuration {
    /// inside (100) on in0, outside (0) on out0; nothing translated, nothing inspected.
    static var plain: Configuration {
        var configuration = Configuration()
        var inside = Interface(device: "in0", name: "inside", securityLevel: 100)
        inside.address = ip("192.0.2.24")
        inside.network = IPPrefix("192.0.2.0", 24)
        var outside = Interface(device: "out0", name: "outside", securityLevel: 0)
        outside.address = ip("10.10.0.24")
        outside.network = IPPrefix("10.10.0.0", 24)
        configuration.interfaces = [inside, outside]
        return configuration
    }

    /// Example 1's TFTP server: 192.0.2.101 seen as 10.10.0.26, reachable at UDP port 69, inspected.
    static var tftp: Configuration {
        var configuration = plain
        configuration.translations = [.host("192.0.2.101", to: "10.10.0.26")]
        configuration.permit("pp", .udp, to: host("10.10.0.26"), port: 69)
        configuration.inspectTFTP()
        return configuration
    }

    /// Example 1 with its phone proxy: phones outside, SIP by TLS, media at .25 on either side.
    static var phones: Configuration {
        var configuration = tftp
        var proxy = PhoneProxyDefinition(name: "pp")
        proxy.tftpServers = [.init(address: ip("192.0.2.101"), interface: "inside")]
        proxy.mediaTermination = "media"
        configuration.phoneProxy = proxy
        var media = MediaTerminationDefinition(name: "media")
        media.addresses = [
            .init(address: ip("10.10.0.25"), interface: "outside"),
            .init(address: ip("192.0.2.25"), interface: "inside"),
        ]
        configuration.mediaTermination = media
        configuration.classMaps["sec_sip"] = ClassMap(name: "sec_sip", matches: [.port(.tcp, PortMatch(5061, 5061))])
        configuration.policyMaps["pp_policy"] = PolicyMap(
            name: "pp_policy",
            classes: [.init(classMap: "sec_sip", inspections: [.init(engine: .sip, phoneProxy: "pp")])])
        configuration.servicePolicies.append(ServicePolicy(policyMap: "pp_policy", interface: "outside"))
        return configuration
    }

    /// Example 1 without its phone proxy: Skinny in the clear.
    static var clearSkinny: Configuration {
        var configuration = tftp
        configuration.policyMaps["global_policy"]?.classes[0].inspections = [.init(engine: .skinny)]
        configuration.permit("in", .tcp, to: .range(AddressRange(host: ip("10.10.0.26"))), port: 2000)
        return configuration
    }

    mutating func permit(_ list: String, _ transport: IPProtocol?, to destination: AddressMatch, port: UInt16?) {
        let entry = AccessEntry(
            action: .permit, transport: transport, source: .any, destination: destination,
            destinationPorts: port.map { PortMatch($0, $0) } ?? .any, text: "")
        accessLists[list, default: AccessList(name: list)].entries.append(entry)
        let group = AccessGroup(list: list, direction: .inbound, interface: "outside")
        if !accessGroups.contains(group) { accessGroups.append(group) }
    }

    mutating func inspectTFTP() {
        classMaps["inspection_default"] = ClassMap(name: "inspection_default", matches: [.defaultInspectionTraffic])
        policyMaps["global_policy"] = PolicyMap(
            name: "global_policy",
            classes: [.init(classMap: "inspection_default", inspections: [.init(engine: .tftp)])])
        servicePolicies = [ServicePolicy(policyMap: "global_policy", interface: nil)]
    }
}
