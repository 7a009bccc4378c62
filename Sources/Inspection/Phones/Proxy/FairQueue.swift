import Wire

/// Work that waits for its turn, shared out between the hosts that asked for it: hosts take turns, so that one that asks
/// for ten thousand things delays another's first one by no more than what is being done at that moment.
///
/// Bounded by whoever fills it: each item is an entry of a table that has a limit, and may be gone when its turn comes.
struct FairQueue {
    private struct Line {
        /// Items from `head` on wait.
        var items: [UInt64] = []
        var head = 0
        var active = 0
        var isInTurn = false

        var hasWaiting: Bool { head < items.count }

        mutating func pop() -> UInt64 {
            let item = items[head]
            head += 1
            if head == items.count || head == 256 {
                items.removeSubrange(..<head)
                head = 0
            }
            return item
        }
    }

    /// How many may be worked on at one time, in all and of one host.
    private let limit: Int
    private let limitPerHost: Int
    private(set) var active = 0
    private(set) var waiting = 0
    private var lines: [HostGroup: Line] = [:]
    /// Hosts whose turn comes, in order.
    private var turns: [HostGroup] = []
    private var turn = 0

    init(limit: Int, perHost: Int) {
        self.limit = limit
        limitPerHost = perHost
    }

    mutating func add(_ item: UInt64, of host: HostGroup) {
        lines[host, default: Line()].items.append(item)
        waiting += 1
        queue(host)
    }

    /// The next item to work on; `nil` when as much is being done as may be, or nothing waits. Whoever takes it says
    /// ``finish(_:)`` in the end.
    mutating func next() -> (item: UInt64, host: HostGroup)? {
        guard active < limit, turn < turns.count else { return nil }
        let host = turns[turn]
        turn += 1
        if turn == turns.count || turn == 256 {
            turns.removeSubrange(..<turn)
            turn = 0
        }
        guard var line = lines[host], line.hasWaiting else { return nil }
        line.isInTurn = false
        let item = line.pop()
        line.active += 1
        lines[host] = line
        active += 1
        waiting -= 1
        queue(host)
        return (item, host)
    }

    /// One of the host's items that ``next()`` gave out is done.
    mutating func finish(_ host: HostGroup) {
        guard lines[host] != nil else { return }
        lines[host]?.active -= 1
        active -= 1
        queue(host)
        if let line = lines[host], line.active == 0, !line.hasWaiting { lines[host] = nil }
    }

    /// Gives the host a turn if it has a use for one.
    private mutating func queue(_ host: HostGroup) {
        guard let line = lines[host], line.hasWaiting, line.active < limitPerHost, !line.isInTurn else { return }
        lines[host]?.isInTurn = true
        turns.append(host)
    }
}

/// Whoever shares one place in a limit: an IPv4 address, or the IPv6 network of one link, out of which a single host can
/// take as many addresses as it likes (RFC 4291 section 2.5.4).
struct HostGroup: Hashable {
    private let address: IPAddress

    init(_ address: IPAddress) {
        self.address = address.isV4 ? address : IPAddress(high: address.high, low: 0)
    }
}
