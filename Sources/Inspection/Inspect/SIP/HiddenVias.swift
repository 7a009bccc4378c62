/// Via values that `ip-address-privacy` has taken out of requests, to be put back into the responses: who made them has to
/// find itself in them (RFC 3261 section 18.1.2), while whoever is outside is to learn nothing from them (RFC 3323 section 5.1).
///
/// A value is known by its transaction. Of too many the ones not used for longest are forgotten.
struct HiddenVias {
    private struct Key: Hashable {
        var callID: [UInt8]
        var branch: [UInt8]
    }

    private struct Entry {
        var key: Key
        var value: [UInt8]
    }

    let limit: Int
    /// Bytes of a value, and of what it is known by.
    static let longest = 1024
    private var entries: [Entry] = []
    private var places: [Key: Int] = [:]
    private var recency = RecencyList()

    init(limit: Int = 16_384) { self.limit = limit }

    var count: Int { places.count }

    /// `false`: it is too long to be kept.
    mutating func hide(_ value: [UInt8], callID: [UInt8], branch: [UInt8]) -> Bool {
        guard limit > 0, value.count <= Self.longest, callID.count + branch.count <= Self.longest else { return false }
        let key = Key(callID: callID, branch: branch)
        let place = places[key] ?? room()
        if place == entries.count {
            entries.append(Entry(key: key, value: value))
        } else {
            entries[place] = Entry(key: key, value: value)
        }
        places[key] = place
        recency.use(place)
        return true
    }

    private mutating func room() -> Int {
        guard entries.count >= limit, let oldest = recency.oldest else { return entries.count }
        places[entries[oldest].key] = nil
        return oldest
    }

    /// What was there; a response may come more than once.
    mutating func value(callID: [UInt8], branch: [UInt8]) -> [UInt8]? {
        guard let place = places[Key(callID: callID, branch: branch)] else { return nil }
        recency.use(place)
        return entries[place].value
    }
}
