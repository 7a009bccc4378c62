import Dispatch
import Synchronization
import SystemCalls

/// What other threads want of a ``StreamTable``, on its way to the table's thread, in order.
final class StreamMailbox: Sendable {
    typealias Task = @Sendable (StreamTable) -> Void

    private struct Content {
        var tasks: [Task] = []
        var isClosed = false
    }

    private final class Reply<Answer: Sendable>: Sendable {
        let answer = Mutex<Answer?>(nil)
        let answered = DispatchSemaphore(value: 0)
    }

    /// Ends the thread's wait.
    let waker: Waker
    private let content = Mutex(Content())
    /// The thread waits, or is about to: it has to be woken. Else it looks here before it waits.
    private let isWaiting = Atomic(false)

    init() throws(SystemError) { waker = try Waker() }

    /// `false`: the thread has ended, and nobody will do it.
    @discardableResult
    func post(_ task: @escaping Task) -> Bool {
        let isPosted = content.withLock { content in
            if !content.isClosed { content.tasks.append(task) }
            return !content.isClosed
        }
        if isPosted, isWaiting.exchange(false, ordering: .sequentiallyConsistent) { waker.wake() }
        return isPosted
    }

    /// Waits for the answer; `nil` when the thread has ended. Not for that thread itself.
    func ask<Answer: Sendable>(_ question: @escaping @Sendable (StreamTable) -> Answer) -> Answer? {
        let reply = Reply<Answer>()
        let isPosted = post { table in
            reply.answer.withLock { $0 = question(table) }
            reply.answered.signal()
        }
        guard isPosted else { return nil }
        reply.answered.wait()
        return reply.answer.withLock { $0 }
    }

    // MARK: The thread's side

    /// Whether the thread may wait: nothing is to be done, and whatever comes from now on wakes it.
    func beginWait() -> Bool {
        isWaiting.store(true, ordering: .sequentiallyConsistent)
        if content.withLock({ $0.tasks.isEmpty }) { return true }
        isWaiting.store(false, ordering: .sequentiallyConsistent)
        return false
    }

    func endWait() { isWaiting.store(false, ordering: .sequentiallyConsistent) }

    /// What has come.
    func take() -> [Task] {
        content.withLock { content in
            defer { content.tasks = [] }
            return content.tasks
        }
    }

    /// The last that has come: from now on nothing does.
    func close() -> [Task] {
        content.withLock { content in
            defer { content = Content(isClosed: true) }
            return content.tasks
        }
    }
}
