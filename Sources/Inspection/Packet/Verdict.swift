/// What the engine decided about one packet, and why. A plain value: making one allocates nothing.
public struct Verdict: Sendable {
    public enum Action: UInt8, Sendable {
        /// Goes on, as it is or as it was rewritten in place.
        case forward
        case drop
        /// A fragment that waits for the rest of its datagram. The engine keeps a copy and hands it back as a
        /// ``Release`` if the datagram is let through; whoever carried this one lets go of it.
        case hold
        /// Was for the box itself, which has taken it: whoever carried it lets go of it.
        case consume
    }

    public var action: Action
    /// Set when `action` is `.drop`.
    public var reason: DropReason?
    /// The bytes were changed in place.
    public var isRewritten = false
    /// What goes on is longer or shorter than what came, and stands in ``Engine/takeReplacement()``. The bytes given are not
    /// what leaves.
    public var isReplaced = false
    /// What it opens is a connection for the hand that carries streams: it goes on as it came, to that.
    public var isForStreamHand = false
    public var trafficClass = TrafficClass.through
    /// Where the packet came in and where it goes; `egress` is `nil` for what is not routed.
    public var ingress: InterfaceIndex
    public var egress: InterfaceIndex?
    /// The flow it belongs to, and whether it is the packet that opened it.
    public var flow: FlowID?
    public var opensFlow = false
    /// The packet goes from the flow's initiator to its responder.
    public var isFromInitiator = true
    /// The access entry that decided, for a packet that opened a flow or was refused one.
    public var accessEntry: AccessEntryIndex?

    static func forward(_ ingress: InterfaceIndex) -> Verdict { Verdict(action: .forward, ingress: ingress) }

    static func drop(_ reason: DropReason, _ ingress: InterfaceIndex) -> Verdict {
        Verdict(action: .drop, reason: reason, ingress: ingress)
    }

    init(action: Action, reason: DropReason? = nil, ingress: InterfaceIndex) {
        self.action = action
        self.reason = reason
        self.ingress = ingress
    }
}

/// A box interface, as its place in the configuration. Without a configuration there is one, number 0.
public struct InterfaceIndex: Hashable, Sendable {
    public let rawValue: UInt8

    public init(_ rawValue: UInt8) { self.rawValue = rawValue }

    /// No interface has this place.
    static let nowhere = InterfaceIndex(.max)
}

/// One entry of one access list.
public struct AccessEntryIndex: Hashable, Sendable {
    public let list: UInt16
    /// From 0; `nil` is the implicit deny at the end.
    public let entry: UInt32?
}

/// A packet that the engine hands out beside its verdict.
public struct Release: Sendable {
    public enum Origin: UInt8, Sendable {
        /// A fragment that had waited for its datagram.
        case fragment
        /// Made by the box; nothing like it came in.
        case box
    }

    public var origin: Origin
    public var packet: [UInt8]
    /// Where the packet came in; for one of the box's own, where the packets come from that it answers for.
    public var ingress: InterfaceIndex
    public var egress: InterfaceIndex?
    public var isRewritten: Bool
}
