import Wire

/// The calls there are, by Call-ID and by the box's media ports. Bounded.
struct CallTable {
    /// A line of a call.
    struct LinePlace: Hashable {
        var call: SlabID
        var line: Int
    }

    private var calls: Slab<Call>
    private var byCallID: [[UInt8]: [SlabID]] = [:]
    /// The lines that have a port toward the servers' side: what another phone's description may name.
    private var byFarPort: [Endpoint: LinePlace] = [:]
    private var bySession: [MediaSessionID: LinePlace] = [:]
    private var timers: TimerWheel
    /// Since the start; the last one's number.
    private var made: UInt64 = 0

    /// Calls of one Call-ID: two for two phones that call each other, more only by forking.
    static let callsPerID = 16

    var count: Int { calls.count }
    var mostUsed: Int { calls.mostUsed }
    var isFull: Bool { calls.isFull }
    var ids: [SlabID] { calls.ids }

    init(limit: Int) {
        calls = Slab(limit: limit)
        timers = TimerWheel()
    }

    subscript(_ id: SlabID) -> Call? {
        get { calls[id] }
        _modify { yield &calls[id] }
    }

    func calls(of callID: [UInt8]) -> [SlabID] { byCallID[callID] ?? [] }

    mutating func nextNumber() -> UInt64 {
        made += 1
        return made
    }

    /// `nil` where there is no room.
    mutating func add(_ call: Call) -> SlabID? {
        guard byCallID[call.callID]?.count ?? 0 < Self.callsPerID, let id = calls.add(call) else { return nil }
        byCallID[call.callID, default: []].append(id)
        timers.schedule(id.place, at: call.deadline)
        return id
    }

    @discardableResult
    mutating func remove(_ id: SlabID) -> Call? {
        guard let call = calls.remove(id) else { return nil }
        timers.cancel(id.place)
        byCallID[call.callID]?.removeAll { $0 == id }
        if byCallID[call.callID]?.isEmpty == true { byCallID[call.callID] = nil }
        return call
    }

    // MARK: Media

    func line(at farPort: Endpoint) -> LinePlace? { byFarPort[farPort] }
    mutating func enter(_ place: LinePlace, at farPort: Endpoint) { byFarPort[farPort] = place }
    mutating func leave(_ farPort: Endpoint) { byFarPort[farPort] = nil }

    func line(of session: MediaSessionID) -> LinePlace? { bySession[session] }
    mutating func enter(_ place: LinePlace, of session: MediaSessionID) {
        bySession[session] = place
        sessionsMostUsed = max(sessionsMostUsed, bySession.count)
    }
    mutating func leave(_ session: MediaSessionID) { bySession[session] = nil }
    var sessionCount: Int { bySession.count }
    private(set) var sessionsMostUsed = 0

    // MARK: Deadlines

    mutating func wake(_ id: SlabID, at deadline: Timestamp) {
        guard calls[id] != nil else { return }
        calls[id]?.deadline = deadline
        timers.schedule(id.place, at: deadline)
    }

    @inline(__always)
    func isTimerDue(_ now: Timestamp) -> Bool { timers.isDue(now) }

    mutating func nextDue(_ now: Timestamp) -> SlabID? {
        while let place = timers.popDue(now) {
            guard let id = calls.id(at: place), let call = calls[id] else { continue }
            if call.deadline <= now { return id }
            timers.schedule(place, at: call.deadline)
        }
        return nil
    }
}
