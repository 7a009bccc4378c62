import Capture
import Testing
import Wire

@Suite("Classic pcap files")
struct ClassicPcapTests {
    struct Variant: Sendable, CustomTestStringConvertible {
        var magic: UInt32
        var order: FieldWriter.Order
        var nanoseconds: Int64
        var testDescription: String { "\(String(magic, radix: 16)), \(order) endian" }
    }

    /// The moment 1,700,000,000 s and 123,456 ticks, in each kind of file.
    static let variants = FieldWriter.Order.allCases.flatMap { order in
        [
            Variant(magic: PcapFile.microseconds, order: order, nanoseconds: 1_700_000_000_123_456_000),
            Variant(magic: PcapFile.nanoseconds, order: order, nanoseconds: 1_700_000_000_000_123_456),
            Variant(magic: PcapFile.kuznetzov, order: order, nanoseconds: 1_700_000_000_123_456_000),
        ]
    }

    @Test("every magic number and byte order gives the same packets", arguments: variants)
    func magicNumbers(_ variant: Variant) {
        var file = PcapFile(magic: variant.magic, order: variant.order, snapLength: 96, linkType: 113)
        file.packet(1_700_000_000, 123_456, [1, 2, 3, 4, 5], wire: 1_400)
        file.packet(1_700_000_000, 123_456, [])
        let read = ReadFile(file.bytes)
        #expect(read.error == nil)
        #expect(read.warnings.isEmpty)
        #expect(
            read.interfaces == [CaptureInterface(name: "", linkType: .linuxCooked, snapLength: 96)])
        #expect(read.frames == [[1, 2, 3, 4, 5], []])
        #expect(
            read.packets.first?.record
                == CaptureRecord(
                    timestamp: Timestamp(nanoseconds: variant.nanoseconds), interface: 0, linkType: .linuxCooked,
                    capturedLength: 5, wireLength: 1_400))
    }

    @Test("bits for the frame check sequence are not part of the link type")
    func frameCheckSequenceBits() {
        var file = PcapFile(linkType: 0x2400_0001)
        file.packet(0, 0, [1])
        #expect(ReadFile(file.bytes).packets.first?.record.linkType == .ethernet)
    }

    @Test("seconds are unsigned: a file of 2100 is not one of 1963")
    func secondsAreUnsigned() {
        var file = PcapFile()
        file.packet(4_102_444_800, 1, [1])
        #expect(
            ReadFile(file.bytes).packets.first?.record.timestamp
                == Timestamp(seconds: 4_102_444_800, nanoseconds: 1_000))
    }

    @Test("before version 2.4 the two lengths of a packet may stand in either order", arguments: [2, 3] as [UInt16])
    func swappedLengths(_ minor: UInt16) {
        var file = PcapFile(minor: minor)
        file.packet(1, 0, [9, 9], captured: 60, wire: 2)
        file.packet(2, 0, [8, 8], captured: 2, wire: 60)
        let read = ReadFile(file.bytes)
        #expect(read.frames == [[9, 9], [8, 8]])
        #expect(read.packets.map(\.record.wireLength) == [60, 60])
        #expect(read.warnings.isEmpty)
    }

    @Test("a wire length below the captured one is raised to it, with a warning")
    func wireLengthTooSmall() {
        var file = PcapFile()
        file.packet(1, 0, [1, 2, 3, 4], wire: 2)
        let read = ReadFile(file.bytes)
        #expect(read.packets.map(\.record.wireLength) == [4])
        #expect(read.warnings.map(\.kind) == [.wireLength])
        #expect(read.warnings.map(\.offset) == [24])
    }

    @Test("the warnings kept are bounded, the count is not")
    func warningsAreBounded() {
        var file = PcapFile()
        for second in 0..<500 { file.packet(UInt32(second), 0, [1, 2], wire: 1) }
        let read = ReadFile(file.bytes)
        #expect(read.warnings.count == 64)
        #expect(read.warningCount == 500)
    }
}
