/// Where the box's own master keys come from.
///
/// A driver on live traffic hands in the system's generator (``EngineSettings/randomBytes``). Without one, keys follow from
/// the seed, so that a recording gives the same bytes each time: good for nothing else.
struct KeySource {
    private let random: (@Sendable (Int) -> [UInt8])?
    private var state: UInt64

    init(_ settings: EngineSettings) {
        random = settings.randomBytes
        state = settings.seed ^ 0x6b65_7973_6f75_7263
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        if let random {
            let bytes = random(count)
            // A generator that fails must not leave a key that is known.
            precondition(bytes.count == count, "the key source gave too few bytes")
            return bytes
        }
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }
}
