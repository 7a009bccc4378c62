import Wire

/// Deadlines of slab entries, lazily kept: an entry is looked at when its slot comes up, and put back if its deadline
/// has moved meanwhile. Keeping a flow alive therefore costs its packets nothing.
struct TimerWheel {
    private static let none = UInt32.max
    /// A quarter of a second: what the shortest timeout of two seconds needs.
    static let tick: Int64 = 250_000_000
    private static let slotCount = 4096
    /// A list of its own for the entries of the slot that is being looked at: one that is put back into the same slot,
    /// a whole turn later, must not come up again at once.
    private static let pending = UInt32(slotCount)

    private struct Links {
        var next = TimerWheel.none
        var previous = TimerWheel.none
        /// The slot it stands in, or ``none``.
        var slot = TimerWheel.none
    }

    private var heads = [UInt32](repeating: TimerWheel.none, count: TimerWheel.slotCount + 1)
    private var links: [Links] = []
    /// The next tick to look at; `nil` before the first entry.
    private var cursor: Int64?

    /// Sees to it that `entry` is looked at no earlier than `deadline`, and at most one turn of the wheel after it.
    mutating func schedule(_ entry: UInt32, at deadline: Timestamp) {
        while links.count <= Int(entry) { links.append(Links()) }
        cancel(entry)
        let due = deadline.nanoseconds / Self.tick + 1
        cursor = min(cursor ?? due, due)
        push(entry, onto: UInt32(truncatingIfNeeded: due & Int64(Self.slotCount - 1)))
    }

    private mutating func push(_ entry: UInt32, onto slot: UInt32) {
        let head = heads[Int(slot)]
        links[Int(entry)] = Links(next: head, previous: Self.none, slot: slot)
        if head != Self.none { links[Int(head)].previous = entry }
        heads[Int(slot)] = entry
    }

    /// Whether `entry` will be looked at.
    @inline(__always)
    func isScheduled(_ entry: UInt32) -> Bool { Int(entry) < links.count && links[Int(entry)].slot != Self.none }

    mutating func cancel(_ entry: UInt32) {
        guard isScheduled(entry) else { return }
        let link = links[Int(entry)]
        if link.previous == Self.none {
            heads[Int(link.slot)] = link.next
        } else {
            links[Int(link.previous)].next = link.next
        }
        if link.next != Self.none { links[Int(link.next)].previous = link.previous }
        links[Int(entry)] = Links()
    }

    /// Whether ``popDue(_:)`` has anything to look at.
    @inline(__always)
    func isDue(_ now: Timestamp) -> Bool {
        guard let cursor else { return false }
        return now.nanoseconds / Self.tick >= cursor
    }

    /// Takes out one entry whose slot has come up; the owner decides whether it has expired or is scheduled anew.
    mutating func popDue(_ now: Timestamp) -> UInt32? {
        guard let start = cursor else { return nil }
        let last = now.nanoseconds / Self.tick
        // After a long silence one turn of the wheel sees every entry there is.
        var position = max(start, last - Int64(Self.slotCount) + 1)
        while heads[Int(Self.pending)] == Self.none {
            guard position <= last else {
                cursor = max(start, position)
                return nil
            }
            detach(UInt32(truncatingIfNeeded: position & Int64(Self.slotCount - 1)))
            position += 1
        }
        cursor = max(start, position)
        let entry = heads[Int(Self.pending)]
        cancel(entry)
        return entry
    }

    /// Moves a slot's entries to the pending list.
    private mutating func detach(_ slot: UInt32) {
        while heads[Int(slot)] != Self.none {
            let entry = heads[Int(slot)]
            cancel(entry)
            push(entry, onto: Self.pending)
        }
    }
}
