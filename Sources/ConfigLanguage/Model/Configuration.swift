import Wire

/// A whole configuration, as the commands in it mean it. What order matters in keeps the file's order.
public struct Configuration: Hashable, Sendable {
    public var hostname = "phoneproxy"
    public var interfaces: [Interface] = []
    /// `name ADDRESS NAME`.
    public var names: [String: IPAddress] = [:]
    public var networkObjects: [String: NetworkObject] = [:]
    /// Both dialects of NAT, in the order in which the ASA looks at them.
    public var translations: [StaticTranslation] = []
    public var accessLists: [String: AccessList] = [:]
    public var accessGroups: [AccessGroup] = []
    public var routes: [Route] = []
    public var classMaps: [String: ClassMap] = [:]
    public var policyMaps: [String: PolicyMap] = [:]
    public var servicePolicies: [ServicePolicy] = []
    public var timeouts = Timeouts()
    public var fragments = FragmentLimits()
    public var captures: [CaptureDefinition] = []
    public var logging = Logging()
    /// `same-security-traffic permit inter-interface`: interfaces of one security level may talk.
    public var permitsSameSecurityTraffic = false
    /// `same-security-traffic permit intra-interface`: traffic may leave where it came in.
    public var permitsSameInterfaceTraffic = false
    /// `crypto key generate rsa`, by label.
    public var keyPairs: [String: KeyPairDeclaration] = [:]
    /// By name.
    public var trustpoints: [String: Trustpoint] = [:]
    /// By name.
    public var ctlFiles: [String: CTLFileDefinition] = [:]
    /// There can be one.
    public var phoneProxy: PhoneProxyDefinition?
    public var dns = DNSSettings()
    /// By name.
    public var tlsProxies: [String: TLSProxyDefinition] = [:]
    /// `tls-proxy maximum-session`.
    public var maximumTLSProxySessions = Configuration.defaultTLSProxySessions
    /// There can be one.
    public var mediaTermination: MediaTerminationDefinition?
    public var ssl = SSLSettings()
    /// In the file's order.
    public var icmpRules: [ICMPRule] = []
    /// `policy-map type inspect sip`, by name.
    public var sipInspectionMaps: [String: SIPInspectionMap] = [:]
    /// `policy-map type inspect skinny`, by name.
    public var skinnyInspectionMaps: [String: SkinnyInspectionMap] = [:]
    /// `class-map type inspect skinny`, by name; what the maps above name is in their rules already.
    public var skinnyClassMaps: [String: SkinnyInspectionMap.ClassMap] = [:]
    /// `class-map type inspect sip`, by name; what the maps above name is in their rules already.
    public var sipClassMaps: [String: SIPInspectionMap.ClassMap] = [:]
    /// `regex`, by name.
    public var regularExpressions: [String: RegularExpression] = [:]
    /// `class-map type regex`: names of expressions, by its own.
    public var regexClasses: [String: [String]] = [:]

    /// Without any inspection; what a file leaves unsaid is in what ``read(_:file:)`` returns.
    public init() {}

    /// The interface that `nameif` calls `name`.
    public func interface(named name: String) -> Interface? {
        interfaces.first { $0.name == name }
    }
}

/// `interface DEVICE` with what stands under it.
public struct Interface: Hashable, Sendable {
    /// What happens to inspected traffic while no process looks at it.
    public enum FailurePolicy: String, Hashable, Sendable {
        case open = "fail-open"
        case closed = "fail-close"
    }

    /// The Linux name.
    public var device: String
    /// The ASA name: `nameif`.
    public var name: String
    /// 0–100.
    public var securityLevel: Int
    public var address: IPAddress?
    /// The connected network of ``address``.
    public var network: IPPrefix?
    public var address6: IPAddress?
    public var network6: IPPrefix?
    /// `inspection fail-open|fail-close`; `nil`: closed where an access-group stands, open elsewhere.
    public var failurePolicy: FailurePolicy?
    public var isShutdown = false

    public init(device: String, name: String, securityLevel: Int) {
        self.device = device
        self.name = name
        self.securityLevel = securityLevel
    }
}

/// `object network NAME` with `host`, `subnet` or `range`.
public struct NetworkObject: Hashable, Sendable {
    public var name: String
    public var value: AddressRange?

    public init(name: String, value: AddressRange? = nil) {
        self.name = name
        self.value = value
    }
}

/// Addresses from one to another, both included: a host, a network, or an ASA `range`.
public struct AddressRange: Hashable, Sendable {
    public var first: IPAddress
    public var last: IPAddress

    public init(_ first: IPAddress, _ last: IPAddress) {
        self.first = first
        self.last = last
    }

    public init(_ prefix: IPPrefix) { self.init(prefix.address, prefix.last) }

    public init(host: IPAddress) { self.init(host, host) }

    public func contains(_ address: IPAddress) -> Bool {
        address.isV4 == first.isV4 && first <= address && address <= last
    }
}

/// Static NAT, one host to one address, or static PAT of one port (`service`).
///
/// `nat (real,mapped) static …` under an object, or `static (real,mapped) …`: a host on interface `real` is seen from
/// interface `mapped` under the mapped address, in both directions.
public struct StaticTranslation: Hashable, Sendable {
    public struct Service: Hashable, Sendable {
        public var transport: IPProtocol
        public var realPort: UInt16
        public var mappedPort: UInt16

        public init(transport: IPProtocol, realPort: UInt16, mappedPort: UInt16) {
            self.transport = transport
            self.realPort = realPort
            self.mappedPort = mappedPort
        }
    }

    /// `nameif` of the side where the real address is; `nil` means any.
    public var realInterface: String?
    /// `nameif` of the side that sees the mapped address; `nil` means any.
    public var mappedInterface: String?
    public var real: IPPrefix
    /// Of the same length as ``real``. For `interface` it is that interface's own address.
    public var mapped: IPPrefix
    public var service: Service?
    /// `nat … static interface`.
    public var mapsToInterface: Bool
    /// The object it stands under; `nil` for the older dialect.
    public var object: String?

    public init(
        realInterface: String?, mappedInterface: String?, real: IPPrefix, mapped: IPPrefix,
        service: Service? = nil, mapsToInterface: Bool = false, object: String? = nil
    ) {
        self.realInterface = realInterface
        self.mappedInterface = mappedInterface
        self.real = real
        self.mapped = mapped
        self.service = service
        self.mapsToInterface = mapsToInterface
        self.object = object
    }
}

/// `route INTERFACE NETWORK MASK GATEWAY`.
public struct Route: Hashable, Sendable {
    public var interface: String
    public var destination: IPPrefix
    public var gateway: IPAddress
    /// 1–255; of two routes to one network the lower counts.
    public var metric: Int

    public init(interface: String, destination: IPPrefix, gateway: IPAddress, metric: Int = 1) {
        self.interface = interface
        self.destination = destination
        self.gateway = gateway
        self.metric = metric
    }
}

/// Text that was pasted into a file: a certificate.
public struct PastedText: Hashable, Sendable {
    /// The command that it belongs to, spelled in full, such as `crypto ca authenticate capf`.
    public var command: String
    /// Where its first line stands, from 1.
    public var line: Int
    public var text: [String]

    public init(command: String, line: Int, text: [String] = []) {
        self.command = command
        self.line = line
        self.text = text
    }
}
