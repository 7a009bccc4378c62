import Testing
import Wire

@testable import Capture

@Suite("The buffer of the capture command")
struct CaptureBufferTests {
    /// What is kept of one packet.
    private struct Kept: Equatable {
        var frame: [UInt8]
        var interface: Int
        var nanoseconds: Int64
        var wireLength: Int
        var comment: String?
    }

    private static func contents(_ buffer: CaptureBuffer) -> [Kept] {
        var kept: [Kept] = []
        buffer.forEach { packet, frame in
            #expect(packet.number == kept.count + 1)
            #expect(packet.capturedLength == frame.count)
            kept.append(
                Kept(
                    frame: frame.bytes(in: 0..<frame.count), interface: packet.interface,
                    nanoseconds: packet.timestamp.nanoseconds, wireLength: packet.wireLength,
                    comment: packet.comment))
        }
        return kept
    }

    @discardableResult
    private static func append(_ kept: Kept, to buffer: CaptureBuffer) -> Bool {
        buffer.append(
            frame: kept.frame.span, interface: kept.interface,
            timestamp: Timestamp(nanoseconds: kept.nanoseconds), wireLength: kept.wireLength, comment: kept.comment)
    }

    private static func packet(_ number: Int, length: Int, comment: String? = nil) -> Kept {
        Kept(
            frame: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: length), interface: number % 7,
            nanoseconds: Int64(number) - 5, wireLength: length + number, comment: comment)
    }

    @Test("keeps packets whole and in order, with their comments")
    func keeps() {
        let buffer = CaptureBuffer()
        let packets = (0..<50).map { number in
            Self.packet(number, length: number * 10, comment: number.isMultiple(of: 3) ? "Nº \(number)" : nil)
        }
        for packet in packets { #expect(Self.append(packet, to: buffer)) }
        #expect(Self.contents(buffer) == packets)
        #expect(buffer.held == CaptureBuffer.Count(packets: 50, bytes: 12_250))
        #expect(buffer.missed == CaptureBuffer.Count())
    }

    @Test("a buffer that is not circular keeps the first packets, then stops, and counts what it missed")
    func stopsWhenFull() {
        let buffer = CaptureBuffer(capacity: 2_000)
        let packets = (0..<10).map { Self.packet($0, length: 300) }
        #expect(
            packets.map { Self.append($0, to: buffer) } == [Bool](repeating: true, count: 6) + [
                false, false, false, false,
            ])
        #expect(buffer.isFull)
        // Also one that would fit: a capture with a hole in it would mislead.
        #expect(!Self.append(Self.packet(11, length: 1), to: buffer))
        #expect(Self.contents(buffer) == Array(packets[..<6]))
        #expect(buffer.held == CaptureBuffer.Count(packets: 6, bytes: 1_800))
        #expect(buffer.missed == CaptureBuffer.Count(packets: 5, bytes: 1_201))

        buffer.clear()
        #expect(Self.contents(buffer).isEmpty)
        #expect(Self.append(packets[0], to: buffer))
        #expect(buffer.missed == CaptureBuffer.Count())
    }

    @Test("a circular buffer keeps the last packets, whatever their lengths", arguments: 1...8 as ClosedRange<UInt64>)
    func circular(_ seed: UInt64) {
        var random = Seeded(seed)
        let buffer = CaptureBuffer(capacity: 5_000, isCircular: true, packetLength: 9_216)
        var all: [Kept] = []
        for number in 0..<2_000 {
            let comment = Bool.random(using: &random) ? String(number) : nil
            let length = Int.random(in: 0...(number.isMultiple(of: 50) ? 4_900 : 400), using: &random)
            all.append(Self.packet(number, length: length, comment: comment))
            #expect(Self.append(all[number], to: buffer))
            if !number.isMultiple(of: 17) { continue }
            let kept = Self.contents(buffer)
            #expect(kept == Array(all.suffix(kept.count)))
            #expect(kept.count == buffer.held.packets)
        }
        #expect(buffer.held.packets + buffer.overwritten.packets == 2_000)
        #expect(buffer.held.bytes + buffer.overwritten.bytes == all.reduce(0) { $0 + $1.frame.count })
        #expect(!buffer.isFull)
    }

    @Test("a packet longer than a circular buffer is missed, and costs no other")
    func tooLong() {
        let buffer = CaptureBuffer(capacity: 2_000, isCircular: true, packetLength: 9_216)
        #expect(Self.append(Self.packet(1, length: 100), to: buffer))
        #expect(!Self.append(Self.packet(2, length: 1_990), to: buffer))
        #expect(Self.append(Self.packet(3, length: 100), to: buffer))
        #expect(Self.contents(buffer).map(\.frame.count) == [100, 100])
        #expect(buffer.missed == CaptureBuffer.Count(packets: 1, bytes: 1_990))
    }

    @Test("packets are cut to packet-length, and their wire length remembered")
    func packetLength() {
        let buffer = CaptureBuffer(packetLength: 68)
        #expect(Self.append(Self.packet(0, length: 1_500), to: buffer))
        #expect(Self.contents(buffer).map(\.frame.count) == [68])
        #expect(Self.contents(buffer).map(\.wireLength) == [1_500])
        #expect(buffer.held.bytes == 68)
    }

    @Test("capacities out of the ASA's range are brought into it", arguments: [(0, 1_534), (1 << 40, 33_554_432)])
    func capacities(_ asked: Int, _ given: Int) {
        #expect(CaptureBuffer(capacity: asked).capacity == given)
        #expect(CaptureBuffer().capacity == 524_288)
    }

    @Test("so are packet lengths", arguments: [(0, 14), (68, 68), (1 << 40, 9_216)])
    func packetLengths(_ asked: Int, _ given: Int) {
        #expect(CaptureBuffer(packetLength: asked).packetLength == given)
        #expect(CaptureBuffer().packetLength == 1_518)
    }

    @Test("comments are bounded")
    func commentsAreBounded() {
        let buffer = CaptureBuffer()
        Self.append(Self.packet(1, length: 1, comment: String(repeating: "x", count: 9_000)), to: buffer)
        #expect(Self.contents(buffer).map { $0.comment?.utf8.count } == [4_096])
    }

    @Test("is written out as pcapng")
    func writesOut() throws {
        let buffer = CaptureBuffer(capacity: 3_000, isCircular: true)
        for number in 5..<100 {
            Self.append(Self.packet(number, length: 64, comment: "packet \(number)"), to: buffer)
        }
        let interfaces = (0..<7).map { CaptureInterface(name: "eth\($0)", linkType: .ethernet) }
        var writer = try PcapngWriter(memoryLimit: 1 << 20, interfaces: interfaces)
        try buffer.write(to: &writer)
        let read = ReadFile(writer.contents)
        let kept = Self.contents(buffer)
        #expect(kept.count > 20)
        #expect(read.frames == kept.map(\.frame))
        #expect(read.packets.map(\.record.interface) == kept.map(\.interface))
        #expect(read.packets.map(\.record.timestamp?.nanoseconds) == kept.map(\.nanoseconds))
        #expect(read.packets.map(\.record.wireLength) == kept.map(\.wireLength))
    }
}
