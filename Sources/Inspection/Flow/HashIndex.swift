import Wire

/// An open-addressing index from hashes to slab positions, with linear probing and no tombstones.
///
/// Keys live in the slab; a slot holds 32 bits of hash beside the position, so that almost every comparison of keys is
/// one that succeeds. At most half of the slots are taken; the table doubles when there are more, and never shrinks.
struct HashIndex {
    /// `hash << 32 | value + 1`; 0 is empty.
    private var slots = [UInt64](repeating: 0, count: 16)
    private var mask = 15
    private var count = 0

    /// Where a search stands.
    struct Probe {
        fileprivate var position: Int
        fileprivate let hash: UInt32
    }

    @inline(__always)
    func probe(_ hash: UInt32) -> Probe { Probe(position: Int(hash) & mask, hash: hash) }

    /// Asks for the memory where a search for `hash` starts.
    @inline(__always)
    func expect(_ hash: UInt32) { Prefetch.element(Int(hash) & mask, of: slots.span) }

    /// The next value whose entry has the probe's hash; `nil` when there is none left.
    @inline(__always)
    func next(_ probe: inout Probe) -> UInt32? {
        while true {
            let slot = slots[probe.position]
            if slot == 0 { return nil }
            probe.position = (probe.position + 1) & mask
            if UInt32(truncatingIfNeeded: slot >> 32) == probe.hash {
                return UInt32(truncatingIfNeeded: slot) - 1
            }
        }
    }

    mutating func insert(_ value: UInt32, hash: UInt32) {
        count += 1
        if count * 2 > slots.count { grow() }
        place(UInt64(hash) << 32 | UInt64(value + 1))
    }

    private mutating func place(_ entry: UInt64) {
        var position = Int(entry >> 32) & mask
        while slots[position] != 0 { position = (position + 1) & mask }
        slots[position] = entry
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: old.count * 2)
        mask = slots.count - 1
        for entry in old where entry != 0 { place(entry) }
    }

    /// Takes the entry out and closes the gap, so that searches stay short however often entries come and go.
    mutating func remove(_ value: UInt32, hash: UInt32) {
        let entry = UInt64(hash) << 32 | UInt64(value + 1)
        var hole = Int(hash) & mask
        while slots[hole] != entry {
            if slots[hole] == 0 { return }
            hole = (hole + 1) & mask
        }
        count -= 1
        var position = (hole + 1) & mask
        while slots[position] != 0 {
            let home = Int(slots[position] >> 32) & mask
            // The entry may move into the hole unless its home lies behind the hole.
            if (position - home) & mask >= (position - hole) & mask {
                slots[hole] = slots[position]
                hole = position
            }
            position = (position + 1) & mask
        }
        slots[hole] = 0
    }
}
