/// What becomes of a queued packet.
public struct QueueVerdict: Hashable, Sendable {
    public enum Action: Hashable, Sendable {
        case accept
        /// Accept what now stands in the buffer, of this many bytes.
        case acceptRewritten(length: Int)
        case drop
    }

    public var action: Action
    /// The packet's new mark; `nil` leaves it.
    public var mark: UInt32?

    public init(_ action: Action, mark: UInt32? = nil) {
        self.action = action
        self.mark = mark
    }

    public static let accept = QueueVerdict(.accept)
    public static let drop = QueueVerdict(.drop)

    public static func acceptRewritten(length: Int) -> QueueVerdict { QueueVerdict(.acceptRewritten(length: length)) }
}
