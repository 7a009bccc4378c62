import Wire

/// Finished files, so that a file costs one signature however many phones ask for it, and however often.
///
/// A file is found only if the server's bytes are the very ones that it was made of; the bytes are kept and compared,
/// since a hash could be aimed at by whoever can put files on the server. Bounded in entries and in bytes; the one not
/// used for longest goes first.
struct FileCache {
    struct Limits: Sendable {
        var entries = 32_768
        /// Originals and finished files together.
        var bytes = 256 << 20
    }

    struct Counters: Hashable, Sendable {
        var hits = 0
        var misses = 0
        /// Misses where the server's file had changed.
        var changed = 0
        /// Files that made room for others.
        var evicted = 0
        /// Files larger than all the room there is.
        var refused = 0
    }

    private struct Entry {
        var key: FileKey
        var original: [UInt8]
        var finished: FileContent
        /// When the server was asked for the bytes that were compared last.
        var compared: Timestamp?
        /// What an entry costs, its name and the tables' own part included.
        var cost: Int { original.count + finished.size + key.name.count + 256 }
    }

    private let limits: Limits
    private var entries: [Entry?] = []
    private var free: [Int] = []
    private var places: [FileKey: Int] = [:]
    private var recency = RecencyList()
    /// Bytes held.
    private(set) var bytes = 0
    private(set) var counters = Counters()
    var count: Int { places.count }

    init(_ limits: Limits = Limits()) { self.limits = limits }

    /// Nanoseconds for which a comparison with the server's file holds. Phones that come back together ask for what they
    /// share thousands of times in a second; one that is told to fetch a changed file asks later than that.
    static let comparisonLife: Int64 = 100_000_000

    /// The finished file, where the server's was compared with what it is made of a moment ago.
    mutating func findRecent(_ key: FileKey, at now: Timestamp) -> FileContent? {
        guard let place = places[key], let compared = entries[place]?.compared,
            0..<Self.comparisonLife ~= now.nanoseconds &- compared.nanoseconds
        else { return nil }
        counters.hits += 1
        recency.use(place)
        return entries[place]?.finished
    }

    /// The finished file that was made of exactly `original`. A file that was made of other bytes is forgotten.
    ///
    /// - Parameter moment: when the server was asked for `original`; `nil` where it is not the server's.
    mutating func find(_ key: FileKey, madeOf original: [UInt8], asOf moment: Timestamp? = nil) -> FileContent? {
        guard let place = places[key], let entry = entries[place] else {
            counters.misses += 1
            return nil
        }
        guard entry.original.span.equals(original.span) else {
            counters.misses += 1
            counters.changed += 1
            remove(place)
            return nil
        }
        counters.hits += 1
        recency.use(place)
        if let moment { entries[place]?.compared = moment }
        return entry.finished
    }

    /// Keeps `finished`, in place of what was kept under its key.
    mutating func keep(_ finished: FileContent, _ key: FileKey, madeOf original: [UInt8]) {
        if let place = places[key] { remove(place) }
        let entry = Entry(key: key, original: original, finished: finished)
        guard entry.cost <= limits.bytes, limits.entries > 0 else {
            counters.refused += 1
            return
        }
        while count >= limits.entries || bytes + entry.cost > limits.bytes, let oldest = recency.oldest {
            counters.evicted += 1
            remove(oldest)
        }
        let place = free.popLast() ?? entries.count
        if place == entries.count { entries.append(entry) } else { entries[place] = entry }
        places[key] = place
        recency.use(place)
        bytes += entry.cost
    }

    private mutating func remove(_ place: Int) {
        guard let entry = entries[place] else { return }
        bytes -= entry.cost
        places[entry.key] = nil
        recency.remove(place)
        entries[place] = nil
        free.append(place)
    }
}
