import Wire

/// The streams there are: by number, bounded in all and per source.
struct StreamTable {
    let limit: Int
    let limitPerSource: Int
    private var streams: Slab<SignallingStream>
    private var places: [StreamID: SlabID] = [:]
    private var perSource: [IPAddress: Int] = [:]
    private var timers: TimerWheel

    var count: Int { streams.count }
    /// Those that came by TLS.
    private(set) var securedCount = 0
    private(set) var securedMostUsed = 0
    var mostUsed: Int { streams.mostUsed }
    var isFull: Bool { streams.isFull }

    init(limit: Int, limitPerSource: Int) {
        self.limit = limit
        self.limitPerSource = limitPerSource
        streams = Slab(limit: limit)
        timers = TimerWheel()
    }

    func count(of source: IPAddress) -> Int { perSource[source] ?? 0 }

    subscript(_ id: StreamID) -> SignallingStream? {
        get { places[id].flatMap { streams[$0] } }
        _modify {
            if let place = places[id] {
                yield &streams[place]
            } else {
                var nothing: SignallingStream?
                yield &nothing
            }
        }
    }

    /// `false` where there is no room, or the number is taken.
    mutating func add(_ stream: SignallingStream) -> Bool {
        guard places[stream.id] == nil, let place = streams.add(stream) else { return false }
        places[stream.id] = place
        perSource[stream.phone.address, default: 0] += 1
        if !stream.service.isPlain {
            securedCount += 1
            securedMostUsed = max(securedMostUsed, securedCount)
        }
        return true
    }

    @discardableResult
    mutating func remove(_ id: StreamID) -> SignallingStream? {
        guard let place = places.removeValue(forKey: id), let stream = streams.remove(place) else { return nil }
        timers.cancel(place.place)
        if !stream.service.isPlain { securedCount -= 1 }
        let left = (perSource[stream.phone.address] ?? 1) - 1
        perSource[stream.phone.address] = left > 0 ? left : nil
        return stream
    }

    /// All, in the order of their numbers.
    var ids: [StreamID] { places.keys.sorted() }

    // MARK: Deadlines

    mutating func wake(_ id: StreamID, at deadline: Timestamp) {
        if let place = places[id] { timers.schedule(place.place, at: deadline) }
    }

    @inline(__always)
    func isTimerDue(_ now: Timestamp) -> Bool { timers.isDue(now) }

    mutating func nextDue(_ now: Timestamp) -> StreamID? {
        while let place = timers.popDue(now) {
            if let id = streams.id(at: place), let stream = streams[id] { return stream.id }
        }
        return nil
    }
}
