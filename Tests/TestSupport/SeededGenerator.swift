/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same test, so that a failure can be run again.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }

    /// A count of bytes in `length`, each of any value.
    public mutating func bytes(_ length: ClosedRange<Int>) -> [UInt8] {
        let count = Int.random(in: length, using: &self)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// An address that a host can have, mapped IPv4 excluded from IPv6.
    public mutating func address(v4: Bool) -> (high: UInt64, low: UInt64) {
        v4 ? (0, 0xffff_0000_0000 | next() & 0xffff_ffff) : (0x2001_0db8_0000_0000 | next() & 0xffff_ffff, next())
    }

    /// `bytes` with one to eight small damages: a byte changed, a bit turned, an end cut, a piece doubled or removed.
    public mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...8, using: &self) {
            guard !bytes.isEmpty else { return bytes }
            let index = Int.random(in: bytes.indices, using: &self)
            switch next() % 6 {
            case 0: bytes[index] = UInt8(truncatingIfNeeded: next())
            case 1: bytes[index] ^= 1 << (next() % 8)
            case 2: bytes[index] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &self) ?? 0
            case 3: bytes.removeSubrange(index...)
            case 4: bytes.insert(contentsOf: bytes[index..<min(index + 8, bytes.count)], at: index)
            default: bytes.removeSubrange(index..<min(index + 4, bytes.count))
            }
        }
        return bytes
    }
}
