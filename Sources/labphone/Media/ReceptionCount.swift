/// What became of the packets of some streams.
struct ReceptionTotals: Equatable {
    var received = 0
    /// Packets that never came, before the last that did.
    var lost = 0
    var outOfOrder = 0
    var duplicates = 0

    static func + (left: ReceptionTotals, right: ReceptionTotals) -> ReceptionTotals {
        ReceptionTotals(
            received: left.received + right.received, lost: left.lost + right.lost,
            outOfOrder: left.outOfOrder + right.outOfOrder, duplicates: left.duplicates + right.duplicates)
    }
}

/// What became of the packets of one RTP stream, by their sequence numbers (RFC 3550 appendix A.1).
struct ReceptionCount {
    private(set) var received = 0
    private(set) var duplicates = 0
    private(set) var outOfOrder = 0
    private var first: Int64?
    private var highest: Int64 = 0
    /// Which of the last 1,024 numbers have come.
    private var seen = [Bool](repeating: false, count: 1024)

    /// Packets that never came, before the last that did.
    var lost: Int { first.map { max(0, Int(highest - $0) + 1 - received) } ?? 0 }

    var totals: ReceptionTotals {
        ReceptionTotals(received: received, lost: lost, outOfOrder: outOfOrder, duplicates: duplicates)
    }

    /// Counts a packet. Returns how far it is from the first, in packets; `nil` when it came before.
    mutating func count(_ sequence: UInt16) -> Int64? {
        guard let first else {
            first = Int64(sequence)
            highest = Int64(sequence)
            seen[Int(sequence) % 1024] = true
            received = 1
            return 0
        }
        let step = Int64(Int16(bitPattern: sequence &- UInt16(truncatingIfNeeded: highest)))
        let extended = highest + step
        let slot = Int(((extended % 1024) + 1024) % 1024)
        if step > 0 {
            for passed in stride(from: highest + 1, through: min(extended, highest + 1024), by: 1) {
                seen[Int(((passed % 1024) + 1024) % 1024)] = false
            }
            highest = extended
        } else if seen[slot] || step <= -1024 {
            duplicates += 1
            return nil
        } else {
            outOfOrder += 1
        }
        seen[slot] = true
        received += 1
        return extended - first
    }
}
