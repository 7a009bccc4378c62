/// Which entry of a slab, and which of those that had its place.
struct SlabID: Hashable, Sendable {
    let place: UInt32
    let generation: UInt32

    /// The same in one word.
    var word: UInt64 { UInt64(generation) << 32 | UInt64(place) }

    init(place: UInt32, generation: UInt32) {
        self.place = place
        self.generation = generation
    }

    init(word: UInt64) { self.init(place: UInt32(truncatingIfNeeded: word), generation: UInt32(word >> 32)) }
}

/// Entries that come and go, each found by an id that is never another's. Bounded.
struct Slab<Element> {
    let limit: Int
    private(set) var count = 0
    private(set) var mostUsed = 0
    private var elements: [Element?] = []
    private var generations: [UInt32] = []
    private var free: [UInt32] = []

    var isFull: Bool { count >= limit }

    init(limit: Int) { self.limit = limit }

    /// `nil` when the slab is full.
    mutating func add(_ element: Element) -> SlabID? {
        guard !isFull else { return nil }
        count += 1
        mostUsed = max(mostUsed, count)
        if let place = free.popLast() {
            elements[Int(place)] = element
            return SlabID(place: place, generation: generations[Int(place)])
        }
        elements.append(element)
        generations.append(0)
        return SlabID(place: UInt32(elements.count - 1), generation: 0)
    }

    /// Takes an entry out.
    @discardableResult
    mutating func remove(_ id: SlabID) -> Element? {
        guard isCurrent(id), let element = elements[Int(id.place)].take() else { return nil }
        generations[Int(id.place)] &+= 1
        free.append(id.place)
        count -= 1
        return element
    }

    subscript(_ id: SlabID) -> Element? {
        // Read in place: most readers want one field of what may be large.
        _read {
            if isCurrent(id) {
                yield elements.span[Int(id.place)]
            } else {
                yield nil
            }
        }
        // An entry is changed in place; one that is gone stays gone.
        _modify {
            if isCurrent(id), elements[Int(id.place)] != nil {
                yield &elements[Int(id.place)]
            } else {
                var nothing: Element?
                yield &nothing
            }
        }
    }

    /// Whatever has this place now, and its id.
    func entry(at place: UInt32) -> (id: SlabID, element: Element)? {
        guard Int(place) < elements.count, let element = elements[Int(place)] else { return nil }
        return (SlabID(place: place, generation: generations[Int(place)]), element)
    }

    /// The id of whatever has this place now.
    func id(at place: UInt32) -> SlabID? {
        guard Int(place) < elements.count, elements[Int(place)] != nil else { return nil }
        return SlabID(place: place, generation: generations[Int(place)])
    }

    /// All ids, in the order of their places.
    var ids: [SlabID] { elements.indices.compactMap { id(at: UInt32($0)) } }

    private func isCurrent(_ id: SlabID) -> Bool {
        Int(id.place) < elements.count && generations[Int(id.place)] == id.generation
    }
}
