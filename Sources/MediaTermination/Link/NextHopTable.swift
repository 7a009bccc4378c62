import Wire

/// Where the kernel would send to, for every destination of a worker's legs, kept current on the worker's tick.
///
/// No packet waits for it: until a link address is known, packets go by the kernel's own way, which finds it.
final class NextHopTable {
    private struct Key: Hashable {
        var destination: IPAddress
        var lane: Int
    }

    /// Nanoseconds between two looks at what is unresolved, and how often a stale neighbour is confirmed, and routes are
    /// looked up without anybody having said that they changed.
    static let interval: UInt64 = 50_000_000
    static let confirmInterval: UInt64 = 5_000_000_000
    static let refreshInterval: UInt64 = 30_000_000_000
    /// Questions to the kernel on one tick.
    static let questionsPerTick = 32

    private var hops: [NextHop] = []
    private var free: [Int] = []
    private var places: [Key: Int] = [:]
    private var cursor = 0
    private var lastTick: UInt64 = 0
    private var lastRefresh: UInt64 = 0
    private var isTopologyChanged = false

    /// Whether devices, addresses or routes changed since the last call.
    func takeTopologyChange() -> Bool {
        defer { isTopologyChanged = false }
        return isTopologyChanged
    }

    var count: Int { places.count }

    /// The hop's number; every call is undone by a ``release(_:)``.
    func retain(_ destination: IPAddress, lane: Int) -> Int {
        let key = Key(destination: destination, lane: lane)
        if let place = places[key] {
            hops[place].users += 1
            return place
        }
        let hop = NextHop(to: destination, lane: lane)
        let place: Int
        if let reused = free.popLast() {
            place = reused
            hops[place] = hop
        } else {
            place = hops.count
            hops.append(hop)
        }
        places[key] = place
        return place
    }

    func release(_ place: Int) {
        hops[place].users -= 1
        guard hops[place].users == 0 else { return }
        places[Key(destination: hops[place].destination, lane: hops[place].lane)] = nil
        free.append(place)
    }

    /// Where frames by a hop go to; `nil` when the next packet has to go by the kernel's way.
    @inline(__always)
    func linkAddress(_ place: Int) -> UInt64? {
        hops[place].isResolved && !hops[place].wantsKernel ? hops[place].linkAddress : nil
    }

    /// Where the packet goes to that goes by the kernel's way.
    func destinationByKernel(_ place: Int) -> IPAddress {
        hops[place].wantsKernel = false
        return hops[place].destination
    }

    // MARK: The tick

    /// Asks for what is due, with bounded effort; `false` when it is too early.
    @discardableResult
    func tend(_ routes: some NextHopSource, _ lanes: [EgressLane], at now: UInt64) -> Bool {
        guard now &- lastTick >= Self.interval else { return false }
        lastTick = now
        if now &- lastRefresh >= Self.refreshInterval { lookUpAll(at: now) }
        hearChanges(routes, lanes, at: now)
        var questions = Self.questionsPerTick
        for _ in hops.indices where questions > 0 {
            cursor = cursor + 1 < hops.count ? cursor + 1 : 0
            questions -= tend(cursor, routes, lanes, at: now)
        }
        return true
    }

    /// Routes or devices changed: everything is looked up again, a few at a time. What was known is used until then.
    func lookUpAll(at now: UInt64) {
        lastRefresh = now
        for index in hops.indices { hops[index].isDue = true }
    }

    /// How many questions it asked.
    private func tend(_ index: Int, _ routes: some NextHopSource, _ lanes: [EgressLane], at now: UInt64) -> Int {
        guard hops[index].users > 0, let link = lanes[hops[index].lane].link, link.isEthernet else { return 0 }
        if hops[index].isDue {
            hops[index].isDue = false
            hops[index].gateway = routes.nextHop(to: hops[index].destination, device: link.index)
            askNeighbour(index, routes, link.index, at: now)
            return 2
        }
        if !hops[index].isResolved, hops[index].gateway != nil {
            askNeighbour(index, routes, link.index, at: now)
            return 1
        }
        if hops[index].isStale, now &- hops[index].confirmed >= Self.confirmInterval {
            hops[index].confirmed = now
            hops[index].wantsKernel = true
        }
        return 0
    }

    private func askNeighbour(_ index: Int, _ routes: some NextHopSource, _ device: Int32, at now: UInt64) {
        guard let gateway = hops[index].gateway else {
            hops[index].isResolved = false
            return
        }
        hops[index].learn(routes.neighbour(gateway, device: device))
        if hops[index].isResolved, !hops[index].isStale { hops[index].confirmed = now }
    }

    private func hearChanges(_ routes: some NextHopSource, _ lanes: [EgressLane], at now: UInt64) {
        var changed: [NeighbourKey: Neighbour] = [:]
        var hasChanged = false
        routes.drain { change in
            switch change {
            case .neighbour(let address, let device, let neighbour):
                changed[NeighbourKey(address: address, device: device)] = neighbour
            case .topology: hasChanged = true
            }
        }
        if hasChanged {
            isTopologyChanged = true
            lookUpAll(at: now)
        }
        if changed.isEmpty { return }
        for index in hops.indices where hops[index].users > 0 {
            guard let gateway = hops[index].gateway, let link = lanes[hops[index].lane].link,
                let neighbour = changed[NeighbourKey(address: gateway, device: link.index)]
            else { continue }
            hops[index].learn(neighbour)
            if !hops[index].isStale { hops[index].confirmed = now }
        }
    }

    private struct NeighbourKey: Hashable {
        var address: IPAddress
        var device: Int32
    }
}

/// Who knows routes and neighbours: the kernel, or a test.
protocol NextHopSource {
    func nextHop(to address: IPAddress, device: Int32) -> IPAddress?
    func neighbour(_ address: IPAddress, device: Int32) -> Neighbour?
    func drain(_ body: (RouteSocket.Change) -> Void)
}

extension RouteSocket: NextHopSource {}
