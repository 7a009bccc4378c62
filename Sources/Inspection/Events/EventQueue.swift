import Wire

/// Events on their way out of the engine. Bounded: a reader that does not keep up loses the newest, and is told how
/// many.
struct EventQueue {
    /// A ring, laid out as far as it has ever been needed.
    private var events: [Event] = []
    private var head = 0
    private var count = 0
    private let limit: Int
    private(set) var lost: UInt64 = 0
    /// Whether anybody wants to know.
    var isHeard = true

    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { count == 0 }

    mutating func append(_ kind: Event.Kind, at time: Timestamp) {
        guard isHeard else { return }
        guard count < limit else {
            lost += 1
            return
        }
        let event = Event(time: time, kind: kind)
        var place = head + count
        if place >= limit { place -= limit }
        if place < events.count { events[place] = event } else { events.append(event) }
        count += 1
    }

    mutating func next() -> Event? {
        guard count > 0 else { return nil }
        let event = events[head]
        count -= 1
        // An empty queue starts over, so that a reader who keeps up keeps it small.
        head = count == 0 || head + 1 == limit ? 0 : head + 1
        return event
    }
}
