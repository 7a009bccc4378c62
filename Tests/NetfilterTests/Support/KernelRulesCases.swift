import ConfigLanguage
import Testing
import Wire

@testable import Netfilter

extension KernelRulesTests {
    /// A configuration, and lines that its table must have in this order.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var configuration: Configuration
        var lines: [String]

        init(_ name: String, _ change: (inout Configuration) -> Void, _ lines: [String]) {
            testDescription = name
            configuration = .plain
            change(&configuration)
            self.lines = lines
        }
    }

    static let cases: [Case] = [
        Case(
            "downhill only without access lists", { _ in },
            [
                "chain in_inside {", "oifname \"in0\" goto acl_drop", "accept", "}",
                "chain in_outside {", "oifname \"out0\" goto acl_drop", "oifname \"in0\" goto acl_drop", "accept", "}",
            ]),
        Case(
            "equal levels are apart", { $0.interfaces[1].securityLevel = 100 },
            [
                "chain in_inside {", "oifname { \"in0\", \"out0\" } goto acl_drop",
                "chain in_outside {", "oifname { \"in0\", \"out0\" } goto acl_drop",
            ]),
        Case(
            "equal levels may talk where that is permitted",
            {
                $0.interfaces[1].securityLevel = 100
                $0.permitsSameSecurityTraffic = true
            },
            [
                "chain in_inside {", "oifname \"in0\" goto acl_drop", "accept",
                "chain in_outside {", "oifname \"out0\" goto acl_drop", "accept",
            ]),
        Case(
            "static PAT, both ways",
            {
                let service = StaticTranslation.Service(transport: .udp, realPort: 69, mappedPort: 7069)
                $0.translations = [.host("192.0.2.101", to: "10.10.0.24", service: service)]
            },
            [
                "iifname \"out0\" ip daddr 10.10.0.24 udp dport 7069 dnat ip to 192.0.2.101:69",
                "iifname \"in0\" oifname \"out0\" ip saddr 192.0.2.101 udp sport 69 snat ip to 10.10.0.24:7069",
            ]),
        Case(
            "a network onto a network, from everywhere",
            {
                $0.translations = [
                    StaticTranslation(
                        realInterface: nil, mappedInterface: nil, real: IPPrefix("192.0.2.128", 25),
                        mapped: IPPrefix("10.11.0.0", 25))
                ]
            },
            [
                "iifname { \"in0\", \"out0\" } ip daddr 10.11.0.0/25 dnat ip prefix to 192.0.2.128/25",
                "iifname { \"in0\", \"out0\" } oifname { \"in0\", \"out0\" } ip saddr 192.0.2.128/25 "
                    + "snat ip prefix to 10.11.0.0/25",
                "chain local {", "type filter hook input priority filter; policy accept;",
                "ip daddr 10.11.0.0/25 counter name \"acl-drop\" drop", "}",
            ]),
        Case(
            "IPv6 translation with a port",
            {
                var translation = StaticTranslation.host("2001:db8::7", to: "2001:db8:1::7")
                translation.service = .init(transport: .tcp, realPort: 2000, mappedPort: 7000)
                $0.translations = [translation]
            },
            ["iifname \"out0\" ip6 daddr 2001:db8:1::7 tcp dport 7000 dnat ip6 to [2001:db8::7]:2000"]),
        Case(
            "mapped addresses of IPv6 are nobody's to send from, but a shared network is",
            {
                $0.interfaces[1].address6 = ip("2001:db8:1::24")
                $0.translations = [
                    .host("2001:db8::7", to: "2001:db8:1::7"),
                    .host(
                        "2001:db8::7", to: "2001:db8:1::7", service: .init(transport: .tcp, realPort: 1, mappedPort: 2)),
                    StaticTranslation(
                        realInterface: "inside", mappedInterface: "outside", real: IPPrefix("2001:db8:8::", 64),
                        mapped: IPPrefix("2001:db8:1::", 64)),
                ]
            },
            [
                "counter sp-security-failed { }", "chain own_source {", "counter name \"sp-security-failed\" drop", "}",
                "chain arriving {", "fib saddr type local jump own_source", "ip6 saddr 2001:db8:1::7 jump own_source",
                "}",
            ]),
        Case(
            "any address, but a mapped port",
            {
                let service = StaticTranslation.Service(transport: .tcp, realPort: 2000, mappedPort: 7000)
                $0.translations = [.host("192.0.2.101", to: "10.10.0.24", service: service)]
                $0.permit("pp", .tcp, to: .any, port: 7000)
            },
            [
                "meta l4proto tcp th dport 7000 counter name \"acl/pp/1\" accept",
                "meta l4proto tcp ct original proto-dst 7000 counter name \"acl/pp/1\" accept",
            ]),
        Case(
            "entries in order, odd ones too",
            {
                $0.accessLists["a b"] = AccessList(name: "a b", entries: oddEntries)
                $0.accessGroups = [AccessGroup(list: "a b", direction: .inbound, interface: nil)]
            },
            [
                "ip saddr 10.10.0.0/24 ip daddr 192.0.2.1-192.0.2.7 meta l4proto tcp th sport 1024-65535 th dport != 80 "
                    + "counter name \"acl/a/20b/1\" goto acl_drop",
                "meta nfproto ipv4 meta l4proto icmp icmp type 8 counter name \"acl/a/20b/3\" accept",
                "counter name \"acl/a/20b/4\" accept",
                "goto acl_drop",
            ]),
        Case(
            "outbound lists know mapped sources",
            {
                $0.translations = [.host("192.0.2.101", to: "10.10.0.26")]
                let entry = AccessEntry(
                    action: .permit, transport: nil, source: host("10.10.0.26"), destination: .any, text: "")
                $0.accessLists["out"] = AccessList(name: "out", entries: [entry])
                $0.accessGroups = [AccessGroup(list: "out", direction: .outbound, interface: "outside")]
            },
            [
                "chain out_outside {", "ip saddr 10.10.0.26 counter name \"acl/out/1\" accept",
                "ip saddr 192.0.2.101 counter name \"acl/out/1\" accept", "goto acl_drop",
            ]),
        Case(
            "a list that does not exist denies all",
            { $0.accessGroups = [AccessGroup(list: "none", direction: .inbound, interface: "inside")] },
            ["chain in_inside {", "oifname \"in0\" goto acl_drop", "goto acl_drop", "}"]),
        Case(
            "a class of its own ports",
            {
                $0.inspectTFTP()
                $0.classMaps["inspection_default"]?.matches = [.port(.udp, PortMatch(6969, 6970)), .port(.tcp, .any)]
            },
            [
                "chain from_1 {",
                "meta nfproto ipv4 meta l4proto udp udp dport != 6969-6970 ip saddr . udp sport @tftp_known4_1 "
                    + "meta mark set meta mark & 0x00000fff | 0x50500000 notrack accept",
                "chain arriving {", "meta l4proto udp th dport 6969-6970 goto tftp_request",
            ]),
        Case(
            "more interfaces than are compared one by one",
            {
                $0.inspectTFTP()
                $0.interfaces += (1...3).map { Interface(device: "dmz\($0)", name: "dmz\($0)", securityLevel: 50) }
            },
            [
                "chain steer {",
                "iifname vmap { \"in0\" : goto from_1, \"out0\" : goto from_2, \"dmz1\" : goto from_3, "
                    + "\"dmz2\" : goto from_4, \"dmz3\" : goto from_5 }", "}",
            ]),
        Case(
            "a class by access list, real address and mapped",
            {
                $0.inspectTFTP()
                $0.translations = [.host("192.0.2.101", to: "10.10.0.26")]
                let entries = [
                    AccessEntry(
                        action: .deny, transport: .udp, source: host("10.10.0.66"), destination: .any, text: ""),
                    AccessEntry(
                        action: .permit, transport: nil, source: .any, destination: host("192.0.2.101"), text: ""),
                ]
                $0.accessLists["tftp"] = AccessList(name: "tftp", entries: entries)
                $0.classMaps["inspection_default"]?.matches = [.accessList("tftp")]
            },
            [
                "chain class_1 {", "ip saddr 10.10.0.66 meta l4proto udp th dport 69 return",
                "ip daddr 192.0.2.101 meta l4proto udp th dport 69 goto tftp_request",
                "ip daddr 10.10.0.26 meta l4proto udp th dport 69 goto tftp_request", "}",
            ]),
    ]

    private static let oddEntries = [
        AccessEntry(
            action: .deny, transport: .tcp, source: .range(AddressRange(IPPrefix("10.10.0.0", 24))),
            sourcePorts: PortMatch(1024, 65535),
            destination: .range(AddressRange(ip("192.0.2.1"), ip("192.0.2.7"))),
            destinationPorts: PortMatch(80, 80, isInverted: true), text: ""),
        // No packet goes from IPv4 to IPv6: no rule, though it keeps its number.
        AccessEntry(action: .permit, transport: nil, source: .anyV4, destination: .anyV6, text: ""),
        AccessEntry(action: .permit, transport: .icmp, source: .anyV4, destination: .any, icmpType: 8, text: ""),
        AccessEntry(action: .permit, transport: nil, source: .any, destination: .any, text: ""),
        AccessEntry(action: .deny, transport: nil, source: .any, destination: .any, isInactive: true, text: ""),
    ]
}
