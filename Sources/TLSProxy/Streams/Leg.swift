import Glibc
import SystemCalls
import Wire

/// One connection of a stream: plaintext on our side, TLS or plain TCP on the wire.
final class Leg {
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
    var stream: Stream?
    private(set) var tls: TLSConnection?
    var phase = Phase.connecting
    /// What is to be sent once it is open.
    var waiting: [UInt8] = []
    /// While it is connecting or connected.
    var connection: Connection?
    var local = Endpoint(.anyV4, 0)
    private(set) var remote = Endpoint(.anyV4, 0)

    // How far each direction has come.
    /// Of the plaintext.
    var hasInputEnded = false
    var hasSeenFIN = false
    var isFinishing = false
    var isOutputClosed = false
    var isDiscarding = false

    var closeReason: CloseReason?
    /// Why there is no connection, when it was given up before it was one.
    var connectFailure = UpstreamFailure.system(ECANCELED)
    /// In nanoseconds, as the table counts them.
    var deadline: UInt64?
    var isCongested = false
    var isPaused = false {
        didSet { updateReading() }
    }

    /// - Parameter stream: the phone's leg gets it when the connection is admitted.
    init(_ side: StreamSide, _ table: StreamTable, stream: Stream?, inClear: Bool = false) {
        self.side = side
        isInClear = inClear
        self.table = table
        self.stream = stream
    }

    func emit(_ event: (StreamID, StreamSide) -> StreamEvent) {
        guard let stream else { return }
        table.emit(event(stream.id, side))
    }

    // MARK: The beginning

    /// A phone's connection has come.
    func begin(_ socket: consuming TCPSocket, phone: Endpoint, destination: Endpoint) {
        guard let stream = table.admit(self, phone: phone, destination: destination) else {
            return socket.resetWhenClosed()
        }
        self.stream = stream
        (local, remote) = (destination, phone)
        connection = Connection(socket, table.loop, self, isConnecting: false)
        if isInClear { return open() }
        beginHandshake()
        guard let context = table.context, let connection = try? TLSConnection(context, table.exchange) else {
            return failHandshake(HandshakeFailure(cause: .library, state: "", errors: [], verification: nil))
        }
        tls = connection
    }

    /// Connects to the call server.
    func connect(_ plan: UpstreamPlan) throws(SystemError) {
        if let upstream = plan.tls, !prepare(upstream) { throw SystemError("TLS", EPROTO) }
        let socket = try UpstreamConnector.connect(plan, table.limits)
        remote = plan.destination
        deadline = table.now &+ table.connect
        connection = Connection(socket, table.loop, self, isConnecting: true)
        // The phone may take no more already.
        updateReading()
    }

    /// `false`: it cannot be.
    private func prepare(_ upstream: UpstreamTLS) -> Bool {
        guard let tls = try? TLSConnection(upstream.context.context, table.exchange),
            tls.present(upstream.identity, serverName: upstream.serverName)
        else { return false }
        self.tls = tls
        return true
    }

    func beginHandshake() {
        phase = .handshake
        deadline = table.now &+ table.handshake
    }

    // MARK: Back-pressure

    /// How much is read depends on how much is left to send on the other side.
    func updateReading() {
        let isOtherCongested = stream?.leg(side.other)?.isCongested ?? false
        connection?.isReading = isDiscarding || phase == .failed || !(isPaused || isOtherCongested)
    }

    /// After bytes have come to wait, or have been sent.
    func updateCongestion() {
        let waits = connection?.unsentCount ?? 0
        setCongested(isCongested ? waits > table.limits.unsentLow : waits > table.limits.unsentHigh)
    }

    func setCongested(_ congested: Bool) {
        guard congested != isCongested, phase != .gone else { return }
        isCongested = congested
        emit { congested ? .congested($0, $1) : .drained($0, $1) }
        stream?.leg(side.other)?.updateReading()
    }
}
