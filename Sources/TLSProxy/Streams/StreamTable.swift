import SystemCalls
import Wire

/// The streams of one thread, and what they share.
final class StreamTable {
    let loop: SocketLoop
    let index: Int
    let context: TLSContext?
    let limits: StreamLimits
    let exchange = Exchange()
    // Nanoseconds, see StreamDeadlines.
    let handshake: UInt64
    let idle: UInt64
    let connect: UInt64
    let linger: UInt64
    var statistics = TerminatorStatistics()
    /// Nothing is left, and nothing comes any more.
    private(set) var isStopped = false
    private var listeners: [Listener] = []
    private let admission: Admission
    private let events: @Sendable (StreamEvent) -> Void
    private var streams: [StreamID: Stream] = [:]
    private var round = StreamRound()
    private var lastNumber: UInt64 = 0

    init(
        _ loop: SocketLoop, _ index: Int, _ context: TLSContext?, _ settings: TerminatorSettings,
        _ admission: Admission, _ events: @escaping @Sendable (StreamEvent) -> Void
    ) {
        self.loop = loop
        self.index = index
        self.context = context
        self.admission = admission
        self.events = events
        limits = settings.limits
        handshake = UInt64(nanosecondsOf: settings.deadlines.handshake)
        idle = UInt64(nanosecondsOf: settings.deadlines.idle)
        connect = UInt64(nanosecondsOf: settings.deadlines.connect)
        linger = UInt64(nanosecondsOf: settings.deadlines.linger)
    }

    /// When the present turn began, in nanoseconds: the time of whatever happens in it.
    var now: UInt64 { loop.now }

    /// Takes the connections that come to `socket`, which listens.
    func serve(_ socket: consuming TCPSocket, inClear: Bool) throws(SystemError) {
        let listener = try Listener(socket, loop) { [unowned self] socket, phone, destination in
            Leg(.phone, self, stream: nil, inClear: inClear).begin(socket, phone: phone, destination: destination)
        }
        listeners.append(listener)
    }

    func emit(_ event: StreamEvent) { events(event) }

    /// A phone's connection has come: its stream, or `nil` when it is refused.
    func admit(_ leg: Leg, phone: Endpoint, destination: Endpoint) -> Stream? {
        if let limit = admission.admit(phone.address, inClear: leg.isInClear) {
            emit(.refused(limit, phone: phone, destination: destination))
            return nil
        }
        lastNumber &+= 1
        let stream = Stream(StreamID(loop: index, number: lastNumber), leg, from: phone.address, self)
        streams[stream.id] = stream
        round.add(stream)
        statistics.accepted &+= 1
        emit(.accepted(stream.id, phone: phone, destination: destination))
        return stream
    }

    func handshakeOver() { admission.handshakeOver() }

    func remove(_ stream: Stream) {
        guard streams.removeValue(forKey: stream.id) != nil else { return }
        round.remove(stream)
        admission.release(stream.source, inClear: stream.isInClear)
        emit(.closed(stream.id, stream.totals))
    }

    func carryOut(_ order: StreamOrder) {
        guard let stream = streams[order.stream] else { return }
        switch order {
        case .connect(_, let plan): stream.connect(plan)
        case .send(_, let side, let bytes): stream.leg(side)?.send(bytes)
        case .finish(_, let side): stream.leg(side)?.finish()
        case .close(_, let manner): stream.close(manner)
        case .pauseReading(_, let side): stream.leg(side)?.isPaused = true
        case .resumeReading(_, let side): stream.leg(side)?.isPaused = false
        }
    }

    /// Lets go of what has waited too long, in a part of the streams.
    func sweep() {
        for stream in round.step() { stream.check(at: now) }
        for listener in listeners { listener.resume() }
    }

    /// Takes no more connections, and lets go of all there are.
    func stop() {
        for listener in listeners { listener.close() }
        for stream in Array(streams.values) { stream.close(.abrupt, .stopped) }
        while loop.hasWaiting { loop.serveWaiting() }
        isStopped = true
    }

    var snapshots: [StreamSnapshot] { streams.values.map(\.snapshot) }
}

extension UInt64 {
    /// At most a century, so that no deadline overflows.
    init(nanosecondsOf seconds: Double) {
        let bounded = seconds.isFinite ? Swift.min(Swift.max(seconds, 0), 3e9) : 3e9
        self = UInt64(bounded * 1e9)
    }
}
