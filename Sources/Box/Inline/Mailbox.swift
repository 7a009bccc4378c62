import Dispatch
import Synchronization

/// Orders on their way to the thread that drives the engine, and answers on their way back.
///
/// Bounded: as many orders wait as there are callers, and each caller has one.
final class Mailbox: Sendable {
    private final class Letter: Sendable {
        let order: Order
        let answer = Mutex<Answer?>(nil)
        let answered = DispatchSemaphore(value: 0)

        init(_ order: Order) { self.order = order }
    }

    private let letters = Mutex<[Letter]>([])
    /// Wakes the reader; set before the first order.
    private let wake: @Sendable () -> Void
    /// How long a caller waits: the reader answers between two packets, unless it is gone.
    private static let patience = DispatchTimeInterval.seconds(5)

    init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

    /// Hands an order over and waits for its answer. For every thread but the reader's own.
    func ask(_ order: Order) -> Answer {
        let letter = Letter(order)
        letters.withLock { $0.append(letter) }
        wake()
        guard letter.answered.wait(timeout: .now() + Self.patience) == .success else {
            return .failed("the packet thread does not answer")
        }
        return letter.answer.withLock { $0 } ?? .failed("no answer")
    }

    /// Leaves an order whose answer nobody waits for.
    func tell(_ order: Order) {
        letters.withLock { $0.append(Letter(order)) }
        wake()
    }

    /// The reader's side: answers what has come.
    func serve(_ answer: (Order) -> Answer) {
        let waiting = letters.withLock { letters in
            defer { letters = [] }
            return letters
        }
        for letter in waiting {
            let reply = answer(letter.order)
            letter.answer.withLock { $0 = reply }
            letter.answered.signal()
        }
    }
}
