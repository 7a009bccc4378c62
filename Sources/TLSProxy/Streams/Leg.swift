import NIOCore
import Wire

/// One connection of a stream: plaintext on our side, TLS or plain TCP on the wire. The handler of its channel.
final class Leg: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        case connecting
        case handshake
        case open
        /// Nothing more is read or sent; what was sent may still go out.
        case failed
        case gone
    }

    let side: StreamSide
    /// Of a phone's: it comes without TLS.
    let isInClear: Bool
    let table: StreamTable
    private(set) var stream: Stream?
    private(set) var tls: TLSConnection?
    var phase = Phase.connecting
    /// What is to be sent once it is open.
    var waiting: [UInt8] = []
    var context: ChannelHandlerContext?

    // How far each direction has come.
    var hasInputEnded = false
    var hasSeenFIN = false
    var isFinishing = false
    var isOutputClosed = false
    var isDiscarding = false

    var closeReason: CloseReason?
    var deadline: NIODeadline?
    var isCongested = false
    var isPaused = false {
        didSet { updateReading() }
    }
    private var isReading = true

    /// - Parameter stream: the phone's leg gets it when the connection is admitted.
    init(_ side: StreamSide, _ table: StreamTable, stream: Stream?, inClear: Bool = false) {
        self.side = side
        isInClear = inClear
        self.table = table
        self.stream = stream
    }

    /// For a server's leg, before it connects. `false`: it cannot be.
    func prepare(_ upstream: UpstreamTLS) -> Bool {
        guard let tls = try? TLSConnection(upstream.context.context, table.exchange),
            tls.present(upstream.identity, serverName: upstream.serverName)
        else { return false }
        self.tls = tls
        return true
    }

    var isConnected: Bool { phase != .connecting }

    func emit(_ event: (StreamID, StreamSide) -> StreamEvent) {
        guard let stream else { return }
        table.emit(event(stream.id, side))
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        let local = context.localAddress?.endpoint ?? Endpoint(.anyV4, 0)
        let remote = context.remoteAddress?.endpoint ?? Endpoint(.anyV4, 0)
        switch side {
        case .phone: begin(phone: remote, destination: local)
        case .server: begin(local: local, server: remote)
        }
    }

    private func begin(phone: Endpoint, destination: Endpoint) {
        guard let stream = table.admit(self, phone: phone, destination: destination) else { return reset() }
        self.stream = stream
        if isInClear { return open() }
        beginHandshake()
        guard let context = table.context, let connection = try? TLSConnection(context, table.exchange) else {
            return failHandshake(HandshakeFailure(cause: .library, state: "", errors: [], verification: nil))
        }
        tls = connection
    }

    private func begin(local: Endpoint, server: Endpoint) {
        guard let stream else { return reset() }
        table.statistics.upstreamConnections &+= 1
        table.emit(.upstreamConnected(stream.id, local: local, remote: server))
        if let tls {
            beginHandshake()
            unsafe process(tls.take(UnsafeRawBufferPointer(start: nil, count: 0)))
        } else {
            open()
        }
    }

    private func beginHandshake() {
        phase = .handshake
        deadline = .now() + table.handshake
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = Self.unwrapInboundIn(data)
        guard phase == .handshake || phase == .open, !isDiscarding, !hasInputEnded else { return }
        if let tls {
            process(unsafe buffer.withUnsafeReadableBytes { unsafe tls.take($0) })
        } else {
            deliver(Array(buffer: buffer))
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else { return }
        hasSeenFIN = true
        switch phase {
        case .handshake:
            failHandshake(tls?.failure(.disconnected))
        case .open:
            endInput()
            if isOutputClosed { context.close(promise: nil) }
        case .failed: if isOutputClosed { context.close(promise: nil) }
        case .connecting, .gone: break
        }
    }

    /// FIN, with TLS perhaps without the close_notify that should have come first.
    private func endInput() {
        guard !hasInputEnded else { return }
        hasInputEnded = true
        if !isDiscarding { emit { .ended($0, $1, isTruncated: tls != nil) } }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        setCongested(!context.channel.isWritable)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if closeReason == nil, let error = error as? IOError { closeReason = .system(error.errnoCode) }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if phase == .handshake { reportFailedHandshake(tls?.failure(.disconnected)) }
        // NIO does not speak of a FIN that comes after ours.
        if phase == .open, isOutputClosed, closeReason == nil { endInput() }
        let wasOpen = phase != .connecting
        phase = .gone
        waiting = []
        guard let stream else { return }
        if wasOpen { emit { .legClosed($0, $1, finalReason) } }
        stream.legIsGone(self)
        self.stream = nil
    }

    private var finalReason: CloseReason {
        closeReason ?? (hasInputEnded && isOutputClosed ? .finished : .system(CloseReason.resetNumber))
    }

    /// How much is read depends on how much is left to send on the other side.
    func updateReading() {
        let isOtherCongested = stream?.leg(side.other)?.isCongested ?? false
        let reads = isDiscarding || phase == .failed || !(isPaused || isOtherCongested)
        guard reads != isReading, let context else { return }
        isReading = reads
        try? context.channel.syncOptions?.setOption(.autoRead, value: reads)
    }

    func setCongested(_ congested: Bool) {
        guard congested != isCongested, phase != .gone else { return }
        isCongested = congested
        emit { congested ? .congested($0, $1) : .drained($0, $1) }
        stream?.leg(side.other)?.updateReading()
    }
}
