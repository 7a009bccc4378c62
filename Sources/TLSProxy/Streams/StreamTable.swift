import NIOCore
import Wire

/// The streams of one thread, and what they share.
final class StreamTable {
    let loop: any EventLoop
    let index: Int
    let context: TLSContext?
    let limits: StreamLimits
    let deadlines: StreamDeadlines
    let exchange = Exchange()
    let handshake: TimeAmount
    let idle: TimeAmount
    let linger: TimeAmount
    var statistics = TerminatorStatistics()
    private let admission: Admission
    private let events: @Sendable (StreamEvent) -> Void
    private var streams: [StreamID: Stream] = [:]
    private var round = StreamRound()
    private var lastNumber: UInt64 = 0

    init(
        _ loop: any EventLoop, _ index: Int, _ context: TLSContext?, _ settings: TerminatorSettings,
        _ admission: Admission, _ events: @escaping @Sendable (StreamEvent) -> Void
    ) {
        self.loop = loop
        self.index = index
        self.context = context
        self.admission = admission
        self.events = events
        limits = settings.limits
        deadlines = settings.deadlines
        handshake = TimeAmount(seconds: settings.deadlines.handshake)
        idle = TimeAmount(seconds: settings.deadlines.idle)
        linger = TimeAmount(seconds: settings.deadlines.linger)
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
        let now = NIODeadline.now()
        for stream in round.step() { stream.check(at: now) }
    }

    func closeAll() {
        for stream in Array(streams.values) { stream.close(.abrupt, .stopped) }
    }

    var snapshots: [StreamSnapshot] { streams.values.map(\.snapshot) }
}

extension TimeAmount {
    /// At most a century, so that no deadline overflows.
    init(seconds: Double) {
        let bounded = seconds.isFinite ? min(max(seconds, 0), 3e9) : 3e9
        self = .nanoseconds(Int64(bounded * 1e9))
    }
}
