import Inspection
import Synchronization
import SystemCalls
import Wire

/// Reads recordings on a thread of its own, ahead of the engine, and looks at what is said of calls in them: half of a
/// replay's work. Several recordings are put in order of time, packet by packet.
final class RecordingReader: Sendable {
    /// All that is left when the last frame was handed over.
    struct End: Sendable {
        var result: FrameSorter.Result
        /// What was wrong with the files.
        var remarks: [String]
    }

    private enum Item: Sendable {
        case batch(SortedFrameBatch)
        case end(End)
    }

    private static let batches = 8

    private let sources: Mutex<[ReplaySource]>
    private let filled = Channel<Item>(limit: batches + 1)
    private let empty = Channel<SortedFrameBatch>(limit: batches)

    init(_ sources: sending [ReplaySource]) {
        self.sources = Mutex(sources)
        for _ in 0..<Self.batches { empty.put(SortedFrameBatch()) }
    }

    /// Calls `body` with every frame, on this thread.
    func run(
        _ sides: RecordedSides, keyLog: TLSKeyLog?, _ body: (SortedFrame, SIPReading?, inout MutableSpan<UInt8>) -> Void
    ) throws(SystemError) -> End {
        let thread = try WorkerThread { [self] in read(FrameSorter(sides, keyLog: keyLog)) }
        defer { thread.join() }
        while true {
            switch filled.take() {
            case .batch(var batch):
                batch.forEach(body)
                batch.removeAll()
                empty.put(batch)
            case .end(let end): return end
            }
        }
    }

    private func read(_ sorter: consuming FrameSorter) {
        var sorter = sorter
        let remarks = sources.withLock { sources in
            var batch = empty.take()
            var now = Timestamp.zero
            while let (source, limit) = Self.next(sources) {
                let interface = source.interface
                source.take(before: limit) { frame, record, time in
                    // A recording may step back in time; the engine's time does not.
                    now = max(now, time)
                    let (sorted, reading) = sorter.sort(frame.span, record, on: interface, at: now)
                    batch.append(sorted, reading, frame.span)
                    return !batch.isFull
                }
                if batch.isFull {
                    filled.put(.batch(batch))
                    batch = empty.take()
                }
            }
            if !batch.isEmpty { filled.put(.batch(batch)) }
            return sources.flatMap(\.remarks)
        }
        filled.put(.end(End(result: sorter.result, remarks: remarks)))
    }

    /// The recording whose next frame is the oldest, and when the next of the others is.
    private static func next(_ sources: [ReplaySource]) -> (ReplaySource, limit: Timestamp?)? {
        var first: (source: ReplaySource, time: Timestamp)?
        var limit: Timestamp?
        for source in sources {
            guard let time = source.next else { continue }
            guard let known = first, known.time <= time else {
                limit = [limit, first?.time].compactMap(\.self).min()
                first = (source, time)
                continue
            }
            limit = min(limit ?? time, time)
        }
        return first.map { ($0.source, limit) }
    }
}
