import Wire

/// Loss, order and jitter of the synchronization sources of one leg, the latest in front.
struct LegSources {
    /// What is known of a source is given up when there are more; its counts stay.
    static let limit = 4

    private struct Source {
        var ssrc: UInt32
        var tracker: SequenceTracker
    }

    private let clockRate: Int
    /// Counts nothing before the first packet.
    private var current: Source
    private var others: [Source] = []
    private var past = Counts()

    struct Counts: Equatable {
        var lost: UInt64 = 0
        var outOfOrder: UInt64 = 0
        var duplicates: UInt64 = 0

        fileprivate mutating func add(_ tracker: SequenceTracker) {
            lost &+= tracker.lost
            outOfOrder &+= tracker.outOfOrder
            duplicates &+= tracker.duplicates
        }
    }

    init(clockRate: UInt32) {
        self.clockRate = Int(clockRate)
        current = Source(ssrc: 0, tracker: SequenceTracker(clockRate: Int(clockRate)))
    }

    @inline(__always)
    mutating func record(_ header: RTPHeader, at moment: Timestamp) -> SequenceTracker.Arrival {
        if current.ssrc != header.ssrc { bringToFront(header.ssrc) }
        return current.tracker.record(
            sequenceNumber: header.sequenceNumber, timestamp: header.timestamp, at: moment)
    }

    @inline(never)
    private mutating func bringToFront(_ ssrc: UInt32) {
        if current.tracker.received > 0 { others.insert(current, at: 0) }
        if let place = others.firstIndex(where: { $0.ssrc == ssrc }) {
            current = others.remove(at: place)
        } else {
            current = Source(ssrc: ssrc, tracker: SequenceTracker(clockRate: clockRate))
        }
        if others.count >= Self.limit, let oldest = others.popLast() { past.add(oldest.tracker) }
    }

    var counts: Counts {
        var counts = past
        for source in others { counts.add(source.tracker) }
        counts.add(current.tracker)
        return counts
    }

    /// Of the latest source.
    var jitterMilliseconds: Double { current.tracker.jitterSeconds * 1000 }
}
