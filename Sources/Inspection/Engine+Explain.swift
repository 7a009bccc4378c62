import ConfigLanguage
import Wire

/// Questions about packets that are not there: they are answered, and nothing changes by them.
extension Engine {
    /// Where a new flow with this key would leave; `nil` when it is not routed, or not let in for its addresses.
    public func egress(of key: FlowKey) -> InterfaceIndex? { (try? findPath(key))?.egress }

    /// `clear asp drop`: forgets how many packets were dropped, and why.
    public mutating func clearDrops() {
        counters.reasons = [UInt64](repeating: 0, count: counters.reasons.count)
        counters.dropped = 0
        counters.undecodable = 0
    }
}
