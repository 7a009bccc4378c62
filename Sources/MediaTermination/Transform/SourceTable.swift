/// What is known of one synchronization source under a key.
struct SourceState {
    let ssrc: UInt32
    var window: ReplayWindow
}

/// The sources of a session, a few at most, the one that was active last in front: with one source, which is the rule,
/// everything about it lies in the session itself.
struct SourceTable {
    static let limit = 16

    private(set) var first: SourceState?
    /// The others, from the latest to the one that was silent for longest. Its memory is made with the second source.
    private var others: [SourceState] = []

    var count: Int { first == nil ? 0 : 1 + others.count }
    var isFull: Bool { count >= Self.limit }

    @inline(__always)
    func window(of ssrc: UInt32) -> ReplayWindow? {
        if let first, first.ssrc == ssrc { return first.window }
        return others.isEmpty ? nil : others.first { $0.ssrc == ssrc }?.window
    }

    /// Marks `index` of `ssrc` as used. A source that is new takes the place of the one that was silent for longest when
    /// the table is full.
    @inline(__always)
    mutating func commit(_ index: UInt64, of ssrc: UInt32) {
        if first?.ssrc == ssrc {
            first?.window.commit(index)
        } else {
            bringToFront(index, of: ssrc)
        }
    }

    @inline(never)
    private mutating func bringToFront(_ index: UInt64, of ssrc: UInt32) {
        var state = SourceState(ssrc: ssrc, window: ReplayWindow(first: index))
        if let place = others.firstIndex(where: { $0.ssrc == ssrc }) {
            state = others.remove(at: place)
            state.window.commit(index)
        } else if isFull {
            others.removeLast()
        }
        if let first {
            if others.isEmpty { others.reserveCapacity(Self.limit) }
            others.insert(first, at: 0)
        }
        first = state
    }
}
