/// A moment, in nanoseconds since 1970-01-01 00:00 UTC. Whoever carries a packet says when it was; nothing in the
/// engine reads a clock.
public struct Timestamp: Hashable, Comparable, Sendable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public init(seconds: Int64, nanoseconds: Int64 = 0) {
        self.nanoseconds = seconds &* 1_000_000_000 &+ nanoseconds
    }

    public static let zero = Timestamp(nanoseconds: 0)

    @inlinable
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Seconds from `earlier` to this moment; negative when this one is the earlier.
    public func seconds(since earlier: Timestamp) -> Double {
        Double(nanoseconds &- earlier.nanoseconds) / 1e9
    }

    public func adding(seconds: Int) -> Timestamp {
        Timestamp(nanoseconds: nanoseconds &+ Int64(seconds) &* 1_000_000_000)
    }
}
