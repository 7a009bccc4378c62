/// An RTP packet's index under a key: the rollover counter, then the sequence number (RFC 3711 section 3.3.1).
enum PacketIndex {
    /// The last one; a key ends with it.
    static let last: UInt64 = 1 << 48 - 1

    /// The index that a packet with `sequenceNumber` has most likely, given the highest so far (`nil`: the source is new).
    ///
    /// May be beyond ``last``, by one rollover.
    @inline(__always)
    static func estimate(_ sequenceNumber: UInt16, highest: UInt64?) -> UInt64 {
        guard let highest else { return UInt64(sequenceNumber) }
        let rollover = highest >> 16
        let latest = UInt16(truncatingIfNeeded: highest)
        var guess = rollover
        if latest < 0x8000 {
            // Nothing comes before the first cycle.
            if sequenceNumber > latest, sequenceNumber - latest > 0x8000, rollover > 0 { guess = rollover - 1 }
        } else if latest - 0x8000 > sequenceNumber {
            guess = rollover + 1
        }
        return guess << 16 | UInt64(sequenceNumber)
    }

    /// The upper 32 bits.
    @inline(__always)
    static func rolloverCounter(_ index: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: index >> 16) }
}
