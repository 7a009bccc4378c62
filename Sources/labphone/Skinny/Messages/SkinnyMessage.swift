/// One message: length, header version, message id, body; all numbers little-endian.
struct SkinnyMessage: Equatable {
    /// What stands in the header: 0, or the protocol version.
    var version: UInt32
    var id: UInt32
    var body: [UInt8]

    init(_ kind: SkinnyKind, version: UInt32 = 0, _ body: [UInt8] = []) {
        self.init(version: version, id: kind.rawValue, body: body)
    }

    init(version: UInt32, id: UInt32, body: [UInt8]) {
        self.version = version
        self.id = id
        self.body = body
    }

    /// `nil` for a message that nothing here looks into.
    var kind: SkinnyKind? { SkinnyKind(rawValue: id) }

    /// As it goes over the line.
    var bytes: [UInt8] {
        var writer = SkinnyWriter()
        writer.number(UInt32(body.count + 4))
        writer.number(version)
        writer.number(id)
        return writer.bytes + body
    }
}

/// Finds the messages in a stream of bytes.
struct SkinnyFramer {
    private var pending: [UInt8] = []
    /// The stream has lost its framing.
    private(set) var isBroken = false

    private static let lengths: ClosedRange<UInt32> = 4...8192

    /// The messages that are complete now.
    mutating func messages(adding bytes: [UInt8]) -> [SkinnyMessage] {
        pending += bytes
        var messages: [SkinnyMessage] = []
        var start = 0
        while !isBroken, pending.count - start >= 12 {
            let header = SkinnyReader(Array(pending[start..<start + 12]))
            let length = header.number(at: 0)
            guard Self.lengths.contains(length) else {
                isBroken = true
                break
            }
            let end = start + 8 + Int(length)
            guard pending.count >= end else { break }
            messages.append(
                SkinnyMessage(
                    version: header.number(at: 4), id: header.number(at: 8), body: Array(pending[start + 12..<end])))
            start = end
        }
        pending.removeFirst(start)
        return messages
    }
}
