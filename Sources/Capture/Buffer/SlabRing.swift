/// Which part of a slab is in use, when pieces of it are taken in order and released in the same order.
///
/// Every piece lies in one stretch: one that does not fit before the end of the slab starts at 0 again, and the
/// bytes left over at the end stay unused until the oldest pieces in front of them are released.
struct SlabRing {
    let capacity: Int
    /// The oldest piece.
    private(set) var oldest = 0
    /// Where the next piece goes.
    private var next = 0
    /// Where the pieces before the turn end; `nil` when the pieces lie in one stretch.
    private var turn: Int?
    private var pieces = 0

    init(capacity: Int) { self.capacity = capacity }

    /// Takes `length` bytes and returns where they start; `nil` when they are not to be had.
    mutating func take(_ length: Int) -> Int? {
        if turn != nil {
            guard next + length <= oldest else { return nil }
        } else if next + length > capacity {
            // `pieces` may be 0 with `next` anywhere: then everything is free, from 0.
            if pieces == 0 {
                oldest = 0
                guard length <= capacity else { return nil }
            } else {
                guard length <= oldest else { return nil }
                turn = next
            }
            next = 0
        }
        let start = next
        next += length
        pieces += 1
        return start
    }

    /// Gives back the oldest piece, which is `length` bytes long.
    mutating func releaseOldest(_ length: Int) {
        oldest += length
        pieces -= 1
        if oldest == turn {
            oldest = 0
            turn = nil
        }
    }

    /// Where a walk over all pieces starts; each step adds the piece's length and settles.
    var start: Int { oldest }

    /// Turns a walk at `cursor` around at the end of the slab, and returns where the next piece is.
    func settle(_ cursor: inout Int) -> Int {
        if cursor == turn { cursor = 0 }
        return cursor
    }
}
