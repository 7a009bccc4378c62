import Wire

/// When to send again, each wait twice as long as the one before it, and when to give up.
struct RetransmissionTimer {
    enum Turn {
        case notDue, again, exhausted
    }

    /// Seconds.
    private let firstWait: Int
    private let longestWait: Int
    /// How often the same is sent again.
    private let limit: Int
    private var wait: Int
    private var count = 0
    private(set) var deadline: Timestamp

    init(first: Int, longest: Int, limit: Int, at now: Timestamp) {
        firstWait = first
        longestWait = longest
        self.limit = limit
        wait = first
        deadline = now.adding(seconds: first)
    }

    /// The other end has answered, and something new is on its way.
    mutating func restart(at now: Timestamp) {
        count = 0
        wait = firstWait
        deadline = now.adding(seconds: wait)
    }

    /// What the moment asks for; a call before the deadline asks for nothing.
    mutating func turn(at now: Timestamp) -> Turn {
        guard now >= deadline else { return .notDue }
        guard count < limit else { return .exhausted }
        count += 1
        wait = min(wait * 2, longestWait)
        deadline = now.adding(seconds: wait)
        return .again
    }
}
