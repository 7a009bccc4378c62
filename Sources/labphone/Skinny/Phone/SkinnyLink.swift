import Wire

/// A connection that Skinny goes over, and the version that both sides have agreed upon.
final class SkinnyLink {
    /// The negotiated version; 0 before there is one.
    var version: UInt32 = 0
    private var stream: StreamLink?
    private var framer = SkinnyFramer()
    private let deliver: (SkinnyMessage, SkinnyLink) -> Void

    /// - Parameter ended: hears why the other side is gone.
    init(
        _ loop: EventLoop, _ stream: any ByteStream, peer: Endpoint,
        deliver: @escaping (SkinnyMessage, SkinnyLink) -> Void, ended: @escaping (String) -> Void
    ) throws(LabError) {
        self.deliver = deliver
        self.stream = try StreamLink(
            loop, stream, peer: peer, take: { [unowned self] bytes throws(StreamEnd) in try take(bytes) },
            ended: { ended($0.description) })
    }

    var isOpen: Bool { stream?.isOpen ?? false }
    var local: Endpoint { stream?.local ?? Endpoint(.anyV4, 0) }
    var peer: Endpoint { stream?.peer ?? Endpoint(.anyV4, 0) }

    private func take(_ bytes: [UInt8]) throws(StreamEnd) {
        for message in framer.messages(adding: bytes) { deliver(message, self) }
        if framer.isBroken { throw .failed("not Skinny") }
    }

    /// From version 10 on the header tells the version.
    func send(_ kind: SkinnyKind, _ body: [UInt8] = []) {
        stream?.send(SkinnyMessage(kind, version: version >= 10 ? version : 0, body).bytes)
    }

    /// Which layout a message has: what its header says, or what was agreed upon.
    func layout(of message: SkinnyMessage) -> UInt32 { message.version == 0 ? version : message.version }

    func close() { stream?.close() }
}
