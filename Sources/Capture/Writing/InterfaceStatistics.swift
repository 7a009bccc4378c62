import Wire

/// What happened on an interface until a moment.
public struct InterfaceStatistics: Hashable, Sendable {
    /// Packets that came to the capture.
    public var received: UInt64
    /// Packets that the capture had no room for.
    public var dropped: UInt64
    public var moment: Timestamp

    public init(received: UInt64, dropped: UInt64, at moment: Timestamp) {
        self.received = received
        self.dropped = dropped
        self.moment = moment
    }
}
