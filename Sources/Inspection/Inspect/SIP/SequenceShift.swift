/// How far one direction of a TCP connection has moved by messages that became longer or shorter on their way: what its
/// sender counts, and what its receiver does.
struct SequenceShift {
    private struct Change {
        /// Of the first byte of the message, as its sender counts.
        var position: UInt32
        var growth: Int32
    }

    /// Older changes are taken for granted: nothing from before them is sent again.
    private static let limit = 32

    private var changes: [Change] = []
    private var settled: Int32 = 0

    var isZero: Bool { changes.isEmpty && settled == 0 }

    /// The message at `position` has grown by so much. One that is sent again has done so before.
    mutating func note(_ growth: Int, at position: UInt32) {
        if changes.contains(where: { $0.position == position }) { return }
        let place = changes.firstIndex { Int32(bitPattern: $0.position &- position) > 0 } ?? changes.count
        changes.insert(Change(position: position, growth: Int32(clamping: growth)), at: place)
        guard changes.count > Self.limit else { return }
        settled &+= changes.removeFirst().growth
    }

    /// A number that the sender gives a byte, as the receiver has to see it.
    func seen(_ sequence: UInt32) -> UInt32 {
        var shift = settled
        for change in changes where Int32(bitPattern: sequence &- change.position) > 0 { shift &+= change.growth }
        return sequence &+ UInt32(bitPattern: shift)
    }

    /// A number that the receiver acknowledges, as the sender counts.
    func counted(_ acknowledgment: UInt32) -> UInt32 {
        var shift = changes.reduce(settled) { $0 &+ $1.growth }
        for change in changes.reversed() {
            let before = shift &- change.growth
            if Int32(bitPattern: acknowledgment &- UInt32(bitPattern: before) &- change.position) > 0 { break }
            shift = before
        }
        return acknowledgment &- UInt32(bitPattern: shift)
    }
}

/// Both directions of a connection.
struct SequenceShifts {
    var fromInitiator = SequenceShift()
    var fromResponder = SequenceShift()

    subscript(fromInitiator: Bool) -> SequenceShift {
        get { fromInitiator ? self.fromInitiator : fromResponder }
        _modify {
            if fromInitiator { yield &self.fromInitiator } else { yield &fromResponder }
        }
    }
}
