/// Cuts a byte stream (TCP, TLS) into Skinny messages: two words, little-endian, the first of which says how many bytes
/// follow them. The message's number is the first word of those.
///
/// Each call gets what has not been consumed yet. Nothing is kept between calls: a length is read, not searched for.
public enum SkinnyFraming {
    public enum Outcome: Hashable, Sendable {
        /// A message of that many bytes, for ``SkinnyMessage/read(_:negotiated:)``.
        case complete(length: Int)
        /// At least that many bytes more.
        case needMore(atLeast: Int)
        /// Where the next message would start can not be told any more: the connection has to be closed.
        case malformed(WireError)
    }

    /// Bytes before those that the length counts.
    public static let headerLength = 8
    /// Bytes before the body: the header, and the message's number.
    public static let bodyOffset = 12
    /// What the length may say. No message that anybody sends comes near the upper end.
    public static let lengths = 4...8192

    /// What stands at the start of `stream`.
    public static func next(_ stream: Span<UInt8>) -> Outcome {
        guard stream.count >= 4 else { return .needMore(atLeast: 4 - stream.count) }
        let length = Int(stream.littleEndian32(at: 0))
        guard length >= lengths.lowerBound else { return .malformed(WireError(.skinny, .length, .invalid, at: 0)) }
        guard length <= lengths.upperBound else { return .malformed(WireError(.skinny, .length, .tooLong, at: 0)) }
        let whole = headerLength + length
        return stream.count >= whole ? .complete(length: whole) : .needMore(atLeast: whole - stream.count)
    }
}
