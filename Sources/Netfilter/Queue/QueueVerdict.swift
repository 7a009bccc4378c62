/// What becomes of a queued packet.
public enum QueueVerdict: Hashable, Sendable {
    case accept
    /// Accept what now stands in the buffer, of this many bytes.
    case acceptRewritten(length: Int)
    /// What now stands in the buffer, of this many bytes, is the box's own answer to the packet, and leaves in its place. It
    /// has not come in by anywhere: what other rules the hook has for what comes in are passed over.
    case answer(length: Int)
    /// Accept it as it came, marked: the rules hand the connection that it opens to the terminator.
    case acceptRedirected
    case drop
}
