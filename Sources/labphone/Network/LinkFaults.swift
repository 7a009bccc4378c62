import TestSupport
import Wire

/// What a bad link does to datagrams. The same seed does the same to the same datagrams.
struct LinkFaults {
    struct Settings: Equatable, Sendable {
        /// Probability that a datagram is lost, in each direction.
        var loss = 0.0
        /// Seconds in each direction.
        var delay = 0.0
        /// Probability that a datagram is held back, so that later ones overtake it.
        var reorder = 0.0
        /// Seconds that it is held back, beside the delay.
        var reorderHold = 1.5
        var seed: UInt64 = 1

        var isPerfect: Bool { loss == 0 && delay == 0 && reorder == 0 }
    }

    enum Fate: Equatable {
        case lost
        case delivered(at: Timestamp)
    }

    private let settings: Settings
    private var generator: SeededGenerator

    /// - Parameter stream: which of many links this is; each has a sequence of its own.
    init(_ settings: Settings, stream: UInt64) {
        self.settings = settings
        var seeds = SeededGenerator(seed: settings.seed ^ stream &* 0x9e37_79b9_7f4a_7c15)
        generator = SeededGenerator(seed: seeds.next())
    }

    /// What happens to the next datagram.
    mutating func fate(at now: Timestamp) -> Fate {
        // Both are drawn for each datagram, so that one setting does not shift the other's sequence.
        let loss = Double.random(in: 0..<1, using: &generator)
        let reorder = Double.random(in: 0..<1, using: &generator)
        if loss < settings.loss { return .lost }
        let hold = reorder < settings.reorder ? settings.reorderHold : 0
        return .delivered(at: now.adding(fraction: settings.delay + hold))
    }
}
