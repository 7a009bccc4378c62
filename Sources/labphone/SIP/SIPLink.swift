import Glibc
import Wire

enum SIPTransport: String, CaseIterable, Sendable { case udp, tcp, tls }

/// What SIP messages go over: a UDP socket, or one connection.
final class SIPLink {
    private enum Carrier {
        case none
        case datagrams(BoundSocket)
        case stream(StreamLink)
    }

    let transport: SIPTransport
    let local: Endpoint
    /// A connection's other end.
    let peer: Endpoint?
    private(set) var isOpen = true
    private let loop: EventLoop
    private var carrier = Carrier.none
    private var watch: UInt64 = 0
    private var framer = SIPFramer()
    private let deliver: (SIPMessage, SIPLink, Endpoint) -> Void

    /// A UDP socket.
    init(
        _ loop: EventLoop, datagrams socket: BoundSocket,
        deliver: @escaping (SIPMessage, SIPLink, Endpoint) -> Void
    ) throws(LabError) {
        self.loop = loop
        transport = .udp
        local = socket.local
        peer = nil
        carrier = .datagrams(socket)
        self.deliver = deliver
        watch = try loop.watch(socket.descriptor) { [unowned self] in serve(socket) }
    }

    /// A connection.
    /// - Parameter ended: hears why the other side is gone.
    init(
        _ loop: EventLoop, stream: any ByteStream, _ transport: SIPTransport, peer: Endpoint,
        deliver: @escaping (SIPMessage, SIPLink, Endpoint) -> Void, ended: @escaping (String) -> Void
    ) throws(LabError) {
        self.loop = loop
        self.transport = transport
        self.peer = peer
        local = try SocketAddress.local(of: stream.descriptor)
        self.deliver = deliver
        carrier = .stream(
            try StreamLink(
                loop, stream, peer: peer, take: { [unowned self] bytes throws(StreamEnd) in try take(bytes) },
                ended: { [unowned self] in
                    isOpen = false
                    ended($0.description)
                }))
    }

    deinit { loop.forget(watch) }

    var isReliable: Bool { transport != .udp }

    /// Over a connection it goes to the peer, whatever `endpoint` says.
    func send(_ message: SIPMessage, to endpoint: Endpoint) {
        guard isOpen else { return }
        switch carrier {
        case .datagrams(let socket):
            if LabNetworks.contains(endpoint.address) { socket.send(message.bytes[...], to: endpoint) }
        case .stream(let stream): stream.send(message.bytes)
        case .none: break
        }
    }

    /// Two empty lines, which the other side of a connection answers with one.
    func keepAlive() { if isOpen, case .stream(let stream) = carrier { stream.send([13, 10, 13, 10]) } }

    var emptyLines: Int { framer.emptyLines }

    private func serve(_ socket: BoundSocket) {
        while let (count, peer) = socket.receive(into: &loop.buffer) {
            if let message = SIPMessage(loop.buffer[..<count]) { deliver(message, self, peer) }
        }
    }

    private func take(_ bytes: [UInt8]) throws(StreamEnd) {
        for message in framer.messages(adding: bytes) { deliver(message, self, peer ?? local) }
        if framer.isBroken { throw .failed("not SIP") }
    }

    /// Ends it; nothing is heard of it any more.
    func close() {
        guard isOpen else { return }
        isOpen = false
        loop.forget(watch)
        if case .stream(let stream) = carrier { stream.close() }
    }
}
