import Inspection
import Wire

/// Frames on their way from the thread that reads them to the one that drives the engine, in order.
struct SortedFrameBatch: Sendable {
    private struct Place: Sendable {
        var frame: SortedFrame
        var range: Range<Int>
        /// In ``readings``.
        var reading: Int?
    }

    /// As long as it has ever been needed; what is in it ends at `end`.
    private var bytes: [UInt8]
    private var end = 0
    private var places: [Place] = []
    private var readings: [SIPReading] = []

    /// From how many bytes on a batch is handed over: few enough that all batches stay in the processors' cache, and
    /// enough that handing over costs nothing.
    private static let fullBytes = 1 << 17
    /// The same for frames.
    private static let fullFrames = 1024
    /// How many frames ahead the headers are asked for: they come from another processor's cache.
    private static let ahead = 8
    /// Link layer, IP, transport and what is first of the payload.
    private static let headerBytes = 64

    init() {
        bytes = [UInt8](repeating: 0, count: Self.fullBytes + 65_536)
        places.reserveCapacity(Self.fullFrames)
    }

    var isEmpty: Bool { places.isEmpty }
    var isFull: Bool { end >= Self.fullBytes || places.count >= Self.fullFrames }

    mutating func append(_ frame: SortedFrame, _ reading: SIPReading?, _ content: Span<UInt8>) {
        let range = end..<end + content.count
        if range.upperBound > bytes.count {
            bytes += repeatElement(0, count: range.upperBound - bytes.count)
        }
        var all = bytes.mutableSpan
        var room = all._mutatingExtracting(range)
        room.copy(content)
        end = range.upperBound
        places.append(Place(frame: frame, range: range, reading: reading.map { _ in readings.count }))
        if let reading { readings.append(reading) }
    }

    mutating func removeAll() {
        end = 0
        places.removeAll(keepingCapacity: true)
        readings.removeAll(keepingCapacity: true)
    }

    private func expect(_ start: Int) { Prefetch.elements(start..<start + Self.headerBytes, of: bytes.span) }

    mutating func forEach(_ body: (SortedFrame, SIPReading?, inout MutableSpan<UInt8>) -> Void) {
        // Whoever asks an array again for each frame keeps it alive each time.
        let (places, readings) = (places, readings)
        for index in places.indices {
            if index + Self.ahead < places.count { expect(places[index + Self.ahead].range.lowerBound) }
            let place = places[index]
            var all = bytes.mutableSpan
            var frame = all._mutatingExtracting(place.range)
            body(place.frame, place.reading.map { readings[$0] }, &frame)
        }
    }
}
