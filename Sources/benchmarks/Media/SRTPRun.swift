import MediaTermination
import TestSupport
import Wire

/// Packets of many streams, in no order that a cache could guess, protected and unprotected a batch at a time.
struct SRTPRun: ~Copyable {
    /// Nanoseconds for each packet.
    struct Cost {
        var protect: Double
        var unprotect: Double
        var mean: Double { (protect + unprotect) / 2 }
    }

    private static let batch = 64
    private static let length = 172

    private let senders: SessionSlab
    private let receivers: SessionSlab
    private var order: [Int]
    private var numbers: [UInt16]
    private let slots = PacketSlots(Self.batch)
    private var lengths = [Int](repeating: 0, count: Self.batch)
    private var next = 0

    init(_ suite: SRTPSuite, streams: Int, implementation: SRTPSession.Implementation) throws {
        let senders = try SessionSlab(suite, streams, .protect, implementation)
        let receivers = try SessionSlab(suite, streams, .unprotect, implementation)
        self.senders = senders
        self.receivers = receivers
        var random = SeededGenerator(seed: 9)
        order = Array(0..<streams).shuffled(using: &random)
        numbers = [UInt16](repeating: 0, count: streams)
    }

    /// Sends at least `count` packets, stream after stream, and sees that each comes back whole.
    mutating func sample(_ count: Int) throws -> Cost {
        var (protecting, unprotecting) = (Stopwatch(), Stopwatch())
        var done = 0
        while done < count {
            fill()
            protecting.start()
            try protect()
            protecting.stop()
            unprotecting.start()
            try unprotect()
            unprotecting.stop()
            try check()
            next = (next + Self.batch) % order.count
            done += Self.batch
        }
        return Cost(
            protect: Double(protecting.nanoseconds) / Double(done),
            unprotect: Double(unprotecting.nanoseconds) / Double(done))
    }

    private func stream(_ index: Int) -> Int { order[(next + index) % order.count] }

    private mutating func fill() {
        for index in 0..<Self.batch {
            let stream = stream(index)
            let number = numbers[stream]
            numbers[stream] = number &+ 1
            slots.with(index) { span in
                span[0] = 0x80
                span[1] = 0
                span.store(number, at: 2)
                span.store(UInt32(number) &* 160, at: 4)
                span.store(UInt32(0x1000 + stream), at: 8)
            }
        }
    }

    private mutating func protect() throws(SRTPFailure) {
        for index in 0..<Self.batch {
            let stream = stream(index)
            lengths[index] = try slots.with(index) { (span) throws(SRTPFailure) in
                try senders.protect(stream, &span, Self.length)
            }
        }
    }

    private mutating func unprotect() throws(SRTPFailure) {
        for index in 0..<Self.batch {
            let (stream, length) = (stream(index), lengths[index])
            lengths[index] = try slots.with(index) { (span) throws(SRTPFailure) in
                try receivers.unprotect(stream, &span, length)
            }
        }
    }

    private func check() throws {
        for index in 0..<Self.batch {
            let isWhole = slots.with(index) { span in span[12] == 0x55 && span[Self.length - 1] == 0x55 }
            guard isWhole, lengths[index] == Self.length else {
                throw BenchmarkError("a packet did not come back whole")
            }
        }
    }
}

/// Memory for a batch of packets.
@safe
private final class PacketSlots {
    private static let size = 256

    private let count: Int
    private let bytes: UnsafeMutablePointer<UInt8>

    init(_ count: Int) {
        self.count = count
        unsafe bytes = .allocate(capacity: count * Self.size)
        unsafe bytes.initialize(repeating: 0x55, count: count * Self.size)
    }

    deinit { unsafe bytes.deallocate() }

    @inline(__always)
    func with<Result, Failure: Error>(
        _ slot: Int, _ body: (inout MutableSpan<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(slot >= 0 && slot < count)
        var span = unsafe MutableSpan(_unsafeStart: bytes + slot * Self.size, count: Self.size)
        return try body(&span)
    }
}

/// Sessions side by side, which an array cannot hold.
@safe
private final class SessionSlab {
    private let sessions: UnsafeMutablePointer<SRTPSession>
    private let capacity: Int
    private var count = 0

    init(
        _ suite: SRTPSuite, _ capacity: Int, _ direction: SRTPSession.Direction,
        _ implementation: SRTPSession.Implementation
    ) throws {
        self.capacity = capacity
        unsafe sessions = .allocate(capacity: capacity)
        for index in 0..<capacity {
            var random = SeededGenerator(seed: UInt64(index))
            let length = suite.keyLength + suite.saltLength
            guard let key = SRTPMasterKey(random.bytes(length...length), for: suite) else {
                throw BenchmarkError("not a key of \(suite.name)")
            }
            let session = try SRTPSession(
                suite: suite, masterKey: key, direction: direction, implementation: implementation)
            unsafe (sessions + index).initialize(to: session)
            count += 1
        }
    }

    deinit {
        unsafe sessions.deinitialize(count: count)
        unsafe sessions.deallocate()
    }

    @inline(__always)
    func protect(_ index: Int, _ span: inout MutableSpan<UInt8>, _ length: Int) throws(SRTPFailure) -> Int {
        precondition(index >= 0 && index < capacity)
        return try unsafe sessions[index].protect(&span, length: length)
    }

    @inline(__always)
    func unprotect(_ index: Int, _ span: inout MutableSpan<UInt8>, _ length: Int) throws(SRTPFailure) -> Int {
        precondition(index >= 0 && index < capacity)
        return try unsafe sessions[index].unprotect(&span, length: length)
    }
}
