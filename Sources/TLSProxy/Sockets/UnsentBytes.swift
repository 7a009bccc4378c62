import Wire

/// What waits until the socket takes it, in order. Nothing is held where nothing waits.
struct UnsentBytes {
    /// Bytes in front that are sent, at which the others are worth being moved.
    private static let worthMoving = 65_536

    private var bytes: [UInt8] = []
    private var sent = 0

    var count: Int { bytes.count - sent }

    mutating func append(_ more: Span<UInt8>) { bytes += more.bytes(in: 0..<more.count) }

    /// Has `send` send as much of it as is taken at once, which is gone from here then.
    mutating func send(_ send: (Span<UInt8>) -> TCPSocket.Transfer) -> TCPSocket.Transfer {
        let transfer = send(bytes.span.extracting(sent..<bytes.count))
        if case .bytes(let count) = transfer { drop(count) }
        return transfer
    }

    private mutating func drop(_ count: Int) {
        sent += count
        if sent == bytes.count {
            self = UnsentBytes()
        } else if sent >= Self.worthMoving, sent * 2 >= bytes.count {
            bytes.removeFirst(sent)
            sent = 0
        }
    }
}
