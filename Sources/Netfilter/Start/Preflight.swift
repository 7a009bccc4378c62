import ConfigLanguage
import Wire

/// Says, before anything is changed, what of this machine would keep the box from working, and what to do about it.
///
/// Receive offloads need no setting: without the GSO flag the kernel cuts what GRO merged before it queues it, and it
/// turns LRO, which can not be undone, off by itself where it forwards.
public enum Preflight {
    public enum Check: String, Hashable, Sendable, CaseIterable {
        case capabilities, nft, iptables
        case queue = "nfqueue"
        case queueRule = "nfqueue-rule"
        case connectionTracking = "conntrack"
        case translation = "nat"
        case addressLookup = "fib"
        case transparentProxy = "tproxy"
        case socketMatch = "socket-match"
        case policyRouting = "policy-routing"
        case packetSocket = "packet-socket"
        case socketMarks = "socket-marks"
        case forwardingV4 = "ip-forward"
        case forwardingV6 = "ipv6-forward"
        case reversePath = "rp-filter"
        case conntrackHelper = "conntrack-helper"
        case bridgeNetfilter = "bridge-nf"
        case device = "interface"
        case deviceUp = "interface-up"
        case deviceAddress = "interface-address"
    }

    /// One thing that is missing or set otherwise.
    public struct Finding: Hashable, Sendable {
        public enum Severity: String, Hashable, Sendable {
            /// The box can not work so.
            case error
            /// It works, but not for everything, or not as safely.
            case warning
        }

        public var check: Check
        public var severity: Severity
        /// What is so.
        public var problem: String
        /// What to do, as a command where there is one.
        public var remedy: String
        /// The interface's device, the setting's name, or the value found: for programs.
        public var subject: String
    }

    /// Checks the calling thread's network namespace for `configuration`. Empty: all is well. Changes nothing: rules
    /// are tried in transactions that leave nothing behind.
    public static func check(_ configuration: Configuration) -> [Finding] {
        judge(Facts.gather(configuration), configuration)
    }

    /// The decision by itself.
    static func judge(_ facts: Facts, _ configuration: Configuration) -> [Finding] {
        programs(facts) + features(facts, configuration) + settings(facts, configuration)
            + markSettings(facts, configuration)
            + configuration.interfaces.flatMap { device(facts.devices[$0.device], $0) }
    }

    /// Whether ``KernelRules/Options/usesNftQueue`` can be set.
    public static func hasNftQueue() -> Bool { Probe.nftQueue.passes() }

    // MARK: Decisions

    private static func programs(_ facts: Facts) -> [Finding] {
        var findings: [Finding] = []
        func need(_ isThere: Bool, _ check: Check, _ problem: String, _ remedy: String, _ subject: String) {
            if !isThere {
                findings.append(
                    Finding(check: check, severity: .error, problem: problem, remedy: remedy, subject: subject))
            }
        }
        need(
            facts.capabilities & Privileges.keptMask == Privileges.keptMask, .capabilities,
            "CAP_NET_ADMIN and CAP_NET_RAW are not both there", "run as root", "CAP_NET_ADMIN CAP_NET_RAW")
        need(facts.hasNft, .nft, "there is no nft", "apt install nftables", "nft")
        need(
            facts.hasIptables || facts.features.contains(.nftQueue), .iptables,
            "there is no iptables, and this kernel's nft has no queue statement", "apt install iptables", "iptables")
        return findings
    }

    private static func features(_ facts: Facts, _ configuration: Configuration) -> [Finding] {
        // What could not be tried for lack of rights or programs was said already.
        guard facts.capabilities & Privileges.keptMask == Privileges.keptMask, facts.hasNft else { return [] }
        var findings: [Finding] = []
        func need(
            _ isThere: Bool, _ check: Check, _ severity: Finding.Severity, _ what: String, _ part: String,
            isModule: Bool = true
        ) {
            if isThere { return }
            findings.append(
                Finding(
                    check: check, severity: severity, problem: "the kernel lacks \(what)",
                    remedy: isModule ? "modprobe \(part), or a kernel that has it" : "a kernel with \(part)",
                    subject: part))
        }
        need(facts.canBindQueue, .queue, .error, "packet queues (NFQUEUE)", "nfnetlink_queue")
        let hasRule = facts.features.contains(.nftQueue) || facts.features.contains(.iptablesQueue)
        need(hasRule || !facts.hasIptables, .queueRule, .error, "a rule that queues packets", "nft_queue xt_NFQUEUE")
        need(facts.features.contains(.conntrack), .connectionTracking, .error, "connection tracking", "nft_ct")
        need(facts.features.contains(.nat), .translation, .error, "address translation", "nft_nat")
        need(facts.features.contains(.addressLookup), .addressLookup, .error, "address lookup in rules", "nft_fib_inet")
        // Only connections that are carried as streams, and media, need these.
        let forStreams: Finding.Severity = configuration.carriesStreams ? .error : .warning
        need(facts.features.contains(.tproxy), .transparentProxy, forStreams, "transparent redirection", "nft_tproxy")
        need(facts.features.contains(.socket), .socketMatch, forStreams, "the socket match", "nft_socket")
        need(
            facts.features.contains(.policyRouting), .policyRouting, forStreams, "routing by mark",
            "CONFIG_IP_MULTIPLE_TABLES", isModule: false)
        let forMedia: Finding.Severity = configuration.mediaTerminationInForce == nil ? .warning : .error
        need(facts.canOpenPacketSocket, .packetSocket, forMedia, "packet sockets", "af_packet")
        return findings
    }

    /// A mark says of a packet that it is for one of the terminator's sockets. Where the kernel looks at marks elsewhere as
    /// well, it takes these packets for forgeries, or sends the sockets' own packets back to them.
    private static func markSettings(_ facts: Facts, _ configuration: Configuration) -> [Finding] {
        guard configuration.carriesStreams else { return [] }
        let devices = ["all"] + configuration.interfaces.map(\.device)
        let names = Setting.marks + devices.map(Setting.sourceMark)
        return names.compactMap { name in
            guard let found = facts.settings[name], found != 0 else { return nil }
            return Finding(
                check: .socketMarks, severity: .error,
                problem: "the kernel takes marks for more than routing (\(name) is \(found))",
                remedy: "sysctl -w \(name)=0", subject: name)
        }
    }

    private static func settings(_ facts: Facts, _ configuration: Configuration) -> [Finding] {
        var findings: [Finding] = []
        func need(
            _ name: String, _ check: Check, _ severity: Finding.Severity, _ problem: String, value: Int,
            unless isRight: (Int) -> Bool
        ) {
            guard let found = facts.settings[name], !isRight(found) else { return }
            findings.append(
                Finding(
                    check: check, severity: severity, problem: "\(problem) (\(name) is \(found))",
                    remedy: "sysctl -w \(name)=\(value)", subject: name))
        }
        need(Setting.forwardV4, .forwardingV4, .error, "this host does not forward IPv4", value: 1) { $0 != 0 }
        if configuration.interfaces.contains(where: { $0.address6 != nil }) {
            need(Setting.forwardV6, .forwardingV6, .error, "this host does not forward IPv6", value: 1) { $0 != 0 }
        }
        for interface in configuration.interfaces {
            let name = Setting.reversePath(interface.device)
            // The kernel takes the greater of the two; 1 is strict, 2 loose.
            let all = facts.settings[Setting.reversePath("all")] ?? 0
            guard let own = facts.settings[name], max(all, own) == 1 else { continue }
            findings.append(
                Finding(
                    check: .reversePath, severity: .warning,
                    problem: "strict reverse-path filtering on \(interface.device) drops asymmetric traffic unseen",
                    remedy: "sysctl -w \(name)=2", subject: name))
        }
        need(
            Setting.helper, .conntrackHelper, .error,
            "the kernel's own helpers (tftp, sip) would rewrite packets as well", value: 0
        ) { $0 == 0 }
        need(
            Setting.bridge, .bridgeNetfilter, .warning, "bridged packets pass the rules a second time", value: 0
        ) { $0 == 0 || !facts.hasBridge }
        return findings
    }

    private static func device(_ found: Facts.Device?, _ interface: Interface) -> [Finding] {
        let name = interface.device
        func finding(_ check: Check, _ problem: String, _ remedy: String) -> Finding {
            Finding(
                check: check, severity: .error, problem: "interface \(interface.name): \(problem)", remedy: remedy,
                subject: name)
        }
        guard let found else {
            return [
                finding(.device, "there is no device \(name)", "ip link shows the devices; correct the configuration")
            ]
        }
        var findings: [Finding] = []
        if !found.isUp, !interface.isShutdown {
            findings.append(finding(.deviceUp, "\(name) is down", "ip link set \(name) up"))
        }
        for (address, network) in [(interface.address, interface.network), (interface.address6, interface.network6)] {
            guard let address, !found.addresses.contains(address) else { continue }
            let length = network?.length ?? address.bitWidth
            let remedy = "ip address add \(address)/\(length) dev \(name)"
            findings.append(finding(.deviceAddress, "\(name) does not have the address \(address)", remedy))
        }
        return findings
    }
}

extension Configuration {
    /// Some connections are the terminator's: by TLS, or in the clear.
    fileprivate var carriesStreams: Bool { !secureServices.isEmpty || inspectsClearSkinny }
}
