import Dispatch
import Synchronization

/// What one thread gives another to do, in order. Bounded.
final class WorkQueue<Item: Sendable>: Sendable {
    private struct Waiting {
        var items: [Item] = []
        /// Where the next one stands; what is before it is taken.
        var next = 0
        var isClosed = false

        var count: Int { items.count - next }
    }

    private let limit: Int
    private let waiting = Mutex(Waiting())
    private let arrived = DispatchSemaphore(value: 0)

    init(limit: Int) { self.limit = limit }

    /// `false` when there is no room, or nobody takes any more.
    func put(_ item: Item) -> Bool {
        let isTaken = waiting.withLock { waiting in
            guard !waiting.isClosed, waiting.count < limit else { return false }
            waiting.items.append(item)
            return true
        }
        if isTaken { arrived.signal() }
        return isTaken
    }

    /// The oldest; waits for one. `nil` when the queue was closed: what still waits is not done any more.
    func take() -> Item? {
        arrived.wait()
        return waiting.withLock { waiting in
            guard !waiting.isClosed, waiting.count > 0 else { return nil }
            let item = waiting.items[waiting.next]
            waiting.next += 1
            // Seldom enough to cost nothing, often enough to keep nothing.
            if waiting.next == waiting.items.count || waiting.next >= 1024 {
                waiting.items.removeFirst(waiting.next)
                waiting.next = 0
            }
            return item
        }
    }

    func close() {
        waiting.withLock { $0 = Waiting(isClosed: true) }
        arrived.signal()
    }
}
