import Dispatch
import Synchronization
import SystemCalls

/// What a worker is told.
enum RelayCommand: Sendable {
    case open(MediaSessionPlan)
    case update(MediaSessionPlan)
    case close(UInt64)
    case answer(RelayQuestion)
    case stop
}

/// A question to one worker, and its answer.
final class RelayQuestion: Sendable {
    enum Subject: Sendable {
        case statistics(of: UInt64?)
        case counters
    }

    struct Answer: Sendable {
        var statistics: [MediaSessionStatistics] = []
        var counters = MediaRelayCounters()
    }

    let subject: Subject
    private let answer = Mutex(Answer())
    private let answered = DispatchSemaphore(value: 0)

    init(_ subject: Subject) { self.subject = subject }

    func reply(_ reply: Answer) {
        answer.withLock { $0 = reply }
        answered.signal()
    }

    /// Waits for the answer; an empty one when the worker does not find the time within a second.
    func wait() -> Answer {
        _ = answered.wait(timeout: .now() + .seconds(1))
        return answer.withLock { $0 }
    }
}

/// Commands on their way to a worker, in order. The worker looks without a lock whether there are any.
final class RelayMailbox: Sendable {
    private struct Content {
        var commands: [RelayCommand] = []
        var isClosed = false
    }

    private let content = Mutex(Content())
    private let hasMail = Atomic<Bool>(false)
    private let waker: Waker

    init(_ waker: Waker) { self.waker = waker }

    /// `false` when the worker is gone.
    @discardableResult
    func post(_ command: RelayCommand) -> Bool {
        let isPosted = content.withLock { content in
            if !content.isClosed { content.commands.append(command) }
            return !content.isClosed
        }
        if isPosted {
            hasMail.store(true, ordering: .releasing)
            waker.wake()
        }
        return isPosted
    }

    /// Whether there is something to take.
    var isWaiting: Bool { hasMail.load(ordering: .acquiring) }

    /// The worker's side: up to `limit` commands.
    func take(_ limit: Int) -> ArraySlice<RelayCommand> {
        guard hasMail.load(ordering: .acquiring) else { return [] }
        return content.withLock { content in
            let taken = content.commands.prefix(limit)
            content.commands.removeFirst(taken.count)
            hasMail.store(!content.commands.isEmpty, ordering: .relaxed)
            return taken
        }
    }

    /// The worker's last act: what waits now is not carried out.
    func close() -> [RelayCommand] {
        content.withLock { content in
            defer { content = Content(isClosed: true) }
            return content.commands
        }
    }
}
