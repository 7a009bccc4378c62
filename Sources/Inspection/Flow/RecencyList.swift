/// The order in which slab entries were last used: a doubly linked list through their places.
struct RecencyList {
    private static let none = Int.min

    private struct Links {
        var newer = RecencyList.none
        var older = RecencyList.none
        var isIn = false
    }

    private var links: [Links] = []
    private var newest = RecencyList.none
    private var end = RecencyList.none

    /// The entry that has not been used for longest; `nil` when there is none.
    var oldest: Int? { end == Self.none ? nil : end }

    /// Makes `place` the newest, whether it was in the list or not.
    mutating func use(_ place: Int) {
        remove(place)
        while links.count <= place { links.append(Links()) }
        links[place] = Links(older: newest, isIn: true)
        if newest == Self.none { end = place } else { links[newest].newer = place }
        newest = place
    }

    mutating func remove(_ place: Int) {
        guard links.indices.contains(place), links[place].isIn else { return }
        let link = links[place]
        if link.newer == Self.none { newest = link.older } else { links[link.newer].older = link.older }
        if link.older == Self.none { end = link.newer } else { links[link.older].newer = link.newer }
        links[place] = Links()
    }
}
