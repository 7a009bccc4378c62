import CLinux
import ConfigLanguage
import Testing
import Wire

@testable import Netfilter

@Suite struct PreflightTests {
    /// A machine on which nothing is missing, for `Configuration.plain`.
    private var sound: Preflight.Facts {
        var facts = Preflight.Facts()
        facts.capabilities = .max
        facts.hasNft = true
        facts.hasIptables = true
        facts.canBindQueue = true
        facts.canOpenPacketSocket = true
        facts.features = [.iptablesQueue, .conntrack, .nat, .addressLookup, .tproxy, .socket, .policyRouting]
        facts.settings = [Preflight.Setting.forwardV4: 1, Preflight.Setting.forwardV6: 0]
        for name in ["all", "in0", "out0"] { facts.settings[Preflight.Setting.reversePath(name)] = 0 }
        facts.devices = [
            "in0": .init(isUp: true, addresses: [ip("192.0.2.24")]),
            "out0": .init(isUp: true, addresses: [ip("10.10.0.24")]),
        ]
        return facts
    }

    @Test func aSoundMachineIsPassedInSilence() {
        #expect(Preflight.judge(sound, .plain).isEmpty)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var check: Preflight.Check
        var severity: Preflight.Finding.Severity
        var remedy: String
        var change: @Sendable (inout Preflight.Facts) -> Void
        var testDescription: String { "\(check)" }
    }

    static let cases: [Case] = [
        Case(check: .capabilities, severity: .error, remedy: "run as root") { $0.capabilities = 0 },
        Case(check: .capabilities, severity: .error, remedy: "run as root") {
            $0.capabilities = 1 << UInt64(CAP_NET_RAW)
        },
        Case(check: .nft, severity: .error, remedy: "apt install nftables") { $0.hasNft = false },
        Case(check: .iptables, severity: .error, remedy: "apt install iptables") {
            $0.hasIptables = false
            $0.features.remove(.iptablesQueue)
        },
        Case(check: .queue, severity: .error, remedy: "modprobe nfnetlink_queue, or a kernel that has it") {
            $0.canBindQueue = false
        },
        Case(check: .queueRule, severity: .error, remedy: "modprobe nft_queue xt_NFQUEUE, or a kernel that has it") {
            $0.features.remove(.iptablesQueue)
        },
        Case(check: .connectionTracking, severity: .error, remedy: "modprobe nft_ct, or a kernel that has it") {
            $0.features.remove(.conntrack)
        },
        Case(check: .translation, severity: .error, remedy: "modprobe nft_nat, or a kernel that has it") {
            $0.features.remove(.nat)
        },
        Case(check: .addressLookup, severity: .error, remedy: "modprobe nft_fib_inet, or a kernel that has it") {
            $0.features.remove(.addressLookup)
        },
        Case(check: .transparentProxy, severity: .warning, remedy: "modprobe nft_tproxy, or a kernel that has it") {
            $0.features.remove(.tproxy)
        },
        Case(check: .socketMatch, severity: .warning, remedy: "modprobe nft_socket, or a kernel that has it") {
            $0.features.remove(.socket)
        },
        Case(check: .policyRouting, severity: .warning, remedy: "a kernel with CONFIG_IP_MULTIPLE_TABLES") {
            $0.features.remove(.policyRouting)
        },
        Case(check: .packetSocket, severity: .warning, remedy: "modprobe af_packet, or a kernel that has it") {
            $0.canOpenPacketSocket = false
        },
        Case(check: .forwardingV4, severity: .error, remedy: "sysctl -w net.ipv4.ip_forward=1") {
            $0.settings["net.ipv4.ip_forward"] = 0
        },
        Case(check: .reversePath, severity: .warning, remedy: "sysctl -w net.ipv4.conf.out0.rp_filter=2") {
            $0.settings["net.ipv4.conf.out0.rp_filter"] = 1
        },
        Case(check: .conntrackHelper, severity: .error, remedy: "sysctl -w net.netfilter.nf_conntrack_helper=0") {
            $0.settings["net.netfilter.nf_conntrack_helper"] = 1
        },
        Case(check: .bridgeNetfilter, severity: .warning, remedy: "sysctl -w net.bridge.bridge-nf-call-iptables=0") {
            $0.settings["net.bridge.bridge-nf-call-iptables"] = 1
            $0.hasBridge = true
        },
        Case(
            check: .device, severity: .error, remedy: "ip link shows the devices; correct the configuration"
        ) { $0.devices["out0"] = nil },
        Case(check: .deviceUp, severity: .error, remedy: "ip link set out0 up") { $0.devices["out0"]?.isUp = false },
        Case(check: .deviceAddress, severity: .error, remedy: "ip address add 10.10.0.24/24 dev out0") {
            $0.devices["out0"]?.addresses = []
        },
    ]

    @Test(arguments: cases)
    func whatIsMissingIsNamedWithItsRemedy(_ example: Case) throws {
        var facts = sound
        example.change(&facts)
        let findings = Preflight.judge(facts, .plain)
        let finding = try #require(findings.first)
        #expect(findings.count == 1)
        #expect(finding.check == example.check)
        #expect(finding.severity == example.severity)
        #expect(finding.remedy == example.remedy)
    }

    /// What only phones' TLS connections and media need.
    @Test(arguments: [
        Case(check: .transparentProxy, severity: .error, remedy: "modprobe nft_tproxy, or a kernel that has it") {
            $0.features.remove(.tproxy)
        },
        Case(check: .socketMatch, severity: .error, remedy: "modprobe nft_socket, or a kernel that has it") {
            $0.features.remove(.socket)
        },
        Case(check: .policyRouting, severity: .error, remedy: "a kernel with CONFIG_IP_MULTIPLE_TABLES") {
            $0.features.remove(.policyRouting)
        },
        Case(check: .packetSocket, severity: .error, remedy: "modprobe af_packet, or a kernel that has it") {
            $0.canOpenPacketSocket = false
        },
        Case(check: .socketMarks, severity: .error, remedy: "sysctl -w net.ipv4.conf.in0.src_valid_mark=0") {
            $0.settings["net.ipv4.conf.in0.src_valid_mark"] = 1
        },
        Case(check: .socketMarks, severity: .error, remedy: "sysctl -w net.ipv4.tcp_fwmark_accept=0") {
            $0.settings["net.ipv4.tcp_fwmark_accept"] = 1
        },
    ])
    func withPhonesMoreIsNeeded(_ example: Case) throws {
        #expect(Preflight.judge(sound, .phones).isEmpty)
        var facts = sound
        example.change(&facts)
        let findings = Preflight.judge(facts, .phones)
        let finding = try #require(findings.first)
        #expect(findings.count == 1)
        #expect(finding.check == example.check)
        #expect(finding.severity == example.severity)
        #expect(finding.remedy == example.remedy)
    }

    @Test func looseFilteringOfAllInterfacesMakesUpForAStrictOne() {
        var facts = sound
        facts.settings["net.ipv4.conf.out0.rp_filter"] = 1
        facts.settings["net.ipv4.conf.all.rp_filter"] = 2
        #expect(Preflight.judge(facts, .plain).isEmpty)
    }

    @Test func forwardingOfIPv6MattersOnlyWhereItIsConfigured() {
        var configuration = Configuration.plain
        configuration.interfaces[0].address6 = ip("2001:db8::24")
        var facts = sound
        facts.devices["in0"]?.addresses.insert(ip("2001:db8::24"))
        #expect(Preflight.judge(facts, configuration).map(\.check) == [.forwardingV6])
    }

    @Test func nftCanStandInForIptables() {
        var facts = sound
        facts.hasIptables = false
        facts.features.insert(.nftQueue)
        facts.features.remove(.iptablesQueue)
        #expect(Preflight.judge(facts, .plain).isEmpty)
    }
}

extension LiveTests {
    @Suite struct Start {
        @Test func thisMachineIsSoundInABoxOfOurOwn() throws {
            let network = try BoxNetwork()
            let findings = try network.box.enter { Preflight.check(.plain) }
            #expect(findings.isEmpty)
            // And nothing of the probes stays.
            #expect(try network.box.run("nft", "list", "ruleset").contains("phoneproxy") == false)
            #expect(try network.box.run("iptables", "-t", "raw", "-S").contains("PHONEPROXY") == false)
        }

        @Test func aBareNamespaceIsFoundWanting() throws {
            let bare = try Namespace("bare")
            let checks = try bare.enter { Preflight.check(.plain) }.map(\.check)
            #expect(Set(checks) == [.forwardingV4, .device])
        }

        @Test func verdictsAreProvenAndNothingStays() throws {
            let box = try Namespace("box")
            let before = try box.run("iptables", "-t", "raw", "-S")
            try box.enter {
                try SelfTest.run()
                // What a killed process left behind does not disturb.
                try SelfTest.run()
            }
            #expect(try box.run("iptables", "-t", "raw", "-S") == before)
        }

        @Test func withoutALoopbackInterfaceTheSelfTestFailsLoudly() throws {
            let box = try Namespace("box")
            try box.ip("-n", box.name, "link", "set", "lo", "down")
            #expect(throws: (any Error).self) { try box.enter { try SelfTest.run() } }
        }

        @Test func verdictsStillCountAfterRootIsGivenUp() async {
            await #expect(processExitsWith: .success) {
                #expect(CLinux_leaveNetworkNamespace() == 0)
                _ = try Subprocess.run("ip", ["link", "set", "lo", "up"])
                _ = try Subprocess.run("ip", ["link", "add", "out0", "type", "veth", "peer", "name", "in0"])
                _ = try Subprocess.run("ip", ["link", "set", "out0", "up"])
                let rules = try KernelRules(.tftp)
                let counters = try KernelQueueCounters()
                try RuleInstaller.install(rules)
                try Privileges.drop()
                #expect(try Privileges.effective() == Privileges.keptMask)
                try SelfTest.run()
                let queue = try PacketQueue(5060)
                #expect(try counters.read().map(\.number) == [queue.number])
                // What was installed as root can be taken out and put back by what is left.
                try RuleInstaller.remove()
                let left = try Subprocess.run("nft", ["list", "ruleset"])
                #expect(left.output.contains("phoneproxy") == false)
                try RuleInstaller.install(rules)
                try RuleInstaller.remove()
            }
        }

        @Test func withoutTheCapabilityTheSelfTestFailsLoudly() async {
            await #expect(processExitsWith: .success) {
                #expect(CLinux_leaveNetworkNamespace() == 0)
                _ = try Subprocess.run("ip", ["link", "set", "lo", "up"])
                let queue = try PacketQueue(UInt16.max)
                #expect(CLinux_capset(0, 0, 0) == 0)
                #expect(throws: SelfTest.Failure.self) { try SelfTest.run() }
                #expect(queue.number == UInt16.max)
            }
        }
    }
}
