import Wire

/// `icmp {permit|deny} SOURCE MASK [TYPE] INTERFACE`: ICMP that is for the box itself, its media-termination addresses
/// included (cisco-facts 2.2).
public struct ICMPRule: Hashable, Sendable {
    public var action: AccessEntry.Action
    public var source: AddressMatch
    /// `nil`: every type.
    public var type: UInt8?
    /// `nameif` of the side where it comes in.
    public var interface: String

    public init(action: AccessEntry.Action, source: AddressMatch, type: UInt8? = nil, interface: String) {
        self.action = action
        self.source = source
        self.type = type
        self.interface = interface
    }

    /// `any` stands for IPv4: the ASA has a command of its own for IPv6.
    public var isV4: Bool {
        if case .range(let range) = source { return range.first.isV4 }
        return source != .anyV6
    }
}

extension Configuration {
    /// Whether the box takes ICMP for itself: of the interface's rules for this family the first that fits decides. Without
    /// any all is permitted; with one, what none permits is denied.
    public func permitsICMP(type: UInt8, from source: IPAddress, on interface: String) -> Bool {
        let rules = icmpRules.filter { $0.interface == interface && $0.isV4 == source.isV4 }
        guard !rules.isEmpty else { return true }
        let first = rules.first { $0.source.matches(source) && $0.type ?? type == type }
        return first?.action == .permit
    }
}
