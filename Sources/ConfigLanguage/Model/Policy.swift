import Wire

/// The protocols that can be looked into.
public enum InspectionProtocol: String, Hashable, Sendable, CaseIterable {
    case tftp, sip, skinny
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

    /// `inspect PROTOCOL [MAP] [phone-proxy NAME]`.
    public struct Inspection: Hashable, Sendable {
        public var engine: InspectionProtocol
        public var policy: String?
        public var phoneProxy: String?

        public init(engine: InspectionProtocol, policy: String? = nil, phoneProxy: String? = nil) {
            self.engine = engine
            self.policy = policy
            self.phoneProxy = phoneProxy
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
