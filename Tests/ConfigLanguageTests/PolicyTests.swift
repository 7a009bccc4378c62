import Testing
import Wire

@testable import ConfigLanguage

@Suite("What is inspected")
struct PolicyTests {
    /// What is inspected in the class `inspection_default` of `global_policy`; `nil` when that policy is not in force.
    static func defaultInspections(_ configuration: Configuration) -> Set<InspectionProtocol>? {
        guard configuration.servicePolicies.contains(DefaultInspection.servicePolicy) else { return nil }
        let entry = configuration.policyMaps["global_policy"]?.classes.first { $0.classMap == "inspection_default" }
        return Set(entry?.inspections.map(\.engine) ?? [])
    }

    @Test(
        arguments: [
            ("", [.tftp, .sip, .skinny]),
            ("hostname box", [.tftp, .sip, .skinny]),
            ("no service-policy global_policy global", nil),
            ("policy-map mine\nservice-policy mine global", nil),
            ("policy-map mine\nservice-policy mine interface outside", [.tftp, .sip, .skinny]),
            ("policy-map global_policy\n class inspection_default\n  no inspect sip", [.tftp, .skinny]),
            ("policy-map global_policy\n class inspection_default\n  no inspect sip\n  no inspect skinny", [.tftp]),
            // A listing, as `show running-config` prints it: what is not in it was turned off.
            (
                "policy-map global_policy\n class inspection_default\n  inspect tftp\n  inspect skinny",
                [.tftp, .skinny]
            ),
            ("policy-map global_policy\n class inspection_default\n  inspect dns preset\n  inspect tftp", [.tftp]),
            (
                "policy-map global_policy\n class inspection_default\n  no inspect sip\n  inspect sip",
                [.tftp, .sip, .skinny]
            ),
        ] as [(String, Set<InspectionProtocol>?)])
    func theDefaultStandsUntilTheFileSaysOtherwise(text: String, expected: Set<InspectionProtocol>?) {
        #expect(Self.defaultInspections(valid(twoInterfaces + text)) == expected)
    }

    @Test func withoutAnyConfigurationEverythingIsInspectedAndNothingForbidden() {
        let configuration = Configuration.inspectEverything
        #expect(Self.defaultInspections(configuration) == Set(InspectionProtocol.allCases))
        #expect(configuration.interfaces.isEmpty && configuration.accessGroups.isEmpty)
        #expect(configuration == valid(""))
    }

    @Test func classesKeepTheirOrderAndClassDefaultComesLast() {
        let configuration = valid(
            twoInterfaces + """
                access-list l permit udp any any
                class-map phones
                 match port tcp eq 2000
                class-map match-any servers
                 match port udp range 5060 5061
                 match access-list l
                policy-map p
                 class class-default
                  inspect tftp
                 class phones
                 class servers
                  inspect tftp
                service-policy p interface inside fail-close
                """)
        #expect(configuration.policyMaps["p"]?.classes.map(\.classMap) == ["phones", "servers", "class-default"])
        #expect(configuration.classMaps["phones"]?.matches == [.port(.tcp, PortMatch(2000, 2000))])
        #expect(configuration.classMaps["phones"]?.matchesAll == true)
        #expect(
            configuration.classMaps["servers"]?.matches
                == [.port(.udp, PortMatch(5060, 5061)), .accessList("l")])
        #expect(configuration.classMaps["servers"]?.matchesAll == false)
        #expect(configuration.servicePolicies.last == ServicePolicy(policyMap: "p", interface: "inside"))
    }

    @Test func inspectionNamesItsMapAndWithoutAPhoneProxyIsNotYetInForce() {
        let result = read(
            """
            policy-map type inspect sip strict
             parameters
              max-forwards-validation action drop log
             match request-method invite
              rate-limit 100
            policy-map type inspect skinny old
             parameters
              message-id max 0x141
              timeout media 0:01:00
            policy-map p
             class class-default
              inspect sip strict
              inspect skinny old
            """)
        #expect(result.isValid)
        let inspections = result.configuration.policyMaps["p"]?.classes.first?.inspections
        #expect(inspections?.map(\.policy) == ["strict", "old"])
        #expect(result.isInForce)
    }

    @Test func whatIsSpokenInTheClearIsLookedIntoWhereAPolicyLeavesIt() {
        func inspectsSkinny(_ lines: String) -> Bool { read(lines).configuration.inspectsClearSkinny }
        #expect(inspectsSkinny(""), "the global policy that a box comes with")
        #expect(!inspectsSkinny("policy-map global_policy\n class inspection_default\n  no inspect skinny"))
        let lists =
            "class-map secure\n match port tcp eq 2443\nclass-map any\n match any\n"
            + "policy-map global_policy\n class inspection_default\n  no inspect skinny\n"
        #expect(inspectsSkinny(lists + " class secure\n  inspect skinny"))
    }

    @Test func protocolsThatOnlyTheASAInspectsAreWarnedOf() {
        let result = read("policy-map p\n class class-default\n  inspect h323 h225\n  inspect dns preset_dns_map")
        #expect(result.isInForce)
        #expect(
            result.messages(.warning) == ["h323 is not inspected by this box", "dns is not inspected by this box"])
    }

    @Test func oneProtocolIsInspectedOnceInAClass() {
        let result = read("policy-map p\n class class-default\n  inspect sip\n  inspect sip other")
        #expect(result.messages(.error).first?.contains("remove that first") == true)
    }
}
