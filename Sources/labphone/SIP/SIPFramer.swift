/// Cuts messages out of a stream (RFC 3261 section 18.3).
struct SIPFramer {
    private var buffer: [UInt8] = []
    /// Empty lines between messages: they keep a connection alive (RFC 5626 section 4.4.1).
    private(set) var emptyLines = 0
    /// Bytes that could not be a message; the stream is of no use after them.
    private(set) var isBroken = false

    private static let limit = 1 << 20

    /// The messages that are whole with these bytes.
    mutating func messages(adding bytes: [UInt8]) -> [SIPMessage] {
        buffer += bytes
        var messages: [SIPMessage] = []
        while let message = next() { messages.append(message) }
        if buffer.count > Self.limit { isBroken = true }
        return messages
    }

    private mutating func next() -> SIPMessage? {
        let start = buffer.firstIndex { $0 != 13 && $0 != 10 } ?? buffer.endIndex
        emptyLines += buffer[..<start].count { $0 == 10 }
        if start > 0 { buffer.removeFirst(start) }
        guard !isBroken, let head = SIPMessage.endOfHead(buffer[...]) else { return nil }
        guard let message = SIPMessage(buffer[..<(head + 4)]) else {
            isBroken = true
            return nil
        }
        let length = message["content-length"].flatMap { Int($0) } ?? 0
        guard (0...Self.limit).contains(length) else {
            isBroken = true
            return nil
        }
        guard buffer.count >= head + 4 + length else { return nil }
        var whole = message
        whole.body = Array(buffer[(head + 4)..<(head + 4 + length)])
        buffer.removeFirst(head + 4 + length)
        return whole
    }
}
