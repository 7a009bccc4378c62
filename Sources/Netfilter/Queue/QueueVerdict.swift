/// What becomes of a queued packet.
public enum QueueVerdict: Hashable, Sendable {
    case accept
    /// Accept what now stands in the buffer, of this many bytes.
    case acceptRewritten(length: Int)
    /// Accept it as it came, marked: the rules hand the connection that it opens to the terminator.
    case acceptRedirected
    case drop
}
