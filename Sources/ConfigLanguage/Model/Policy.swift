import Wire

/// The protocols that can be looked into.
public enum InspectionProtocol: String, Hashable, Sendable, CaseIterable {
    case tftp, sip, skinny

    /// Traffic by protocol and destination port.
    public struct Service: Hashable, Sendable {
        public var transport: IPProtocol
        public var ports: PortMatch

        public init(transport: IPProtocol, ports: PortMatch) {
            self.transport = transport
            self.ports = ports
        }
    }

    /// What `match default-inspection-traffic` takes for this protocol, and what stands wherever a class leaves the
    /// port open.
    public var defaultServices: [Service] {
        switch self {
        case .tftp: [Service(transport: .udp, ports: PortMatch(69, 69))]
        case .sip: [.udp, .tcp].map { Service(transport: $0, ports: PortMatch(5060, 5060)) }
        case .skinny: [Service(transport: .tcp, ports: PortMatch(2000, 2000))]
        }
    }

    /// The transports that the protocol can be read over.
    public var transports: Set<IPProtocol> { Set(defaultServices.map(\.transport)) }
}

/// `class-map NAME` with its `match` lines.
public struct ClassMap: Hashable, Sendable {
    public enum Match: Hashable, Sendable {
        case any
        case port(IPProtocol, PortMatch)
        case accessList(String)
        /// Each `inspect` of the class takes its own protocol's default ports.
        case defaultInspectionTraffic
    }

    public var name: String
    public var matches: [Match]
    /// `match-all`, the default: traffic must fit every match; otherwise, `match-any`, one is enough.
    public var matchesAll: Bool

    public init(name: String, matches: [Match] = [], matchesAll: Bool = true) {
        self.name = name
        self.matches = matches
        self.matchesAll = matchesAll
    }
}

/// `policy-map NAME`: classes in order, each with what is done to it.
public struct PolicyMap: Hashable, Sendable {
    public struct Class: Hashable, Sendable {
        /// A class-map's name, or `class-default`.
        public var classMap: String
        public var inspections: [Inspection]

        public init(classMap: String, inspections: [Inspection] = []) {
            self.classMap = classMap
            self.inspections = inspections
        }
    }

    /// `inspect PROTOCOL [MAP] [tls-proxy NAME] [phone-proxy NAME]`.
    public struct Inspection: Hashable, Sendable {
        public var engine: InspectionProtocol
        /// The inspection map: `policy-map type inspect …`.
        public var policy: String?
        public var phoneProxy: String?
        public var tlsProxy: String?

        public init(
            engine: InspectionProtocol, policy: String? = nil, phoneProxy: String? = nil, tlsProxy: String? = nil
        ) {
            self.engine = engine
            self.policy = policy
            self.phoneProxy = phoneProxy
            self.tlsProxy = tlsProxy
        }
    }

    public var name: String
    public var classes: [Class]

    public init(name: String, classes: [Class] = []) {
        self.name = name
        self.classes = classes
    }
}

/// `service-policy NAME global`, or `… interface NAME`.
public struct ServicePolicy: Hashable, Sendable {
    public var policyMap: String
    /// `nil` for `global`.
    public var interface: String?

    public init(policyMap: String, interface: String?) {
        self.policyMap = policyMap
        self.interface = interface
    }
}
