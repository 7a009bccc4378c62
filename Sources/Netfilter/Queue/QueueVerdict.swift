/// What becomes of a queued packet.
public enum QueueVerdict: Hashable, Sendable {
    case accept
    /// Accept what now stands in the buffer, of this many bytes.
    case acceptRewritten(length: Int)
    case drop
}
