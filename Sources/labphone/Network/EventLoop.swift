import SystemCalls
import Wire

/// One thread that serves many sockets and many timers.
final class EventLoop {
    private let clock = LabClock()
    private let poller: Poller
    private var timers = DeadlineHeap<() -> Void>()
    private var handlers: [UInt64: () -> Void] = [:]
    private var lastID: UInt64 = 0
    /// What everything is received into, one after the other.
    var buffer = [UInt8](repeating: 0, count: 65_536)

    init() throws(LabError) { poller = try LabError.unless { () throws(SystemError) in try Poller() } }

    var now: Timestamp { clock.now }

    /// From now on `handler` runs when the socket has something, or, if `writing`, takes something.
    func watch(_ descriptor: Int32, writing: Bool = false, _ handler: @escaping () -> Void) throws(LabError) -> UInt64 {
        lastID += 1
        try LabError.unless { () throws(SystemError) in try poller.add(descriptor, id: lastID, Self.events(writing)) }
        handlers[lastID] = handler
        return lastID
    }

    func change(_ id: UInt64, _ descriptor: Int32, writing: Bool) {
        guard handlers[id] != nil else { return }
        try? poller.change(descriptor, id: id, Self.events(writing))
    }

    /// The socket is going to be closed, and leaves with that.
    func forget(_ id: UInt64) { handlers[id] = nil }

    func after(_ seconds: Double, _ action: @escaping () -> Void) { at(now.adding(fraction: seconds), action) }

    func at(_ time: Timestamp, _ action: @escaping () -> Void) { timers.push(action, at: time) }

    /// Serves until `isDone`, which is asked after each round.
    func run(until isDone: () -> Bool) throws(LabError) {
        while !isDone() {
            let longest = millisecondsToNextTimer()
            let count = try LabError.unless { () throws(SystemError) in try poller.wait(milliseconds: longest) }
            for index in 0..<count { handlers[poller[index].id]?() }
            let now = clock.now
            while let action = timers.pop(due: now) { action() }
        }
    }

    private static func events(_ writing: Bool) -> Poller.Events { writing ? [.reading, .writing] : .reading }

    private func millisecondsToNextTimer() -> Int32 {
        guard let next = timers.next else { return 100 }
        return Int32(clamping: min(100, max(0, (next.nanoseconds - clock.now.nanoseconds + 999_999) / 1_000_000)))
    }
}
