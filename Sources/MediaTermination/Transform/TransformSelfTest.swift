import Wire

/// Compares the box's own transform with libsrtp2, at the start of the box.
///
/// Who runs it logs a difference, and makes sessions with ``SRTPSession/Implementation/libsrtp`` then.
public enum TransformSelfTest {
    /// Where both part ways: never a key, and never what a packet holds.
    public struct Difference: Error, Sendable, Equatable, CustomStringConvertible {
        public enum Step: String, Sendable {
            case setup, protect, unprotect
            case protectRTCP = "protect RTCP", unprotectRTCP = "unprotect RTCP"
        }

        public let suite: SRTPSuite
        public let step: Step
        /// Counted from 0.
        public let packet: Int

        public var description: String {
            "SRTP self-test: \(suite.name) differs from libsrtp at packet \(packet), \(step.rawValue)"
        }
    }

    /// Packets for each suite, of RTP; one in 16 has RTCP with it.
    static let packets = 64

    /// Takes a few milliseconds.
    ///
    /// - Returns: how many packets both did alike.
    public static func run() throws(Difference) -> Int {
        var count = 0
        for suite in SRTPSuite.allCases {
            let bytes = (0..<suite.keyLength + suite.saltLength).map { UInt8(truncatingIfNeeded: 17 &* $0 &+ 3) }
            guard let key = SRTPMasterKey(bytes, for: suite) else {
                throw Difference(suite: suite, step: .setup, packet: 0)
            }
            count += try compare(suite, own: key, reference: key)
        }
        return count
    }

    static func compare(
        _ suite: SRTPSuite, own: SRTPMasterKey, reference: SRTPMasterKey
    ) throws(Difference) -> Int {
        let made: Comparison
        do throws(SRTPFailure) {
            made = try Comparison(suite, own: own, reference: reference)
        } catch {
            throw Difference(suite: suite, step: .setup, packet: 0)
        }
        var comparison = made
        return try comparison.run()
    }
}

/// One suite's run: each side protects the same packets, which must come out the same, and undoes the other's.
private struct Comparison: ~Copyable {
    private typealias Failure = TransformSelfTest.Difference

    private let suite: SRTPSuite
    private var ownSender: SRTPSession
    private var ownReceiver: SRTPSession
    private var referenceSender: SRTPSession
    private var referenceReceiver: SRTPSession

    init(_ suite: SRTPSuite, own: SRTPMasterKey, reference: SRTPMasterKey) throws(SRTPFailure) {
        let ownSender = try SRTPSession(suite: suite, masterKey: own, direction: .protect)
        let ownReceiver = try SRTPSession(suite: suite, masterKey: own, direction: .unprotect)
        let referenceSender = try SRTPSession(
            suite: suite, masterKey: reference, direction: .protect, implementation: .libsrtp)
        let referenceReceiver = try SRTPSession(
            suite: suite, masterKey: reference, direction: .unprotect, implementation: .libsrtp)
        self.suite = suite
        self.ownSender = ownSender
        self.ownReceiver = ownReceiver
        self.referenceSender = referenceSender
        self.referenceReceiver = referenceReceiver
    }

    mutating func run() throws(TransformSelfTest.Difference) -> Int {
        var count = 0
        for number in 0..<TransformSelfTest.packets {
            try compareRTP(number)
            count += 1
            if number % 16 == 0 {
                try compareRTCP(number)
                count += 1
            }
        }
        return count
    }

    private mutating func compareRTP(_ number: Int) throws(TransformSelfTest.Difference) {
        let packet = Self.packet(number)
        var own = packet + [UInt8](repeating: 0, count: SRTPSession.maximumOverhead)
        var reference = own
        let protected = Self.attempt(&own) { (span) throws(SRTPFailure) in
            try ownSender.protect(&span, length: packet.count)
        }
        let expected = Self.attempt(&reference) { (span) throws(SRTPFailure) in
            try referenceSender.protect(&span, length: packet.count)
        }
        guard let protected, protected == expected, own == reference else {
            throw Failure(suite: suite, step: .protect, packet: number)
        }
        let opened = Self.attempt(&own) { (span) throws(SRTPFailure) in
            try ownReceiver.unprotect(&span, length: protected)
        }
        let again = Self.attempt(&reference) { (span) throws(SRTPFailure) in
            try referenceReceiver.unprotect(&span, length: protected)
        }
        let isWhole = own.starts(with: packet) && reference.starts(with: packet)
        guard opened == packet.count, again == packet.count, isWhole else {
            throw Failure(suite: suite, step: .unprotect, packet: number)
        }
    }

    /// Both number their packets, and not from the same one on: each undoes the other's.
    private mutating func compareRTCP(_ number: Int) throws(TransformSelfTest.Difference) {
        let packet = Self.report(number)
        var own = packet + [UInt8](repeating: 0, count: SRTPSession.maximumOverhead)
        var reference = own
        let protected = Self.attempt(&own) { (span) throws(SRTPFailure) in
            try ownSender.protectRTCP(&span, length: packet.count)
        }
        let expected = Self.attempt(&reference) { (span) throws(SRTPFailure) in
            try referenceSender.protectRTCP(&span, length: packet.count)
        }
        guard let protected, protected == expected else {
            throw Failure(suite: suite, step: .protectRTCP, packet: number)
        }
        let opened = Self.attempt(&reference) { (span) throws(SRTPFailure) in
            try ownReceiver.unprotectRTCP(&span, length: protected)
        }
        let again = Self.attempt(&own) { (span) throws(SRTPFailure) in
            try referenceReceiver.unprotectRTCP(&span, length: protected)
        }
        let isWhole = own.starts(with: packet) && reference.starts(with: packet)
        guard opened == packet.count, again == packet.count, isWhole else {
            throw Failure(suite: suite, step: .unprotectRTCP, packet: number)
        }
    }

    private static func attempt(
        _ bytes: inout [UInt8], _ body: (inout MutableSpan<UInt8>) throws(SRTPFailure) -> Int
    ) -> Int? {
        var span = bytes.mutableSpan
        do throws(SRTPFailure) { return try body(&span) } catch { return nil }
    }

    /// Sequence numbers pass 65,535 half-way; payloads are of all lengths, some behind a CSRC list.
    private static func packet(_ number: Int) -> [UInt8] {
        let sequence = UInt16(truncatingIfNeeded: 65_536 - TransformSelfTest.packets / 2 + number)
        let contributors = number % 3
        let header: [UInt8] = [0x80 | UInt8(contributors), 0, UInt8(sequence >> 8), UInt8(sequence & 0xff)]
        let rest: [UInt8] = [0, 0, UInt8(number), 160, 0x11, 0x22, 0x33, 0x44]
        return header + rest + [UInt8](repeating: 0x5a, count: 4 * contributors)
            + (0..<number * 5).map { UInt8(truncatingIfNeeded: $0) }
    }

    /// A receiver report without blocks, and something behind it.
    private static func report(_ number: Int) -> [UInt8] {
        [0x80, 201, 0, 1, 0x11, 0x22, 0x33, 0x44] + [UInt8](repeating: UInt8(number), count: number / 4 * 4)
    }
}
