import ConfigLanguage
import Wire

/// Why a configuration can not be put into kernel rules.
public enum KernelRulesError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not a name that a Linux network device can have.
    case deviceName(String)
    case tooManyInterfaces(Int)

    public var description: String {
        switch self {
        case .deviceName(let name): "\"\(name)\" is not a name that a network device can have"
        case .tooManyInterfaces(let count):
            "\(count) interfaces: there can be \(QueueMark.maximumInterfaces) at most"
        }
    }
}

/// What the kernel is told for one configuration, as text: nothing is done yet (see ``RuleInstaller``).
///
/// One nft table of our own. It marks what is inspected for the queues, one queue for each interface, so that a flood
/// on one side does not starve the other; it translates and filters everything else by itself. Traffic that neither
/// enters nor leaves by an interface of the configuration is not touched.
public struct KernelRules: Hashable, Sendable {
    public struct Options: Hashable, Sendable {
        /// The protocols that the engine can inspect.
        public var inspected: Set<InspectionProtocol> = [.tftp, .sip, .skinny]
        /// The first interface's queue; each further one takes the next number.
        public var firstQueue: UInt16 = 5060
        /// Where the TLS terminator listens, at 127.0.0.1 and ::1, on sockets with IP_TRANSPARENT; `nil`: there is none, and
        /// secure ports are treated like any other.
        public var terminatorPort: UInt16?
        /// Where it listens at 127.0.0.1 for connections in the clear; `nil`: nowhere, and what is inspected as a stream
        /// passes through the engine.
        public var clearTerminatorPort: UInt16?
        /// The protocols whose secure ports it takes.
        public var terminated: Set<InspectionProtocol> = [.sip, .skinny]
        /// nft's own `queue` statement instead of iptables; not every kernel has it.
        public var usesNftQueue = false

        public init() {}
    }

    /// The queue of one interface.
    public struct Queue: Hashable, Sendable {
        public var number: UInt16
        public var device: String
        /// The ASA's name for it.
        public var interface: String
        /// With no process at the queue, inspected traffic passes unseen, access lists included.
        public var failsOpen: Bool
    }

    /// SO_MARK of packets that the box makes itself: no rule sends them back to it.
    public static var injectedMark: UInt32 { QueueMark.injected }

    public let queues: [Queue]
    /// Which packets go to the engine changes as signalling goes on: ``SteeredSets``.
    public let hasSteeredSets: Bool
    /// For `nft -f`: one transaction, whether the table stood there before or not.
    public let nft: String
    /// For `iptables-restore --noflush` and `ip6tables-restore --noflush`; `nil` where nft queues by itself.
    public let iptables: String?
    let mappedAddresses: [MappedAddress]
    /// The rules and routes of ``TerminatorRoutes`` are needed.
    let hasTerminator: Bool
    /// Some of the secure ports are those of IPv6 addresses.
    let terminatesIPv6: Bool

    public init(_ configuration: Configuration, _ options: Options = Options()) throws(KernelRulesError) {
        var configuration = configuration
        configuration.interfaces.removeAll { $0.name.isEmpty }
        for interface in configuration.interfaces where !Self.isDeviceName(interface.device) {
            throw .deviceName(interface.device)
        }
        let count = configuration.interfaces.count
        guard count <= QueueMark.maximumInterfaces, count <= 0xffff - Int(options.firstQueue) else {
            throw .tooManyInterfaces(count)
        }
        let plan = SteerPlan(configuration, inspected: options.inspected)
        let queues = Self.queues(configuration, options)
        let terminator = TerminatorRules(configuration, options, plan)
        self.queues = plan.classes.isEmpty && terminator == nil ? [] : queues
        hasSteeredSets = plan.steersCalls
        nft = Self.nft(configuration, plan, terminator, queues, usesNftQueue: options.usesNftQueue)
        iptables = options.usesNftQueue ? nil : Self.iptables(self.queues)
        mappedAddresses = MappedAddress.all(configuration) + MappedAddress.media(configuration)
        hasTerminator = terminator != nil
        terminatesIPv6 = terminator?.hasIPv6 ?? false
    }

    /// What dev_valid_name of the kernel takes, less what would need quoting.
    private static func isDeviceName(_ name: String) -> Bool {
        (1...15).contains(name.utf8.count) && name != "." && name != ".."
            && name.utf8.allSatisfy { (0x21...0x7e).contains($0) && !"/\"\\*:".utf8.contains($0) }
    }

    private static func queues(_ configuration: Configuration, _ options: Options) -> [Queue] {
        configuration.interfaces.enumerated().map { index, interface in
            Queue(
                number: options.firstQueue + UInt16(index), device: interface.device, interface: interface.name,
                failsOpen: failsOpen(interface, configuration))
        }
    }

    private static func failsOpen(_ interface: Interface, _ configuration: Configuration) -> Bool {
        switch interface.failurePolicy {
        case .open: true
        case .closed: false
        case nil:
            !configuration.accessGroups.contains {
                $0.direction == .inbound && ($0.interface == nil || $0.interface == interface.name)
            }
        }
    }

    // MARK: Text

    private static func nft(
        _ configuration: Configuration, _ plan: SteerPlan, _ terminator: TerminatorRules?, _ queues: [Queue],
        usesNftQueue: Bool
    ) -> String {
        var text = NftText()
        // The first line makes the second one work where there is no table yet.
        text.line("add table inet \(Nft.table)")
        text.line("delete table inet \(Nft.table)")
        if configuration.interfaces.isEmpty { return text.text }
        text.block("table inet \(Nft.table)") { text in
            AccessRules(configuration: configuration).write(&text)
            TranslationRules(
                translations: configuration.translations, configuration: configuration,
                hasTerminator: terminator != nil
            ).write(&text)
            ICMPRules(configuration: configuration).write(&text)
            SteerRules(
                plan: plan, interfaces: queues, translations: configuration.translations,
                spoof: SpoofRules(configuration: configuration), terminator: terminator,
                media: MediaRules(configuration)
            ).write(&text)
            if usesNftQueue, !plan.classes.isEmpty || terminator != nil { writeQueues(&text, queues) }
        }
        return text.text
    }

    private static func writeQueues(_ text: inout NftText, _ queues: [Queue]) {
        text.block("chain engine") { text in
            text.line("type filter hook prerouting priority raw; policy accept;")
            for (index, queue) in queues.enumerated() {
                let mark = QueueMark.text(QueueMark.value(interface: index))
                let bypass = queue.failsOpen ? " bypass" : ""
                text.line("meta mark & \(QueueMark.text(QueueMark.mask)) == \(mark) queue num \(queue.number)\(bypass)")
            }
        }
    }

    /// The name of our chain in the raw table of iptables.
    static let iptablesChain = "PHONEPROXY"

    /// Declaring the chain makes it or empties it; the jump to it is the installer's affair.
    private static func iptables(_ queues: [Queue]) -> String {
        var lines = ["*raw", ":\(iptablesChain) - [0:0]"]
        for (index, queue) in queues.enumerated() {
            let mark = "\(QueueMark.text(QueueMark.value(interface: index)))/\(QueueMark.text(QueueMark.mask))"
            let bypass = queue.failsOpen ? " --queue-bypass" : ""
            lines.append(
                "-A \(iptablesChain) -m mark --mark \(mark) -j NFQUEUE --queue-num \(queue.number)\(bypass)")
        }
        return (lines + ["COMMIT", ""]).joined(separator: "\n")
    }
}
