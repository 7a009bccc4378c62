import Dispatch
import Synchronization

/// Orders on their way to the thread that drives the engine, and answers on their way back.
///
/// Bounded: as many orders wait as there are callers, and each caller has one. An order is either carried out and
/// answered, or refused and never carried out.
final class Mailbox: Sendable {
    private final class Letter: Sendable {
        let order: Order
        let answer = Mutex<Answer?>(nil)
        let answered = DispatchSemaphore(value: 0)

        init(_ order: Order) { self.order = order }

        func reply(_ reply: Answer) {
            answer.withLock { $0 = reply }
            answered.signal()
        }
    }

    private struct Letters {
        var waiting: [Letter] = []
        var isClosed = false
    }

    private let letters = Mutex(Letters())
    private let wake: @Sendable () -> Void
    /// How long a caller waits: the reader answers between two packets, unless it is gone.
    private let patience: DispatchTimeInterval

    private static let stopping = Answer.failed("the box is stopping")

    /// - Parameter wake: wakes the reader.
    init(patience: DispatchTimeInterval = .seconds(5), wake: @escaping @Sendable () -> Void) {
        self.patience = patience
        self.wake = wake
    }

    /// Hands an order over and waits for its answer. For every thread but the reader's own.
    func ask(_ order: Order) -> Answer {
        let letter = Letter(order)
        guard post(letter) else { return Self.stopping }
        if letter.answered.wait(timeout: .now() + patience) != .success {
            if takeBack(letter) { return .failed("the packet thread does not answer") }
            // The reader has it in hand.
            letter.answered.wait()
        }
        return letter.answer.withLock { $0 } ?? Self.stopping
    }

    /// Leaves an order whose answer nobody waits for.
    func tell(_ order: Order) { _ = post(Letter(order)) }

    private func post(_ letter: Letter) -> Bool {
        let isPosted = letters.withLock { letters in
            if !letters.isClosed { letters.waiting.append(letter) }
            return !letters.isClosed
        }
        if isPosted { wake() }
        return isPosted
    }

    /// Whether the letter had not been read.
    private func takeBack(_ letter: Letter) -> Bool {
        letters.withLock { letters in
            let count = letters.waiting.count
            letters.waiting.removeAll { $0 === letter }
            return letters.waiting.count < count
        }
    }

    /// The reader's side: answers what has come.
    func serve(_ answer: (Order) -> Answer) {
        for letter in takeAll(closing: false) { letter.reply(answer(letter.order)) }
    }

    /// The reader's last act: from here on every order is refused, those that wait included.
    func close() {
        for letter in takeAll(closing: true) { letter.reply(Self.stopping) }
    }

    private func takeAll(closing: Bool) -> [Letter] {
        letters.withLock { letters in
            defer { letters = Letters(isClosed: letters.isClosed || closing) }
            return letters.waiting
        }
    }
}
