import Wire

/// What becomes of a queued packet.
public enum QueueVerdict: Hashable, Sendable {
    case accept
    /// Accept what now stands in the buffer, of this many bytes.
    case acceptRewritten(length: Int)
    /// What now stands in the buffer, of this many bytes, is the box's own answer to the packet: it goes back to whoever
    /// handed that over, on links where this can be told, else in the packet's place the way that the kernel finds. It has
    /// not come in by anywhere: what other rules the hook has for what comes in are passed over.
    case answer(length: Int)
    /// Accept it as it came, marked: the rules hand the connection that it opens to the terminator.
    case acceptRedirected
    case drop
}

extension QueueVerdict {
    /// What stands in the buffer, an IPv4 packet of `length` bytes, leaves for one that came from `sender`. It may be for
    /// somebody else, as the next of several fetches is when one is over: then the kernel knows the way.
    @inlinable @inline(__always)
    public static func inPlace(_ packet: Span<UInt8>, length: Int, ofPacketFrom sender: UInt32) -> QueueVerdict {
        let isAnswer = packet.uint32(at: IPv4Field.destination) == sender
        return isAnswer ? .answer(length: length) : .acceptRewritten(length: length)
    }
}
