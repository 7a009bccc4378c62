import SystemCalls

/// What a ``SocketLoop`` tells of changes.
protocol LoopMember: AnyObject {
    func ready(_ events: Poller.Events)
}

/// The sockets of one thread: whose turn it is.
///
/// Phones come back all at once after a power cut, and what a connection costs beside its handshake decides how long they
/// wait: so a connection is one object and two questions to epoll, and no pipeline of handlers, buffers and promises.
final class SocketLoop {
    /// What has this number at present. Numbers are used again, and an event may be of the one before.
    private struct Place {
        var member: (any LoopMember)?
        var generation: UInt32 = 0

        func id(_ number: Int32) -> UInt64 { UInt64(generation) << 32 | UInt64(number) }
    }

    private static let wakerID = UInt64.max

    let buffer: ReadBuffer
    /// When the last wait ended, by ``MonotonicClock``.
    private(set) var now = MonotonicClock.now
    private let poller: Poller
    private let waker: Waker
    /// By the number of the descriptor: the system takes the lowest that is free.
    private var places: [Place] = []
    private var waiting: [Connection] = []
    private var beingServed: [Connection] = []

    /// - Parameters:
    ///   - waker: ends a wait.
    ///   - readBuffer: bytes that are read at once.
    init(_ waker: Waker, readBuffer: Int) throws(SystemError) {
        self.waker = waker
        buffer = ReadBuffer(length: readBuffer)
        poller = try Poller()
        try poller.add(waker.descriptor, id: Self.wakerID)
    }

    // MARK: Members

    func add(_ member: any LoopMember, _ number: Int32, _ events: Poller.Events) throws(SystemError) {
        let index = Int(number)
        while places.count <= index { places.append(Place()) }
        places[index].generation &+= 1
        try poller.add(number, id: places[index].id(number), events)
        places[index].member = member
    }

    /// What is asked of a member from now on.
    func change(_ number: Int32, _ events: Poller.Events) throws(SystemError) {
        try poller.change(number, id: places[Int(number)].id(number), events)
    }

    /// Before its descriptor is closed.
    func remove(_ number: Int32) {
        guard Int(number) < places.count else { return }
        places[Int(number)].member = nil
    }

    // MARK: Turns

    /// Somebody has something left to do.
    var hasWaiting: Bool { !waiting.isEmpty }

    /// The connection has its turn after all others that have something now.
    func giveTurn(_ connection: Connection) { waiting.append(connection) }

    /// Waits for changes, and tells them to whom they are of.
    func serve(milliseconds: Int32) {
        // It fails only where it is not given what it is here.
        let count = (try? poller.wait(milliseconds: milliseconds)) ?? 0
        now = MonotonicClock.now
        for index in 0..<count {
            let (id, events) = poller[index]
            if id == Self.wakerID { waker.take() } else { member(id)?.ready(events) }
        }
    }

    private func member(_ id: UInt64) -> (any LoopMember)? {
        let index = Int(id & 0xffff_ffff)
        guard index < places.count, places[index].generation == UInt32(id >> 32) else { return nil }
        return places[index].member
    }

    /// A turn for each that waits for one now.
    func serveWaiting() {
        swap(&waiting, &beingServed)
        for connection in beingServed { connection.takeTurn() }
        beingServed.removeAll(keepingCapacity: true)
    }
}
