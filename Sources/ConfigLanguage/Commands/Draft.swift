import Wire

/// What the commands said, line by line, before names are looked up: the ASA's running configuration, with the place of
/// everything that may turn out to be wrong.
struct Draft {
    var hostname: String?
    var interfaces: [InterfaceDraft] = []
    var names: [String: IPAddress] = [:]
    var objects: [String: ObjectDraft] = [:]
    /// The older dialect's `static`, in file order.
    var statics: [StaticDraft] = []
    var accessLists: [String: AccessListDraft] = [:]
    /// Of all access lists.
    var accessEntryCount = 0
    var accessGroups: [AccessGroupDraft] = []
    var routes: [RouteDraft] = []
    var policies = PolicyDraft()
    var timeouts = Timeouts()
    var fragments = FragmentLimits()
    /// Interfaces that a command names without anything following from it.
    var interfaceNames: [Located<String>] = []
    var captures: [CaptureDraft] = []
    var logging = Logging()
    var permitsSameSecurityTraffic = false
    var permitsSameInterfaceTraffic = false
    var trust = TrustDraft()
    var ctlFiles: [String: CTLFileDraft] = [:]
    /// There can be one.
    var phoneProxy: PhoneProxyDraft?
    var dns = DNSDraft()
    var tlsProxies: [String: TLSProxyDraft] = [:]
    var maximumTLSProxySessions = Configuration.defaultTLSProxySessions
    /// There can be one.
    var mediaTermination: MediaTerminationDraft?
    var ssl = SSLDraft()
    var icmpRules: [ICMPRuleDraft] = []
    var sip = SIPDraft()
    var skinny = SkinnyDraft()
    /// What is checked and not yet acted upon.
    var statements: [Statement.Key: [Statement]] = [:]
}

struct InterfaceDraft {
    var device: Located<String>
    var name: Located<String>?
    var securityLevel: Int?
    var address: Located<InterfaceAddress>?
    var address6: Located<InterfaceAddress>?
    var failurePolicy: Interface.FailurePolicy?
    var isShutdown = false

    init(device: Located<String>) { self.device = device }
}

struct InterfaceAddress: Hashable {
    var address: IPAddress
    var network: IPPrefix
}

struct ObjectDraft {
    var name: Located<String>
    var value: Located<AddressRange>?
    var translation: StaticDraft?

    init(name: Located<String>) { self.name = name }
}

/// Static NAT in either dialect.
struct StaticDraft: Hashable {
    enum Mapped: Hashable {
        case network(IPPrefix)
        /// Its first address; how many follow is up to the real addresses.
        case address(IPAddress)
        case object(Located<String>)
        /// The mapped interface's own address.
        case interface(isV6: Bool)
    }

    var realInterface: Located<String>
    var mappedInterface: Located<String>
    /// `nil`: what the object says that it stands under.
    var real: IPPrefix?
    var mapped: Located<Mapped>
    var service: StaticTranslation.Service?
    /// The whole command.
    var site: Site

    // Where it was said does not tell two apart.
    static func == (left: StaticDraft, right: StaticDraft) -> Bool {
        left.realInterface == right.realInterface && left.mappedInterface == right.mappedInterface
            && left.real == right.real && left.mapped == right.mapped && left.service == right.service
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(realInterface)
        hasher.combine(mapped)
    }
}

struct AccessGroupDraft: Hashable {
    var list: Located<String>
    var direction: AccessGroup.Direction
    /// `nil` for `global`.
    var interface: Located<String>?
}

struct RouteDraft: Hashable {
    var interface: Located<String>
    var destination: IPPrefix
    var gateway: Located<IPAddress>
    var metric: Int
}

/// A command that is checked and not yet acted upon.
struct Statement {
    /// What tells kinds of statements apart.
    struct Key: Hashable {
        var mode: Mode
        /// The command's own keywords.
        var command: [String]
    }

    var key: Key
    /// All of it, keywords in full.
    var words: [String]
    var names: NamesInForm
    var site: Site
    var ifIgnored: Command.Later.IfIgnored
}
