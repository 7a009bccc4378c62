import Synchronization
import TLSProxy

/// What the terminator's threads leave for the packet thread, in order.
///
/// Bounded: while more bytes wait than may, nothing is read from those who send them.
final class StreamInbox: Sendable {
    private struct Side: Hashable {
        var stream: HandStreamID
        var side: HandStreamSide
    }

    private struct Waiting {
        var events: [HandStreamEvent] = []
        var bytes = 0
        var paused: Set<Side> = []
    }

    /// Bytes of plaintext that may wait: as much as some thousand phones send in one go.
    private static let limit = 8 << 20

    private let waiting = Mutex(Waiting())
    private let wake: @Sendable () -> Void

    init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

    /// What to order the terminator, if anything: to wait with a side.
    func put(_ event: HandStreamEvent) -> HandStreamOrder? {
        let (isFirst, order) = waiting.withLock { waiting -> (Bool, HandStreamOrder?) in
            waiting.events.append(event)
            let isFirst = waiting.events.count == 1
            guard case .received(let id, let side, let bytes) = event else { return (isFirst, nil) }
            waiting.bytes += bytes.count
            guard waiting.bytes > Self.limit, waiting.paused.insert(Side(stream: id, side: side)).inserted else {
                return (isFirst, nil)
            }
            return (isFirst, .pauseReading(id, side))
        }
        if isFirst { wake() }
        return order
    }

    /// All that waits, and what to order the terminator now that it was taken.
    func take() -> (events: [HandStreamEvent], orders: [HandStreamOrder]) {
        waiting.withLock { waiting in
            defer { waiting = Waiting() }
            return (waiting.events, waiting.paused.map { .resumeReading($0.stream, $0.side) })
        }
    }
}
