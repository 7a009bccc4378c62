/// Loss, order, duplicates and jitter of one RTP source (RFC 3550 sections 6.4.1 and 6.4.4, appendices A.1, A.3, A.8).
///
/// A value of fixed size; nothing is allocated, and time is what the caller says.
public struct SequenceTracker: Sendable, Equatable {
    /// What a packet's sequence number said.
    public enum Arrival: UInt8, Sendable {
        case first, inOrder
        /// Some before it are missing; they may still come.
        case afterGap
        case outOfOrder, duplicate
        /// Too far from what came before to be the same numbering, and not confirmed by a second packet yet.
        case implausible
        /// The second packet in a row of a new numbering: the source started over, and counting goes on from here.
        case restarted
    }

    /// Larger jumps forward, and backward, are taken for a new numbering (appendix A.1).
    static let maximumDropout: UInt16 = 3000
    static let maximumMisorder: UInt16 = 100
    private static let cycle: UInt64 = 0x1_0000

    /// In Hz, of the payload format's RTP clock.
    public let clockRate: Int
    /// Every packet, duplicates too.
    public private(set) var received: UInt64 = 0
    public private(set) var outOfOrder: UInt64 = 0
    public private(set) var duplicates: UInt64 = 0
    /// How often the source started over.
    public private(set) var restarts: UInt64 = 0

    /// Packets of the numbering, each once.
    private var distinct: UInt64 = 0
    /// Cycles in the upper bits, counted from one, so that what comes late to the first packet has a number too.
    private var highest: UInt64 = 0
    private var base: UInt64 = 0
    /// Expected in numberings that are over.
    private var expectedBefore: UInt64 = 0
    /// Bit n: `highest - n` has come. Only as far back as an out-of-order packet may be.
    private var seen: (UInt64, UInt64) = (0, 0)
    /// The packet that would confirm a new numbering.
    private var awaited: UInt16?
    private var jitterAccount = Jitter()

    /// - Parameter clockRate: 8,000 Hz when what is said makes no sense.
    public init(clockRate: Int) {
        self.clockRate = (1...1_000_000_000).contains(clockRate) ? clockRate : 8_000
    }

    /// Counts a packet that arrived at `moment`.
    @discardableResult
    public mutating func record(sequenceNumber: UInt16, timestamp: UInt32, at moment: Timestamp) -> Arrival {
        received &+= 1
        let arrival = place(sequenceNumber)
        switch arrival {
        case .duplicate:
            duplicates &+= 1
            return arrival
        case .implausible: return arrival
        case .outOfOrder: outOfOrder &+= 1
        case .restarted: jitterAccount.pause()
        case .first, .inOrder, .afterGap: break
        }
        distinct &+= 1
        jitterAccount.record(timestamp, at: moment, clockRate: clockRate)
        return arrival
    }

    /// Packets that the numbering says were sent.
    public var expected: UInt64 { received == 0 ? 0 : expectedBefore &+ (highest &- base) &+ 1 }

    /// Expected and not received so far.
    public var lost: UInt64 { expected > distinct ? expected - distinct : 0 }

    /// Interarrival jitter in units of the clock.
    public var jitter: UInt32 { jitterAccount.value }

    public var jitterSeconds: Double { Double(jitterAccount.sixteenths) / 16 / Double(clockRate) }

    /// The extended highest sequence number of a report block: cycles in the high half.
    public var extendedHighest: UInt32 { UInt32(truncatingIfNeeded: highest &- Self.cycle) }
}

// MARK: Sequence numbers

extension SequenceTracker {
    private mutating func place(_ number: UInt16) -> Arrival {
        if received == 1 {
            start(at: number)
            return .first
        }
        let ahead = number &- UInt16(truncatingIfNeeded: highest)
        if ahead == 0 { return .duplicate }
        if ahead < Self.maximumDropout { return advance(by: ahead) }
        let behind = 0 &- ahead
        if behind <= Self.maximumMisorder { return fill(behind) }
        guard awaited == number else {
            awaited = number &+ 1
            return .implausible
        }
        expectedBefore = expected
        restarts &+= 1
        // Its predecessor was the first of the new numbering.
        start(at: number &- 1)
        distinct &+= 1
        _ = advance(by: 1)
        return .restarted
    }

    private mutating func start(at number: UInt16) {
        highest = Self.cycle + UInt64(number)
        base = highest
        seen = (1, 0)
        awaited = nil
    }

    private mutating func advance(by count: UInt16) -> Arrival {
        highest &+= UInt64(count)
        shiftSeen(by: Int(count))
        seen.0 |= 1
        awaited = nil
        return count == 1 ? .inOrder : .afterGap
    }

    /// A packet from the past: new, or seen before.
    private mutating func fill(_ behind: UInt16) -> Arrival {
        awaited = nil
        let bit = UInt64(1) << UInt64(behind & 63)
        let old = behind < 64 ? seen.0 : seen.1
        if old & bit != 0 { return .duplicate }
        if behind < 64 { seen.0 |= bit } else { seen.1 |= bit }
        // Sent before the first that came: the numbering starts earlier than it seemed.
        base = min(base, highest &- UInt64(behind))
        return .outOfOrder
    }

    private mutating func shiftSeen(by count: Int) {
        if count >= 128 {
            seen = (0, 0)
        } else if count >= 64 {
            seen = (0, seen.0 << UInt64(count - 64))
        } else {
            seen = (seen.0 << UInt64(count), seen.1 << UInt64(count) | seen.0 >> UInt64(64 - count))
        }
    }

    public static func == (left: SequenceTracker, right: SequenceTracker) -> Bool {
        left.clockRate == right.clockRate && left.received == right.received && left.distinct == right.distinct
            && left.outOfOrder == right.outOfOrder
            && left.duplicates == right.duplicates && left.restarts == right.restarts
            && left.highest == right.highest && left.base == right.base
            && left.expectedBefore == right.expectedBefore && left.seen == right.seen
            && left.awaited == right.awaited && left.jitterAccount == right.jitterAccount
    }
}

// MARK: Jitter

extension SequenceTracker {
    /// RFC 3550 appendix A.8, in integers.
    private struct Jitter: Sendable, Equatable {
        /// Sixteen times the jitter.
        private(set) var sixteenths: UInt64 = 0
        private var lastTransit: Int64?

        var value: UInt32 { UInt32(truncatingIfNeeded: min(sixteenths >> 4, UInt64(UInt32.max))) }

        /// The next packet's transit time is compared with nothing.
        mutating func pause() { lastTransit = nil }

        mutating func record(_ timestamp: UInt32, at moment: Timestamp, clockRate: Int) {
            let arrival = UInt32(truncatingIfNeeded: Self.units(moment, clockRate))
            let transit = Int64(Int32(bitPattern: arrival &- timestamp))
            defer { lastTransit = transit }
            guard let last = lastTransit else { return }
            // Both wrap at 32 bits.
            let distance = Int64(Int32(truncatingIfNeeded: transit &- last)).magnitude
            sixteenths = sixteenths &+ distance &- ((sixteenths &+ 8) >> 4)
        }

        private static func units(_ moment: Timestamp, _ clockRate: Int) -> Int64 {
            let seconds = moment.nanoseconds / 1_000_000_000
            let rest = moment.nanoseconds % 1_000_000_000
            return seconds &* Int64(clockRate) &+ rest &* Int64(clockRate) / 1_000_000_000
        }
    }
}
