import Wire

/// TCP connections in which SIP or Skinny is spoken, put in order and cut into messages; and, where somebody can open it, TLS.
/// A connection is followed from the first segment that begins as one of them does.
struct ObservedStreams: Sendable {
    enum Found {
        /// What comes next, from the hello on.
        case tls([UInt8], isFirst: Bool)
        case sip([UInt8])
        case skinny([UInt8])
        /// Where the next Skinny message would start can not be told any more.
        case brokenSkinny
    }

    private enum Framing {
        case sip(SIPFraming)
        case skinny
        case tls(isFirst: Bool)
    }

    private struct Direction: Sendable {
        var next: UInt32
        var framing: Framing
        var input: [UInt8] = []
        /// What came before its turn.
        var early: [(sequence: UInt32, bytes: [UInt8])] = []
    }

    private static let limit = 4096
    private static let earlyLimit = 32
    private static let inputLimit = 262_144

    private let followsTLS: Bool
    private var directions: [FlowKey: Direction] = [:]
    /// Of what is in order already, too few bytes to know what it is.
    private var starts: [FlowKey: [UInt8]] = [:]

    init(followsTLS: Bool = false) { self.followsTLS = followsTLS }

    /// Takes a segment; the messages that are whole with it.
    mutating func take(_ payload: Span<UInt8>, _ tcp: TCPHeader, _ key: FlowKey) -> [Found] {
        if tcp.flags.contains(.syn) || tcp.flags.contains(.reset) { directions[key] = nil }
        guard payload.count > 0 else { return [] }
        return add(payload.bytes(in: 0..<payload.count), at: tcp.sequence, key)
    }

    /// Takes bytes that are in order already: what comes next in this direction.
    mutating func take(next bytes: [UInt8], _ key: FlowKey) -> [Found] {
        if let direction = directions[key] { return add(bytes, at: direction.next, key) }
        // A record may have no more than a byte of the first message.
        let start = (starts.removeValue(forKey: key) ?? []) + bytes
        guard start.count < SkinnyFraming.bodyOffset else { return add(start, at: 0, key) }
        if starts.count < Self.limit { starts[key] = start }
        return []
    }

    /// A connection begins anew.
    mutating func forget(_ key: FlowKey) {
        directions[key] = nil
        starts[key] = nil
    }

    private mutating func add(_ bytes: [UInt8], at sequence: UInt32, _ key: FlowKey) -> [Found] {
        guard var direction = directions[key] ?? begin(bytes.span, sequence, key) else { return [] }
        directions[key] = nil
        guard accept(bytes, sequence, &direction) else { return [] }
        let (messages, isWhole) = cut(&direction)
        if isWhole, directions.count < Self.limit { directions[key] = direction }
        return messages
    }

    private func begin(_ payload: Span<UInt8>, _ sequence: UInt32, _ key: FlowKey) -> Direction? {
        if SIPStart.isSIP(payload) {
            return Direction(next: sequence, framing: .sip(SIPFraming(from: .acceptor)))
        }
        if followsTLS, TLSRecord.isHello(payload) { return Direction(next: sequence, framing: .tls(isFirst: true)) }
        return SkinnyStart.isSkinny(payload, key) ? Direction(next: sequence, framing: .skinny) : nil
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

    /// The messages that are whole; `false` where what follows can not be cut any more.
    private func cut(_ direction: inout Direction) -> (found: [Found], isWhole: Bool) {
        var messages: [Found] = []
        var start = 0
        let input = direction.input
        cutting: while start < input.count {
            let rest = input.span.extracting(start...)
            switch direction.framing {
            case .sip(var framing):
                let outcome = framing.next(rest)
                direction.framing = .sip(framing)
                switch outcome {
                case .complete(let length):
                    messages.append(.sip(Array(input[start..<start + length])))
                    start += length
                case .ping(let length), .pong(let length): start += length
                case .needMore: break cutting
                case .malformed: return (messages, !messages.isEmpty)
                }
            case .skinny:
                switch SkinnyFraming.next(rest) {
                case .complete(let length):
                    messages.append(.skinny(Array(input[start..<start + length])))
                    start += length
                case .needMore: break cutting
                case .malformed: return (messages + [.brokenSkinny], false)
                }
            case .tls(let isFirst):
                messages.append(.tls(Array(input[start...]), isFirst: isFirst))
                direction.framing = .tls(isFirst: false)
                start = input.count
            }
        }
        direction.input.removeSubrange(..<start)
        return (messages, true)
    }
}

/// What a Skinny connection begins with, from its start or from the middle of it.
enum SkinnyStart {
    /// In the clear, and by TLS that was opened.
    private static let ports: [UInt16] = [2000, 2443]

    /// Whether a message begins here. On another port than Skinny's, only whole messages with known numbers prove it.
    static func isSkinny(_ payload: Span<UInt8>, _ key: FlowKey) -> Bool {
        guard payload.count >= SkinnyFraming.bodyOffset else { return false }
        if ports.contains(key.sourcePort) || ports.contains(key.destinationPort) { return isStart(payload) }
        var rest = payload
        while !rest.isEmpty {
            guard case .complete(let length) = SkinnyFraming.next(rest), isStart(rest) else { return false }
            rest = rest.extracting(length...)
        }
        return true
    }

    /// A length that can be, a version that there is, a number that has a name.
    private static func isStart(_ message: Span<UInt8>) -> Bool {
        let version = message.littleEndian32(at: 4)
        guard SkinnyFraming.lengths.contains(Int(message.littleEndian32(at: 0))), version <= 32 else { return false }
        return SkinnyMessageID(message.littleEndian32(at: 8)).name != nil
    }

    /// The phone's end of a connection first: the server's is known by its port, or by who sends what.
    static func parties(_ id: SkinnyMessageID, _ key: FlowKey) -> (phone: Endpoint, server: Endpoint) {
        let isFromPhone =
            ports.contains(key.destinationPort) ? true : ports.contains(key.sourcePort) ? false : id.isFromPhone
        return isFromPhone
            ? (key.sourceEndpoint, key.destinationEndpoint) : (key.destinationEndpoint, key.sourceEndpoint)
    }
}
