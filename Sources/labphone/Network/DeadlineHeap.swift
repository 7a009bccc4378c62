import Wire

/// Things that become due, the earliest first; those of one moment in the order in which they came. A binary heap.
struct DeadlineHeap<Element> {
    private var entries: [(time: Timestamp, order: UInt64, element: Element)] = []
    private var pushed: UInt64 = 0

    /// When the earliest is due.
    var next: Timestamp? { entries.first?.time }

    mutating func push(_ element: Element, at time: Timestamp) {
        entries.append((time, pushed, element))
        pushed += 1
        var child = entries.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes the earliest out when it is due by `now`.
    mutating func pop(due now: Timestamp) -> Element? {
        guard let first = entries.first, first.time <= now else { return nil }
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var parent = 0
        while let child = earlierChild(of: parent), isBefore(child, parent) {
            entries.swapAt(child, parent)
            parent = child
        }
        return first.element
    }

    private func earlierChild(of parent: Int) -> Int? {
        let left = 2 * parent + 1
        guard left < entries.count else { return nil }
        return left + 1 < entries.count && isBefore(left + 1, left) ? left + 1 : left
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (entries[left].time, entries[left].order) < (entries[right].time, entries[right].order)
    }
}
