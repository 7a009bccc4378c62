import Wire

/// Frames on their way from the thread that reads them to the one that drives the engine, in order.
struct SortedFrameBatch: Sendable {
    private struct Place: Sendable {
        var frame: SortedFrame
        var range: Range<Int>
    }

    /// As long as it has ever been needed; what is in it ends at `end`.
    private var bytes: [UInt8]
    private var end = 0
    private var places: [Place] = []

    /// From how many bytes on a batch is handed over: few enough to stay in the processors' cache, and
    /// enough that handing over costs nothing.
    private static let fullBytes = 524_288
    /// The same for frames.
    private static let fullFrames = 4096

    init() {
        bytes = [UInt8](repeating: 0, count: Self.fullBytes + 65_536)
        places.reserveCapacity(Self.fullFrames)
    }

    var isEmpty: Bool { places.isEmpty }
    var isFull: Bool { end >= Self.fullBytes || places.count >= Self.fullFrames }

    mutating func append(_ frame: SortedFrame, _ content: Span<UInt8>) {
        let range = end..<end + content.count
        if range.upperBound > bytes.count {
            bytes += repeatElement(0, count: range.upperBound - bytes.count)
        }
        var all = bytes.mutableSpan
        var room = all._mutatingExtracting(range)
        room.copy(content)
        end = range.upperBound
        places.append(Place(frame: frame, range: range))
    }

    mutating func removeAll() {
        end = 0
        places.removeAll(keepingCapacity: true)
    }

    mutating func forEach(_ body: (SortedFrame, inout MutableSpan<UInt8>) -> Void) {
        for index in places.indices {
            let place = places[index]
            var all = bytes.mutableSpan
            var frame = all._mutatingExtracting(place.range)
            body(place.frame, &frame)
        }
    }
}
