import Wire

/// The flows, found by the key of either direction.
///
/// Bounded. Flows have their place from the start; the index, in which each has two entries, grows with them: a large one
/// would spread a few flows over so much memory that hardly a packet finds its entry in a cache.
struct FlowTable {
    enum Direction {
        case forward, reverse
    }

    /// A flow in the table, and which of its two keys was met.
    struct Found {
        var index: UInt32
        var direction: Direction
    }

    let limit: Int
    let seed: HashSeed
    private(set) var count = 0
    private(set) var mostUsed = 0
    private(set) var opened: UInt64 = 0

    /// Used places hold flows whose `idleLimit` is not negative.
    var flows: [Flow]
    private var free: [UInt32]
    private(set) var index: HashIndex
    private var timers: TimerWheel
    /// `FlowSummary.number` of each place's flow.
    private var numbers: [UInt64]

    init(limit: Int, seed: HashSeed) {
        self.limit = limit
        self.seed = seed
        flows = []
        flows.reserveCapacity(limit)
        free = []
        free.reserveCapacity(limit)
        numbers = []
        numbers.reserveCapacity(limit)
        index = HashIndex()
        timers = TimerWheel()
    }

    @inline(__always)
    func find(_ key: FlowKey) -> Found? {
        var probe = index.probe(key.hash(seed: seed))
        // Read in place: an array's subscript would copy the flow.
        let all = flows.span
        // The index stores a flow's place and direction together, the direction in the lowest bit.
        while let entry = index.next(&probe) {
            let place = Int(entry >> 1)
            if entry & 1 == 0 {
                if all[place].forward.matches(key) { return Found(index: entry >> 1, direction: .forward) }
            } else if all[place].reverse.matches(key) {
                return Found(index: entry >> 1, direction: .reverse)
            }
        }
        return nil
    }

    /// Adds `flow`; `nil` when the table is full.
    mutating func add(_ flow: Flow) -> UInt32? {
        let place: UInt32
        if let reused = free.popLast() {
            place = reused
            let generation = flows[Int(place)].generation &+ 1
            flows[Int(place)] = flow
            flows[Int(place)].generation = generation
        } else {
            guard flows.count < limit else { return nil }
            place = UInt32(flows.count)
            flows.append(flow)
            numbers.append(0)
        }
        opened += 1
        numbers[Int(place)] = opened
        index.insert(place << 1, hash: flow.forward.hash(seed: seed))
        index.insert(place << 1 | 1, hash: flow.reverse.hash(seed: seed))
        timers.schedule(place, at: flow.lastSeen.adding(seconds: Int(flow.idleLimit)))
        count += 1
        mostUsed = max(mostUsed, count)
        return place
    }

    /// Undoes ``add(_:)``: the flow has never been one.
    mutating func takeBack(_ place: UInt32) {
        remove(place)
        opened -= 1
    }

    mutating func remove(_ place: UInt32) {
        let flow = flows[Int(place)]
        guard flow.idleLimit >= 0 else { return }
        index.remove(place << 1, hash: flow.forward.hash(seed: seed))
        index.remove(place << 1 | 1, hash: flow.reverse.hash(seed: seed))
        timers.cancel(place)
        flows[Int(place)].idleLimit = -1
        free.append(place)
        count -= 1
    }

    /// Gives a flow a new idle limit, counted from its last packet.
    mutating func setIdleLimit(_ place: UInt32, seconds: Int) {
        let limit = Int32(clamping: seconds)
        guard flows[Int(place)].idleLimit != limit else { return }
        flows[Int(place)].idleLimit = limit
        timers.schedule(place, at: flows[Int(place)].lastSeen.adding(seconds: seconds))
    }

    @inline(__always)
    func isTimerDue(_ now: Timestamp) -> Bool { timers.isDue(now) }

    /// The next flow that has been idle for its whole limit; the caller removes it.
    mutating func nextExpired(_ now: Timestamp) -> UInt32? {
        while let place = timers.popDue(now) {
            let deadline = flows[Int(place)].lastSeen.adding(seconds: Int(flows[Int(place)].idleLimit))
            if deadline <= now { return place }
            timers.schedule(place, at: deadline)
        }
        return nil
    }

    func id(_ place: UInt32) -> FlowID { FlowID(index: place, generation: flows[Int(place)].generation) }

    /// The place of a flow that is still the one `id` was made for.
    func place(_ id: FlowID) -> UInt32? {
        guard Int(id.index) < flows.count, flows[Int(id.index)].generation == id.generation,
            flows[Int(id.index)].idleLimit >= 0
        else { return nil }
        return id.index
    }

    func summary(_ place: UInt32) -> FlowSummary {
        let flow = flows[Int(place)]
        return FlowSummary(
            number: numbers[Int(place)], initiator: flow.forward, responder: flow.reverse,
            trafficClass: flow.trafficClass, isAnswered: flow.isAnswered, isTranslated: flow.isTranslated,
            started: flow.started, lastSeen: flow.lastSeen, bytesFromInitiator: flow.bytesForward,
            bytesFromResponder: flow.bytesReverse, packets: flow.packets, tcpState: flow.tcp?.state,
            idleLimit: Int(flow.idleLimit), isSecondary: flow.isSecondary, isSkinny: flow.isSkinny)
    }

    func slice(from start: Int) -> FlowSlice {
        guard flows.indices.contains(start) else { return FlowSlice(flows: [], next: nil) }
        let end = min(start + FlowSlice.places, flows.count)
        let summaries = (start..<end).filter { flows[$0].idleLimit >= 0 }.map { summary(UInt32($0)) }
        return FlowSlice(flows: summaries, next: end < flows.count ? end : nil)
    }

    /// The places of all flows.
    var places: [UInt32] { flows.indices.filter { flows[$0].idleLimit >= 0 }.map { UInt32($0) } }
}
