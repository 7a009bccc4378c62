import Wire

/// `access-list NAME extended …`: entries in order, the first match decides, and nothing matching means deny.
public struct AccessList: Hashable, Sendable {
    public var name: String
    public var entries: [AccessEntry]

    public init(name: String, entries: [AccessEntry] = []) {
        self.name = name
        self.entries = entries
    }
}

/// One `permit` or `deny`.
public struct AccessEntry: Hashable, Sendable {
    public enum Action: String, Hashable, Sendable, CaseIterable {
        case permit, deny
    }

    public var action: Action
    /// `nil` for `ip`: every protocol.
    public var transport: IPProtocol?
    public var source: AddressMatch
    public var sourcePorts: PortMatch
    public var destination: AddressMatch
    public var destinationPorts: PortMatch
    /// The ICMP type; `nil` for all.
    public var icmpType: UInt8?
    public var logs: Bool
    /// `inactive`: kept, shown, and not looked at.
    public var isInactive: Bool
    /// The command as `show access-list` prints it, names kept, spelled in full.
    public var text: String

    public init(
        action: Action, transport: IPProtocol?, source: AddressMatch, sourcePorts: PortMatch = .any,
        destination: AddressMatch, destinationPorts: PortMatch = .any, icmpType: UInt8? = nil, logs: Bool = false,
        isInactive: Bool = false, text: String
    ) {
        self.action = action
        self.transport = transport
        self.source = source
        self.sourcePorts = sourcePorts
        self.destination = destination
        self.destinationPorts = destinationPorts
        self.icmpType = icmpType
        self.logs = logs
        self.isInactive = isInactive
        self.text = text
    }
}

/// `any`, `any4`, `any6`, `host A`, `A MASK`, `object N`, `interface N`.
public enum AddressMatch: Hashable, Sendable {
    case any
    case anyV4
    case anyV6
    case range(AddressRange)

    public func matches(_ address: IPAddress) -> Bool {
        switch self {
        case .any: true
        case .anyV4: address.isV4
        case .anyV6: !address.isV4
        case .range(let range): range.contains(address)
        }
    }
}

/// `eq`, `neq`, `lt`, `gt`, `range`, as the ports from `first` to `last`, inverted for `neq`.
public struct PortMatch: Hashable, Sendable {
    public var first: UInt16
    public var last: UInt16
    public var isInverted: Bool

    public init(_ first: UInt16, _ last: UInt16, isInverted: Bool = false) {
        self.first = first
        self.last = last
        self.isInverted = isInverted
    }

    public static let any = PortMatch(0, 65535)

    public var isAny: Bool { self == .any }

    /// What this does not match.
    public var inverted: PortMatch { PortMatch(first, last, isInverted: !isInverted) }

    public func matches(_ port: UInt16) -> Bool { (first <= port && port <= last) != isInverted }
}

/// `access-group LIST in|out interface NAME`, or `access-group LIST global`.
public struct AccessGroup: Hashable, Sendable {
    public enum Direction: String, Hashable, Sendable {
        case inbound = "in"
        case outbound = "out"
    }

    public var list: String
    public var direction: Direction
    /// `nil` for `global`.
    public var interface: String?

    public init(list: String, direction: Direction, interface: String?) {
        self.list = list
        self.direction = direction
        self.interface = interface
    }
}
