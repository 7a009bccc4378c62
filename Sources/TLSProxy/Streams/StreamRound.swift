/// All streams of a table, gone round a few at a time: to look at thousands of them at once takes milliseconds, which everybody
/// whose message comes meanwhile waits.
struct StreamRound {
    /// So many steps lead round once.
    static let steps = 20

    private var streams: [Stream] = []
    private var next = 0

    mutating func add(_ stream: Stream) {
        stream.place = streams.count
        streams.append(stream)
    }

    /// The last one takes its place. When that was passed already, it is met in the next round.
    mutating func remove(_ stream: Stream) {
        guard let last = streams.popLast(), last !== stream else { return }
        last.place = stream.place
        streams[stream.place] = last
    }

    /// The next step's.
    mutating func step() -> [Stream] {
        if next >= streams.count { next = 0 }
        let end = min(streams.count, next + (streams.count + Self.steps - 1) / Self.steps)
        defer { next = end }
        return Array(streams[next..<end])
    }
}
