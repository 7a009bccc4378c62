import Dispatch
import Synchronization

/// Hands items from one thread to another, in order. Who puts one where there is no room waits, as does who takes one
/// where there is none.
final class Channel<Item: Sendable>: Sendable {
    private let items = Mutex<[Item]>([])
    private let room: DispatchSemaphore
    private let arrived = DispatchSemaphore(value: 0)

    init(limit: Int) {
        // A semaphore may not be freed with a lower value than it began with.
        room = DispatchSemaphore(value: 0)
        for _ in 0..<limit { room.signal() }
    }

    func put(_ item: Item) {
        room.wait()
        items.withLock { $0.append(item) }
        arrived.signal()
    }

    func take() -> Item {
        arrived.wait()
        // Who has taken it is the only one that has it, and may change it without a copy.
        let item = items.withLock { $0.removeFirst() }
        room.signal()
        return item
    }
}
