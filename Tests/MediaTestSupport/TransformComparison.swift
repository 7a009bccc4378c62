import MediaTermination
import TestSupport
import Wire

/// Both transforms side by side over a network that loses, delays, doubles and damages packets: each sender must make the
/// same bytes, and each receiver come to the same end with them.
public struct TransformComparison: ~Copyable {
    public struct Mismatch: Error, CustomStringConvertible {
        public let description: String
    }

    public struct Counts: Sendable {
        /// Packets that the senders were given.
        public var packets = 0
        public var accepted = 0
        /// Each failure that both receivers, or both senders, agreed on.
        public var failures: [SRTPFailure: Int] = [:]
        public var rollovers = 0

        public init() {}
    }

    private struct Flight {
        var kind: SRTPSession.Packet
        var bytes: [UInt8]
        var original: [UInt8]
    }

    private let suite: SRTPSuite
    private let isReferenceControlling: Bool
    private var random: SeededGenerator
    private var traffic: RandomTraffic
    private var ownSender: SRTPSession
    private var referenceSender: SRTPSession
    private var ownReceiver: SRTPSession
    private var referenceReceiver: SRTPSession
    private var network: [Flight] = []
    public private(set) var counts = Counts()

    /// - Parameter sources: synchronization sources that send, 1 to 16.
    public init(_ suite: SRTPSuite, seed: UInt64, sources: Int = 4) throws {
        let key = try suite.key(seed)
        let ownSender = try SRTPSession(suite: suite, masterKey: key, direction: .protect)
        let ownReceiver = try SRTPSession(suite: suite, masterKey: key, direction: .unprotect)
        let referenceSender = try SRTPSession(
            suite: suite, masterKey: key, direction: .protect, implementation: .libsrtp)
        let referenceReceiver = try SRTPSession(
            suite: suite, masterKey: key, direction: .unprotect, implementation: .libsrtp)
        self.suite = suite
        isReferenceControlling = seed & 1 != 0
        self.ownSender = ownSender
        self.ownReceiver = ownReceiver
        self.referenceSender = referenceSender
        self.referenceReceiver = referenceReceiver
        random = SeededGenerator(seed: seed)
        traffic = RandomTraffic(seed: seed &+ 1, sources: sources)
    }

    /// - Throws: ``Mismatch`` where both part ways.
    public mutating func run(packets: Int) throws {
        for _ in 0..<packets {
            try send()
            while network.count > Int(random.next() % 200) { try deliver() }
        }
        while !network.isEmpty { try deliver() }
        counts.rollovers = traffic.rollovers
    }

    private mutating func send() throws {
        counts.packets += 1
        guard random.next() % 16 != 0 else { return sendControl() }
        let packet = traffic.next()
        let own = ownSender.work(on: packet)
        let reference = referenceSender.work(on: packet)
        guard own == reference else { throw mismatch("protect", packet, own, reference) }
        switch own {
        case .success(let bytes): network.append(Flight(kind: .rtp, bytes: bytes, original: packet))
        case .failure(let failure): counts.failures[failure, default: 0] += 1
        }
    }

    /// Each sender numbers SRTCP packets in its own way, so only one of them sends: which one is the seed's choice.
    private mutating func sendControl() {
        let packet = traffic.nextControl()
        let result =
            isReferenceControlling ? referenceSender.work(on: packet, .rtcp) : ownSender.work(on: packet, .rtcp)
        if case .success(let bytes) = result {
            network.append(Flight(kind: .rtcp, bytes: bytes, original: packet))
        }
    }

    private mutating func deliver() throws {
        // Mostly in order.
        let place = random.next() % 8 == 0 ? Int(random.next() % UInt64(network.count)) : 0
        let flight = network[place]
        switch random.next() % 32 {
        // Lost.
        case 0: network.remove(at: place)
        // Doubled: it stays where it is.
        case 1: try receive(flight, flight.bytes)
        case 2, 3: try receive(flight, damaged(flight.bytes))
        default:
            network.remove(at: place)
            try receive(flight, flight.bytes)
        }
    }

    private mutating func receive(_ flight: Flight, _ bytes: [UInt8]) throws {
        let own = ownReceiver.work(on: bytes, flight.kind)
        let reference = referenceReceiver.work(on: bytes, flight.kind)
        guard own == reference else { throw mismatch("unprotect", bytes, own, reference) }
        switch own {
        case .success(let plain):
            counts.accepted += 1
            guard plain == flight.original, bytes == flight.bytes else {
                throw mismatch("what was sent", bytes, own, .success(flight.original))
            }
        case .failure(let failure): counts.failures[failure, default: 0] += 1
        }
    }

    /// A bit turned, an end cut, bytes put behind; or anything at all.
    private mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var copy = bytes
        switch random.next() % 8 {
        case 0: copy.removeLast(1 + Int(random.next() % UInt64(copy.count)))
        case 1: copy += random.bytes(1...20)
        case 2: copy = random.mutated(copy)
        default: copy[Int(random.next() % UInt64(copy.count))] ^= 1 << (random.next() % 8)
        }
        if copy == bytes { copy[copy.count - 1] ^= 1 }
        return copy
    }

    private func mismatch(
        _ step: String, _ packet: [UInt8], _ own: TransformResult, _ reference: TransformResult
    ) -> Mismatch {
        Mismatch(
            description: """
                \(suite.name), packet \(counts.packets), \(step):
                \(hexDump(packet))
                own: \(Self.text(own))
                reference: \(Self.text(reference))
                """)
    }

    private static func text(_ result: TransformResult) -> String {
        switch result {
        case .success(let bytes): "\(bytes.count) bytes\n\(hexDump(bytes))"
        case .failure(let failure): "\(failure)"
        }
    }
}

extension TransformComparison.Counts {
    public mutating func add(_ other: Self) {
        packets += other.packets
        accepted += other.accepted
        rollovers += other.rollovers
        failures.merge(other.failures, uniquingKeysWith: +)
    }
}
