/// Which of the last 128 packet indices were used (RFC 3711 section 3.3.2, which asks for 64).
struct ReplayWindow {
    static let size: UInt64 = 128

    /// The highest index that was used.
    private(set) var highest: UInt64
    /// Bit n: `highest - n` was used.
    private var used: (UInt64, UInt64) = (1, 0)

    init(first index: UInt64) { highest = index }

    /// Says why `index` may not be used.
    @inline(__always)
    func check(_ index: UInt64) throws(SRTPFailure) {
        if index > highest { return }
        let behind = highest - index
        guard behind < Self.size else { throw .replayedOld }
        let word = behind < 64 ? used.0 : used.1
        guard word & 1 << (behind & 63) == 0 else { throw .replayedDuplicate }
    }

    /// Marks `index`, which ``check(_:)`` let pass.
    @inline(__always)
    mutating func commit(_ index: UInt64) {
        guard index > highest else {
            let behind = highest - index
            let bit = UInt64(1) << (behind & 63)
            if behind < 64 { used.0 |= bit } else { used.1 |= bit }
            return
        }
        // Shifts by 64 and more leave nothing.
        let ahead = index - highest
        used.1 = ahead < 64 ? used.1 << ahead | used.0 >> (64 - ahead) : ahead < 128 ? used.0 << (ahead - 64) : 0
        used.0 = used.0 << ahead | 1
        highest = index
    }
}
