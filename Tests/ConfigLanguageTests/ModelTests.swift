import Testing
import Wire

@testable import ConfigLanguage

@Suite("What a command means")
struct ModelTests {
    @Test func interfacesHaveTheNamesLevelsAndNetworksThatTheFileGives() throws {
        let configuration = valid(
            """
            hostname edge-1
            interface eth0
             description to the Internet, "quoted" and all
             nameif outside
             ip address 10.10.0.24 255.255.255.0
             ipv6 address 2001:db8::24/64
             inspection fail-open
            interface eth1
             nameif inside
             ip address 192.0.2.24 255.255.255.0
             shutdown
            interface eth2
             nameif dmz
             security-level 50
             shutdown
             no shutdown
            """)
        #expect(configuration.hostname == "edge-1")
        #expect(configuration.interfaces.map(\.name) == ["outside", "inside", "dmz"])
        #expect(configuration.interfaces.map(\.device) == ["eth0", "eth1", "eth2"])
        // As on the ASA: inside is trusted, whatever else is not.
        #expect(configuration.interfaces.map(\.securityLevel) == [0, 100, 50])
        #expect(configuration.interfaces.map(\.isShutdown) == [false, true, false])
        let outside = try #require(configuration.interface(named: "outside"))
        #expect(outside.address == IPAddress("10.10.0.24"))
        #expect(outside.network.map(String.init(describing:)) == "10.10.0.0/24")
        #expect(outside.address6 == IPAddress("2001:db8::24"))
        #expect(outside.network6.map(String.init(describing:)) == "2001:db8::/64")
        #expect(outside.failurePolicy == .open)
    }

    @Test func anInterfaceWithoutNameifCarriesNothingAndIsWarnedOf() {
        let result = read("interface eth0\n ip address 10.0.0.1 255.255.255.0\ninterface eth1\n shutdown\n no nameif")
        #expect(result.configuration.interfaces.isEmpty)
        #expect(result.diagnostics.map(\.severity) == [.warning])
    }

    @Test(arguments: [
        ("permit udp any host 10.10.0.26 eq 69", "permit udp any host 10.10.0.26 eq tftp"),
        ("permit udp any host 10.10.0.26 eq tftp", "permit udp any host 10.10.0.26 eq tftp"),
        (
            "permit tcp 10.0.0.0 255.0.0.0 gt 1023 any4 range 2000 2443",
            "permit tcp 10.0.0.0 255.0.0.0 gt 1023 any4 range 2000 2443"
        ),
        ("deny 17 any6 any neq 5060", "deny udp any6 any neq sip"),
        ("permit icmp any any echo", "permit icmp any any echo"),
        ("permit tcp any any eq http", "permit tcp any any eq www"),
        ("deny ip any any log", "deny ip any any log"),
        ("deny ip any any log warn interval 60 inactive", "deny ip any any log warnings interval 60 inactive"),
        ("permit ip 2001:db8::/32 host 2001:db8::1", "permit ip 2001:db8::/32 host 2001:db8::1"),
        ("permit tcp any interface outside eq 5061", "permit tcp any interface outside eq 5061"),
        ("permit ip object lan any", "permit ip object lan any"),
    ])
    func anEntryIsPrintedInFullAsTheASADoes(written: String, printed: String) {
        let configuration = valid(
            twoInterfaces + "object network lan\n subnet 192.0.2.0 255.255.255.0\naccess-list a \(written)")
        #expect(configuration.accessLists["a"]?.entries.map(\.text) == ["access-list a extended \(printed)"])
    }

    @Test func anEntryMatchesWhatItSays() throws {
        let configuration = valid(
            twoInterfaces + """
                object network lan
                 subnet 192.0.2.0 255.255.255.0
                access-list a extended permit udp object lan host 10.10.0.26 eq 69
                access-list a extended deny tcp any interface outside neq 5061 log disable
                access-list a extended permit icmp6 any6 any6 echo-reply
                access-list a extended permit tcp 0.0.0.0 0.0.0.0 any lt 1024 inactive
                access-list a extended permit ip any any log
                """)
        let entries = try #require(configuration.accessLists["a"]?.entries)
        try #require(entries.count == 5)
        #expect(entries[0].transport == .udp)
        #expect(entries[0].source == .range(AddressRange(try #require(IPPrefix(address("192.0.2.0"), length: 24)))))
        #expect(entries[0].destination == .range(AddressRange(host: address("10.10.0.26"))))
        #expect(entries[0].destinationPorts == PortMatch(69, 69))
        #expect(entries[1].destination == .range(AddressRange(host: address("10.10.0.24"))))
        #expect(entries[1].destinationPorts == PortMatch(5061, 5061, isInverted: true))
        #expect(!entries[1].logs)
        #expect(entries[2].icmpType == 129)
        #expect(entries[3].source == .anyV4)
        #expect(entries[3].destinationPorts == PortMatch(0, 1023))
        #expect(entries[3].isInactive)
        #expect(entries[4].transport == nil)
        #expect(entries[4].logs)
    }

    @Test func aLineNumberPutsAnEntryInItsPlaceAndRemarksCount() {
        let configuration = valid(
            """
            access-list a remark first of all
            access-list a permit tcp any any eq 1
            access-list a permit tcp any any eq 3
            access-list a line 3 permit tcp any any eq 2
            access-list a line 99 permit tcp any any eq 4
            """)
        #expect(configuration.accessLists["a"]?.entries.map(\.destinationPorts.first) == [1, 2, 3, 4])
    }

    @Test func aNameStandsWhereverAnAddressDoes() throws {
        let configuration = valid(
            twoInterfaces + """
                names
                name 192.0.2.101 cucm description the publisher
                name 10.10.0.26 in
                name 10.10.0.1 gateway
                static (inside,outside) in cucm
                access-list a permit ip host cucm host in
                route outside 0 0 gateway
                access-group a in interface outside
                """)
        #expect(configuration.names["cucm"] == IPAddress("192.0.2.101"))
        #expect(configuration.translations.first?.real == IPPrefix(host: address("192.0.2.101")))
        #expect(configuration.translations.first?.mapped == IPPrefix(host: address("10.10.0.26")))
        #expect(
            configuration.accessLists["a"]?.entries.first?.text == "access-list a extended permit ip host cucm host in")
        #expect(configuration.routes.first?.gateway == IPAddress("10.10.0.1"))
    }

    @Test func routesLeadThroughTheirInterface() {
        let configuration = valid(
            twoInterfaces
                + "route outside 0.0.0.0 0.0.0.0 10.10.0.1 1\nroute inside 172.16.0.0 255.240.0.0 192.0.2.1 200")
        #expect(configuration.routes.map(\.interface) == ["outside", "inside"])
        #expect(configuration.routes.map(\.destination.description) == ["0.0.0.0/0", "172.16.0.0/12"])
        #expect(configuration.routes.map(\.metric) == [1, 200])
    }

    @Test func accessGroupsApplyInTheirDirection() {
        let configuration = valid(
            twoInterfaces + """
                access-list a permit ip any any
                access-group a in interface outside
                access-group a out interface outside
                access-group a global
                """)
        #expect(
            configuration.accessGroups == [
                AccessGroup(list: "a", direction: .inbound, interface: "outside"),
                AccessGroup(list: "a", direction: .outbound, interface: "outside"),
                AccessGroup(list: "a", direction: .inbound, interface: nil),
            ])
    }
}

/// An address that the test itself writes right.
func address(_ text: String) -> IPAddress { IPAddress(text) ?? .anyV6 }
