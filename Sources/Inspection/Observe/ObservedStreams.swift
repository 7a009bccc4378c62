import Wire

/// TCP connections in which SIP is spoken, put in order and cut into messages. A connection is followed from the first
/// segment that begins as SIP does.
struct ObservedStreams: Sendable {
    private struct Direction: Sendable {
        var next: UInt32
        var framing = SIPFraming(from: .acceptor)
        var input: [UInt8] = []
        /// What came before its turn.
        var early: [(sequence: UInt32, bytes: [UInt8])] = []
    }

    private static let limit = 4096
    private static let earlyLimit = 32
    private static let inputLimit = 262_144

    private var directions: [FlowKey: Direction] = [:]

    /// Takes a segment; the messages that are whole with it.
    mutating func take(_ payload: Span<UInt8>, _ tcp: TCPHeader, _ key: FlowKey) -> [[UInt8]] {
        if tcp.flags.contains(.syn) || tcp.flags.contains(.reset) { directions[key] = nil }
        guard payload.count > 0 else { return [] }
        guard var direction = directions[key] ?? begin(payload, tcp) else { return [] }
        directions[key] = nil
        guard accept(payload.bytes(in: 0..<payload.count), tcp.sequence, &direction) else { return [] }
        guard let messages = cut(&direction) else { return [] }
        if directions.count < Self.limit { directions[key] = direction }
        return messages
    }

    private func begin(_ payload: Span<UInt8>, _ tcp: TCPHeader) -> Direction? {
        SIPStart.isSIP(payload) ? Direction(next: tcp.sequence) : nil
    }

    /// Puts a segment where it belongs; `false`: too much is missing, and the connection is given up.
    private func accept(_ bytes: [UInt8], _ sequence: UInt32, _ direction: inout Direction) -> Bool {
        let ahead = Int32(bitPattern: sequence &- direction.next)
        if ahead > 0 {
            direction.early.append((sequence, bytes))
            return direction.early.count <= Self.earlyLimit
        }
        append(bytes, behind: Int(-ahead), &direction)
        var isMoving = true
        while isMoving {
            isMoving = false
            for index in direction.early.indices {
                let distance = Int32(bitPattern: direction.early[index].sequence &- direction.next)
                guard distance <= 0 else { continue }
                let early = direction.early.remove(at: index)
                append(early.bytes, behind: Int(-distance), &direction)
                isMoving = true
                break
            }
        }
        return direction.input.count <= Self.inputLimit
    }

    private func append(_ bytes: [UInt8], behind: Int, _ direction: inout Direction) {
        guard behind < bytes.count else { return }
        direction.input += bytes[behind...]
        direction.next &+= UInt32(truncatingIfNeeded: bytes.count - behind)
    }

    /// `nil` where what follows is no SIP any more.
    private func cut(_ direction: inout Direction) -> [[UInt8]]? {
        var messages: [[UInt8]] = []
        var start = 0
        let input = direction.input
        while start < input.count {
            switch direction.framing.next(input.span.extracting(start...)) {
            case .complete(let length):
                messages.append(Array(input[start..<start + length]))
                start += length
            case .ping(let length), .pong(let length): start += length
            case .needMore:
                direction.input.removeSubrange(..<start)
                return messages
            case .malformed: return messages.isEmpty ? nil : messages
            }
        }
        direction.input = []
        return messages
    }
}
