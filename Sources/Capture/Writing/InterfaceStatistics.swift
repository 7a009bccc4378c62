/// What happened on an interface while it was captured.
public struct InterfaceStatistics: Hashable, Sendable {
    /// Packets that came to the capture.
    public var received: UInt64
    /// Packets that the capture had no room for.
    public var dropped: UInt64

    public init(received: UInt64, dropped: UInt64) {
        self.received = received
        self.dropped = dropped
    }
}
