import Wire

/// Frames on their way from the thread that reads them to the one that drives the engine, in order.
struct FrameBatch: Sendable {
    private struct Place: Sendable {
        var frame: SortedFrame
        var range: Range<Int>
    }

    private var bytes: [UInt8] = []
    private var places: [Place] = []

    /// From how many bytes on a batch is handed over: few enough to stay in a processor's cache.
    private static let fullBytes = 262_144
    /// The same for frames.
    private static let fullFrames = 2048

    init() {
        bytes.reserveCapacity(Self.fullBytes * 2)
        places.reserveCapacity(Self.fullFrames)
    }

    var isEmpty: Bool { places.isEmpty }
    var isFull: Bool { bytes.count >= Self.fullBytes || places.count >= Self.fullFrames }

    mutating func append(_ frame: SortedFrame, _ content: Span<UInt8>) {
        let start = bytes.count
        bytes.append(addingCapacity: content.count) { room in
            for index in content.indices { room.append(content[index]) }
        }
        places.append(Place(frame: frame, range: start..<bytes.count))
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
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
