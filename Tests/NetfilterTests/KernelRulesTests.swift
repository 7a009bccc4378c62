import ConfigLanguage
import Testing
import Wire

@testable import Netfilter

@Suite struct KernelRulesTests {
    static let listening: KernelRules.Options = {
        var options = KernelRules.Options()
        options.terminatorPort = 15061
        return options
    }()

    /// The lines of a chain, or of any block that begins so.
    private func block(_ head: String, of rules: KernelRules) -> [String] {
        let lines = rules.nft.split(separator: "\n").map { $0.drop { $0 == " " } }.map(String.init)
        guard let start = lines.firstIndex(of: head + " {") else { return [] }
        return Array(lines[(start + 1)...].prefix { $0 != "}" })
    }

    @Test func phonesConnectionsGoToTheEngineThenToTheTerminator() throws {
        let rules = try KernelRules(.phones, Self.listening)
        #expect(
            block("chain arriving", of: rules).prefix(3) == [
                "fib saddr type local jump own_source",
                "iifname \"out0\" ip daddr . tcp dport { 10.10.0.26 . 5061 } goto secure_arriving",
                "iifname \"in0\" ip saddr . tcp sport { 192.0.2.101 . 5060, 192.0.2.101 . 5061 } "
                    + "socket transparent 1 goto to_terminator",
            ])
        #expect(
            block("chain secure_arriving", of: rules) == [
                "tcp flags & (fin | syn | rst | ack) == syn goto to_engine", "socket transparent 1 goto to_terminator",
                "counter name \"tcp-not-syn\" drop",
            ])
        #expect(
            block("chain to_terminator", of: rules) == [
                "meta mark set meta mark & 0x000fffff | 0x50800000 notrack accept"
            ])
        #expect(
            block("chain app_redirect", of: rules) == [
                "type filter hook prerouting priority mangle; policy accept;",
                "meta mark & 0xfff00000 == 0x50500000 iifname \"out0\" ip daddr . tcp dport { 10.10.0.26 . 5061 } "
                    + "goto to_listener",
            ])
        #expect(
            block("chain to_listener", of: rules) == [
                "meta nfproto ipv4 meta l4proto tcp tproxy ip to 127.0.0.1:15061 "
                    + "meta mark set meta mark & 0x000fffff | 0x50800000 counter name \"app-redirect\" accept",
                "counter name \"acl-drop\" drop",
            ])
        #expect(
            block("chain local", of: rules)[1...2] == [
                "meta mark & 0xfff00000 == 0x50800000 accept",
                "icmp type destination-unreachable icmp code frag-needed accept",
            ])
        #expect(
            block("chain injected", of: rules)[2...] == [
                "ip saddr . tcp sport { 10.10.0.26 . 5061 } notrack",
                "ip daddr . tcp dport { 192.0.2.101 . 5060, 192.0.2.101 . 5061 } notrack",
                "ip saddr { 10.10.0.25, 192.0.2.25 } meta l4proto udp notrack",
            ])
        #expect(rules.hasTerminator && !rules.terminatesIPv6)
        var v6 = Configuration.phones
        v6.translations.append(.host("2001:db8::101", to: "2001:db8:1::26"))
        let both = try KernelRules(v6, Self.listening)
        #expect(block("chain to_listener", of: both)[1].contains("tproxy ip6 to [::1]:15061"))
        #expect(both.nft.contains("ip6 daddr . tcp dport { 2001:db8:1::26 . 5061 } goto secure_arriving"))
        #expect(both.terminatesIPv6)
    }

    @Test func whereNobodyListensNothingIsRedirected() throws {
        let rules = try KernelRules(.phones)
        #expect(!rules.nft.contains("tproxy") && !rules.nft.contains("secure_arriving"))
        #expect(!rules.hasTerminator)
        var skinny = Self.listening
        skinny.terminated = [.skinny]
        #expect(try !KernelRules(.phones, skinny).nft.contains("tproxy"))
        // And secure ports are no inspected traffic.
        var options = Self.listening
        options.inspected = [.tftp, .sip]
        let steered = try KernelRules(.phones, options)
        #expect(!block("chain arriving", of: steered).contains { $0.contains("th dport 5061") })
    }

    @Test func inTheClearTheEngineChoosesWhatIsRedirected() throws {
        var options = KernelRules.Options()
        options.clearTerminatorPort = 12000
        let rules = try KernelRules(.clearSkinny, options)
        #expect(
            block("chain arriving", of: rules)[1...2] == [
                "meta l4proto tcp th dport 2000 goto clear_arriving",
                "meta l4proto tcp th sport 2000 goto clear_arriving",
            ])
        #expect(
            block("chain clear_arriving", of: rules) == [
                "tcp flags & (fin | syn | rst | ack) == syn goto to_engine", "socket transparent 1 goto to_terminator",
                "goto to_engine",
            ])
        #expect(
            block("chain app_redirect", of: rules)[1...] == [
                "meta mark & 0xfff00000 == 0x50900000 goto to_clear_listener"
            ])
        #expect(
            block("chain to_clear_listener", of: rules) == [
                "meta nfproto ipv4 meta l4proto tcp tproxy ip to 127.0.0.1:12000 "
                    + "meta mark set meta mark & 0x000fffff | 0x50800000 counter name \"app-redirect\" accept",
                "counter name \"acl-drop\" drop",
            ])
        #expect(
            block("chain injected", of: rules)[2...] == [
                "meta l4proto tcp th dport 2000 notrack", "meta l4proto tcp th sport 2000 notrack",
            ])
        #expect(rules.hasTerminator && rules.hasSteeredSets && !rules.nft.contains("secure_arriving"))
        // Without a listener the engine has it packet by packet.
        let unheard = try KernelRules(.clearSkinny)
        #expect(block("chain arriving", of: unheard).contains("meta l4proto tcp th dport 2000 goto to_engine"))
        #expect(!unheard.hasTerminator)
    }

    @Test func aBoxThatOnlyRedirectsHasItsQueues() throws {
        var configuration = Configuration.phones
        configuration.servicePolicies.removeFirst()
        var options = Self.listening
        options.inspected = []
        let rules = try KernelRules(configuration, options)
        #expect(rules.queues.map(\.number) == [5060, 5061])
        #expect(!block("chain to_engine", of: rules).isEmpty)
    }

    @Test func mediaEndsAtItsAddressesAndNothingElseIsThere() throws {
        let rules = try KernelRules(.phones)
        #expect(
            block("chain media_address", of: rules) == [
                "iifname \"out0\" ip daddr 10.10.0.25 udp dport 16384-32767 counter name \"media-termination\" drop",
                "iifname \"in0\" ip daddr 192.0.2.25 udp dport 16384-32767 counter name \"media-termination\" drop",
                "icmp type echo-request return",
                "icmpv6 type { echo-request, nd-neighbor-solicit, nd-neighbor-advert } return",
                "counter name \"acl-drop\" drop",
            ])
        #expect(
            rules.mappedAddresses.flatMap(\.commands).contains(
                ["route", "replace", "local", "192.0.2.25/32", "dev", "in0", "table", "local", "proto", "80"]))
        var one = Configuration.phones
        one.mediaTermination?.addresses = [.init(address: ip("203.0.113.9"))]
        one.mediaTermination?.ports = 2000...40000
        let global = try KernelRules(one)
        #expect(
            block("chain media_address", of: global).first
                == "ip daddr 203.0.113.9 udp dport 2000-40000 counter name \"media-termination\" drop")
        #expect(block("chain from_1", of: global).first == "ip daddr 203.0.113.9 jump media_address")
    }

    @Test func pingsOfTheBoxAreAsItsRulesSay() throws {
        var configuration = Configuration.phones
        configuration.icmpRules = [
            ICMPRule(action: .permit, source: host("10.10.0.16"), type: 8, interface: "outside"),
            ICMPRule(action: .deny, source: .anyV4, type: 13, interface: "outside"),
            ICMPRule(action: .permit, source: .any, interface: "outside"),
            ICMPRule(action: .deny, source: host("2001:db8::1"), type: 128, interface: "inside"),
        ]
        let rules = try KernelRules(configuration)
        #expect(
            block("chain box_icmp", of: rules) == [
                "type filter hook input priority filter - 1; policy accept;",
                "iifname \"in0\" meta l4proto icmpv6 goto icmp6_inside",
                "iifname \"out0\" meta l4proto icmp goto icmp_outside",
            ])
        #expect(
            block("chain icmp_outside", of: rules) == [
                "icmp type destination-unreachable icmp code frag-needed accept",
                "ip saddr 10.10.0.16 meta l4proto icmp icmp type 8 accept",
                "meta nfproto ipv4 meta l4proto icmp icmp type 13 counter name \"acl-drop\" drop",
                "meta l4proto icmp accept", "counter name \"acl-drop\" drop",
            ])
        #expect(block("chain icmp6_inside", of: rules).count == 3)
    }

    @Test func exampleOneBecomesThisTable() throws {
        let rules = try KernelRules(.tftp)
        let expected = """
            add table inet phoneproxy
            delete table inet phoneproxy
            table inet phoneproxy {
                counter acl/pp/1 { }
                counter acl-drop { }
                counter ct-invalid { }
                chain inbound {
                    type filter hook forward priority filter - 1; policy accept;
                    meta mark & 0xfff00000 == 0x50500000 ct state untracked accept
                    ct state established,related accept
                    iifname { "in0", "out0" } ct state invalid counter name "ct-invalid" drop
                    iifname "in0" goto in_inside
                    iifname "out0" goto in_outside
                }
                chain in_inside {
                    oifname "in0" goto acl_drop
                    accept
                }
                chain in_outside {
                    oifname "out0" goto acl_drop
                    ip daddr 10.10.0.26 meta l4proto udp th dport 69 counter name "acl/pp/1" accept
                    meta nfproto ipv4 ct original ip daddr 10.10.0.26 meta l4proto udp ct original proto-dst 69 counter name "acl/pp/1" accept
                    goto acl_drop
                }
                chain acl_drop {
                    counter name "acl-drop" drop
                }
                chain translate_destination {
                    type nat hook prerouting priority dstnat; policy accept;
                    iifname "out0" ip daddr 10.10.0.26 dnat ip to 192.0.2.101
                }
                chain translate_source {
                    type nat hook postrouting priority srcnat; policy accept;
                    iifname "in0" oifname "out0" ip saddr 192.0.2.101 snat ip to 10.10.0.26
                }
                chain local {
                    type filter hook input priority filter; policy accept;
                    ip daddr 10.10.0.26 counter name "acl-drop" drop
                }
                counter sp-security-failed { }
                chain own_source {
                    ct state != invalid return
                    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } return
                    counter name "sp-security-failed" drop
                }
                set tftp_clients4 { typeof ip saddr . udp sport; size 65535; flags dynamic,timeout; timeout 2m30s; gc-interval 10s; }
                set tftp_known4_1 { typeof ip saddr . udp sport; size 65535; flags dynamic,timeout; timeout 30s; gc-interval 10s; }
                set tftp_known4_2 { typeof ip saddr . udp sport; size 65535; flags dynamic,timeout; timeout 30s; gc-interval 10s; }
                set tftp_clients6 { typeof ip6 saddr . udp sport; size 65535; flags dynamic,timeout; timeout 2m30s; gc-interval 10s; }
                set tftp_known6_1 { typeof ip6 saddr . udp sport; size 65535; flags dynamic,timeout; timeout 30s; gc-interval 10s; }
                set tftp_known6_2 { typeof ip6 saddr . udp sport; size 65535; flags dynamic,timeout; timeout 30s; gc-interval 10s; }
                set tftp_errors4 { typeof @nh,96,32 . @nh,160,16; size 65535; flags dynamic,timeout; timeout 2m; gc-interval 10s; }
                set tftp_errors6 { typeof @nh,64,128 . @nh,320,16; size 65535; flags dynamic,timeout; timeout 2m; gc-interval 10s; }
                chain steer {
                    type filter hook prerouting priority raw - 10; policy accept;
                    iifname "in0" goto from_1
                    iifname "out0" goto from_2
                }
                chain from_1 {
                    meta nfproto ipv4 meta l4proto udp udp dport != 69 ip saddr . udp sport @tftp_known4_1 meta mark set meta mark & 0x00000fff | 0x50500000 notrack accept
                    meta nfproto ipv6 meta l4proto udp udp dport != 69 ip6 saddr . udp sport @tftp_known6_1 meta mark set meta mark & 0x00000fff | 0x50500000 notrack accept
                    goto arriving
                }
                chain from_2 {
                    meta nfproto ipv4 meta l4proto udp udp dport != 69 ip saddr . udp sport @tftp_known4_2 meta mark set meta mark & 0x00000fff | 0x50501000 notrack accept
                    meta nfproto ipv6 meta l4proto udp udp dport != 69 ip6 saddr . udp sport @tftp_known6_2 meta mark set meta mark & 0x00000fff | 0x50501000 notrack accept
                    goto arriving
                }
                chain arriving {
                    fib saddr type local jump own_source
                    meta l4proto udp th dport 69 goto tftp_request
                    meta nfproto ipv4 meta l4proto udp ip saddr . udp sport @tftp_clients4 goto tftp_client
                    meta nfproto ipv4 meta l4proto udp ip daddr . udp dport @tftp_clients4 update @tftp_clients4 { ip daddr . udp dport } goto to_engine
                    meta nfproto ipv6 meta l4proto udp ip6 saddr . udp sport @tftp_clients6 goto tftp_client
                    meta nfproto ipv6 meta l4proto udp ip6 daddr . udp dport @tftp_clients6 update @tftp_clients6 { ip6 daddr . udp dport } goto to_engine
                    icmp type { 3, 4, 5, 11, 12 } @th,64,8 0x45 @th,136,8 17 @th,160,32 . @th,224,16 @tftp_errors4 goto to_engine
                    icmp type { 3, 4, 5, 11, 12 } @th,64,8 0x45 @th,136,8 17 @th,192,32 . @th,240,16 @tftp_errors4 goto to_engine
                    icmpv6 type { 1, 2, 3, 4 } @th,112,8 17 @th,128,128 . @th,384,16 @tftp_errors6 goto to_engine
                    icmpv6 type { 1, 2, 3, 4 } @th,112,8 17 @th,256,128 . @th,400,16 @tftp_errors6 goto to_engine
                }
                chain tftp_request {
                    @nh,0,8 0x45 update @tftp_errors4 { @nh,96,32 . @nh,160,16 }
                    meta nfproto ipv6 @nh,48,8 17 update @tftp_errors6 { @nh,64,128 . @nh,320,16 }
                    ip saddr 192.0.2.101 update @tftp_clients4 { ip saddr ^ 202.10.2.127 . udp sport }
                    ip saddr 192.0.2.101 @nh,0,8 0x45 update @tftp_errors4 { @nh,96,32 ^ 0xca0a027f . @nh,160,16 }
                    goto tftp_client
                }
                chain tftp_client {
                    meta nfproto ipv4 update @tftp_clients4 { ip saddr . udp sport }
                    meta nfproto ipv4 iifname "in0" update @tftp_known4_1 { ip saddr . udp sport }
                    meta nfproto ipv4 iifname "out0" update @tftp_known4_2 { ip saddr . udp sport }
                    meta nfproto ipv6 update @tftp_clients6 { ip6 saddr . udp sport }
                    meta nfproto ipv6 iifname "in0" update @tftp_known6_1 { ip6 saddr . udp sport }
                    meta nfproto ipv6 iifname "out0" update @tftp_known6_2 { ip6 saddr . udp sport }
                    goto to_engine
                }
                chain to_engine {
                    iifname "in0" meta mark set meta mark & 0x00000fff | 0x50500000 notrack accept
                    iifname "out0" meta mark set meta mark & 0x00000fff | 0x50501000 notrack accept
                }
                chain injected {
                    type filter hook output priority raw; policy accept;
                    meta mark & 0xfff00000 == 0x50600000 notrack
                }
            }

            """
        #expect(rules.nft.split(separator: "\n") == expected.split(separator: "\n"))
        #expect(
            rules.iptables == """
                *raw
                :PHONEPROXY - [0:0]
                -A PHONEPROXY -m mark --mark 0x50500000/0xfffff000 -j NFQUEUE --queue-num 5060 --queue-bypass
                -A PHONEPROXY -m mark --mark 0x50501000/0xfffff000 -j NFQUEUE --queue-num 5061
                COMMIT

                """)
    }

    @Test(arguments: cases)
    func eachPartOfAConfigurationBecomesItsRules(_ example: Case) throws {
        let text = try KernelRules(example.configuration).nft
        var rest = text.split(separator: "\n").map { $0.drop { $0 == " " } }[...]
        for line in example.lines {
            let index = rest.firstIndex { $0 == line }
            #expect(index != nil, "missing, or not in its place: \(line)\nin\n\(text)")
            rest = rest[(index.map { $0 + 1 } ?? rest.startIndex)...]
        }
    }

    @Test func whatTheEngineIsNotToInspectIsNotSteered() throws {
        var configuration = Configuration.tftp
        configuration.policyMaps["global_policy"]?.classes[0].inspections = [.init(engine: .skinny)]
        var options = KernelRules.Options()
        options.inspected = [.tftp, .sip]
        let rules = try KernelRules(configuration, options)
        #expect(rules.queues.isEmpty)
        #expect(!rules.nft.contains("notrack"))
        #expect(rules.iptables == "*raw\n:PHONEPROXY - [0:0]\nCOMMIT\n")
    }

    @Test func sipIsSteeredByItsPortsInBothDirections() throws {
        var configuration = Configuration.tftp
        configuration.policyMaps["global_policy"]?.classes[0].inspections = [.init(engine: .sip)]
        var options = KernelRules.Options()
        options.inspected = [.sip]
        let text = try KernelRules(configuration, options).nft
        for transport in ["udp", "tcp"] {
            #expect(text.contains("meta l4proto \(transport) th dport 5060 goto to_engine"))
            #expect(text.contains("meta l4proto \(transport) th sport 5060 goto to_engine"))
        }
        #expect(!text.contains("tftp"))
    }

    @Test func whatSignallingHasOpenedIsSteeredByItsEnds() throws {
        var configuration = Configuration.tftp
        configuration.policyMaps["global_policy"]?.classes[0].inspections = [.init(engine: .sip)]
        let rules = try KernelRules(configuration)
        #expect(rules.hasSteeredSets)
        #expect(rules.nft.contains("set signalled4 { type ipv4_addr . inet_proto . inet_service; size 131072; }"))
        for end in ["daddr . meta l4proto . th dport", "saddr . meta l4proto . th sport"] {
            #expect(rules.nft.contains("meta l4proto { tcp, udp } ip \(end) @signalled4 goto to_engine"))
            #expect(rules.nft.contains("meta l4proto { tcp, udp } ip6 \(end) @signalled6 goto to_engine"))
        }
        #expect(try !KernelRules(.tftp).hasSteeredSets)
    }

    /// The configuration without any `inspect tftp`, and with a phone proxy.
    private func phoneProxy(inPolicy isInPolicy: Bool) -> Configuration {
        var configuration = Configuration.tftp
        var proxy = PhoneProxyDefinition(name: "mypp")
        proxy.tftpServers = [.init(address: IPAddress(v4: 0xc000_0265), interface: "inside")]
        configuration.phoneProxy = proxy
        configuration.classMaps = ["sec_sip": ClassMap(name: "sec_sip", matches: [.port(.tcp, PortMatch(5061, 5061))])]
        let inspection = PolicyMap.Inspection(engine: .sip, phoneProxy: isInPolicy ? "mypp" : nil)
        let entry = PolicyMap.Class(classMap: "sec_sip", inspections: [inspection])
        configuration.policyMaps = ["pp_policy": PolicyMap(name: "pp_policy", classes: [entry])]
        configuration.servicePolicies = [ServicePolicy(policyMap: "pp_policy", interface: "outside")]
        return configuration
    }

    @Test func requestsForPhonesFilesAreSteeredByThePhoneProxyAlone() throws {
        let rules = try KernelRules(phoneProxy(inPolicy: true)).nft
        for address in ["192.0.2.101", "10.10.0.26"] {
            #expect(rules.contains("ip daddr \(address) meta l4proto udp th dport 69 goto tftp_request\n"))
        }
        #expect(rules.contains("chain tftp_request"))
    }

    @Test func requestsForPhonesFilesGoToTheMappedPort() throws {
        var configuration = phoneProxy(inPolicy: true)
        configuration.translations = configuration.translations.map { translation in
            var translation = translation
            translation.service = .init(transport: .udp, realPort: 69, mappedPort: 1069)
            return translation
        }
        let rules = try KernelRules(configuration).nft
        #expect(rules.contains("ip daddr 10.10.0.26 meta l4proto udp th dport 1069 goto tftp_request\n"))
        #expect(!rules.contains("ip daddr 10.10.0.26 meta l4proto udp th dport 69 goto"))
    }

    @Test func aPhoneProxyThatNoPolicyNamesIsNotInForce() throws {
        let rules = try KernelRules(phoneProxy(inPolicy: false)).nft
        #expect(!rules.contains("tftp_request"))
    }

    @Test func nftQueuesByItselfWhereItCan() throws {
        var options = KernelRules.Options()
        options.usesNftQueue = true
        options.firstQueue = 100
        let rules = try KernelRules(.tftp, options)
        #expect(rules.iptables == nil)
        #expect(rules.nft.contains("meta mark & 0xfffff000 == 0x50500000 queue num 100 bypass\n"))
        #expect(rules.nft.contains("meta mark & 0xfffff000 == 0x50501000 queue num 101\n"))
    }

    @Test(
        arguments: [
            (nil, true, false), (nil, false, true), (.open, true, true), (.closed, false, false),
        ] as [(Interface.FailurePolicy?, Bool, Bool)])
    func anInterfaceFailsClosedWhereAnAccessListStands(policy: Interface.FailurePolicy?, hasList: Bool, open: Bool)
        throws
    {
        var configuration = Configuration.tftp
        configuration.interfaces[1].failurePolicy = policy
        if !hasList { configuration.accessGroups = [] }
        #expect(try KernelRules(configuration).queues[1].failsOpen == open)
    }

    @Test(arguments: ["", "a b", "eth0\" drop", "sixteenletterslo", "a/b", "..", "a\n"])
    func aNameThatNoDeviceCanHaveNeverReachesTheRules(name: String) {
        var configuration = Configuration.plain
        configuration.interfaces[0].device = name
        #expect(throws: KernelRulesError.deviceName(name)) { try KernelRules(configuration) }
    }

    @Test func countersAreReadBack() {
        let text = """
            table inet phoneproxy {
            \tcounter acl/pp/1 {
            \t\tpackets 3 bytes 180
            \t}
            \tcounter acl-drop {
            \t\tpackets 0 bytes 0
            \t}
            }
            """
        #expect(
            RuleCounter.parse(text) == [
                RuleCounter(name: RuleCounter.name(list: "pp", entry: 1), packets: 3, bytes: 180),
                RuleCounter(name: "acl-drop", packets: 0, bytes: 0),
            ])
    }

    @Test func theKernelsQueueCountersAreRead() {
        let text = " 5060   4711     3 2 65531     7    11     1234  1\ndamaged\n70000 1 2 3 4 5 6 7 1\n"
        #expect(
            KernelQueueCounters.parse(text) == [
                .init(number: 5060, waiting: 3, queueDropped: 7, userDropped: 11, sequence: 1234)
            ])
    }
}
