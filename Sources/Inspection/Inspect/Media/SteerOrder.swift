import Wire

/// One end of what SIP has opened a pinhole for: packets to it and from it are the engine's to see, whatever their ports.
public struct SteeredEnd: Hashable, Sendable {
    public var transport: IPProtocol
    public var endpoint: Endpoint

    public init(transport: IPProtocol, endpoint: Endpoint) {
        self.transport = transport
        self.endpoint = endpoint
    }
}

/// What whoever brings the engine its packets is to bring from now on, or need not any more. In order.
public enum SteerOrder: Hashable, Sendable {
    case add(SteeredEnd)
    case remove(SteeredEnd)
}

extension Engine {
    public var hasSteerOrders: Bool { !steerOrders.isEmpty }

    public mutating func takeSteerOrders() -> [SteerOrder] {
        defer { steerOrders = [] }
        return steerOrders
    }

    /// A pinhole's packets, and the answers to them, go to its end as the one side knows it, or come from it as the other
    /// does.
    mutating func steer(_ pinhole: Pinhole, isOpen: Bool) {
        guard settings.tellsOfPinholes else { return }
        let (seen, real) = (pinhole.key.destinationEndpoint, pinhole.reverse.sourceEndpoint)
        // Not a Set: its order differs from run to run, and orders are replayed.
        for endpoint in seen == real ? [seen] : [seen, real] {
            let end = SteeredEnd(transport: pinhole.key.transport, endpoint: endpoint)
            let count = (steered[end] ?? 0) + (isOpen ? 1 : -1)
            steered[end] = count > 0 ? count : nil
            if isOpen, count == 1 { steerOrders.append(.add(end)) }
            if !isOpen, count == 0 { steerOrders.append(.remove(end)) }
        }
    }
}
