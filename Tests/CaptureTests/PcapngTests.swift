import Capture
import Testing
import Wire

@Suite("pcapng files")
struct PcapngTests {
    @Test("all three packet blocks, in both byte orders", arguments: FieldWriter.Order.allCases)
    func packetBlocks(_ order: FieldWriter.Order) {
        var file = PcapngFile(order)
        file.interface(linkType: 1, snapLength: 4, options: [(2, Array("eth0".utf8)), (3, Array("outside".utf8))])
        file.interface(linkType: 101)
        file.packet([1, 2, 3], interface: 1, ticks: 1_700_000_000_000_001, wire: 90)
        file.packet([4], interface: 1, ticks: 7, type: 2)
        file.simplePacket([5, 6, 7, 8], wire: 1_500)
        file.simplePacket([9])

        let read = ReadFile(file.bytes)
        #expect(read.error == nil)
        #expect(read.warnings.isEmpty)
        #expect(
            read.interfaces == [
                CaptureInterface(name: "eth0", linkType: .ethernet, snapLength: 4, description: "outside"),
                CaptureInterface(name: "", linkType: .raw),
            ])
        #expect(read.frames == [[1, 2, 3], [4], [5, 6, 7, 8], [9]])
        #expect(read.packets.map(\.record.interface) == [1, 1, 0, 0])
        #expect(read.packets.map(\.record.linkType) == [.raw, .raw, .ethernet, .ethernet])
        #expect(read.packets.map(\.record.wireLength) == [90, 1, 1_500, 1])
        #expect(
            read.packets.map(\.record.timestamp) == [
                Timestamp(nanoseconds: 1_700_000_000_000_001_000), Timestamp(nanoseconds: 7_000), nil, nil,
            ])
    }

    @Test("each section has its own byte order, and numbers its interfaces from 0")
    func sections() {
        var file = PcapngFile(.little)
        file.interface(linkType: 1, options: [(2, Array("first".utf8))])
        file.packet([1])
        file.section(.big)
        file.interface(linkType: 113, options: [(2, Array("second".utf8)), (9, [9])])
        file.packet([2], ticks: 5)
        file.section(.little)
        file.interface(linkType: 101, options: [(2, Array("third".utf8))])
        file.packet([3], ticks: 5)

        let read = ReadFile(file.bytes)
        #expect(read.error == nil)
        #expect(read.interfaces.map(\.name) == ["first", "second", "third"])
        #expect(read.packets.map(\.record.interface) == [0, 1, 2])
        #expect(read.packets.map(\.record.linkType) == [.ethernet, .linuxCooked, .raw])
        #expect(read.packets.map(\.record.timestamp?.nanoseconds) == [0, 5, 5_000])
    }

    struct Clock: Sendable, CustomTestStringConvertible {
        var resolution: UInt8?
        var offset: Int64?
        var ticks: UInt64
        var nanoseconds: Int64?
        var testDescription: String { "resolution \(resolution ?? 6), offset \(offset ?? 0), \(ticks) ticks" }
    }

    static let clocks = [
        Clock(ticks: 1_500_000, nanoseconds: 1_500_000_000),
        Clock(resolution: 0, ticks: 3, nanoseconds: 3_000_000_000),
        Clock(resolution: 3, ticks: 1_500, nanoseconds: 1_500_000_000),
        Clock(resolution: 9, ticks: 1_700_000_000_123_456_789, nanoseconds: 1_700_000_000_123_456_789),
        Clock(resolution: 12, ticks: 1_234_999, nanoseconds: 1_234),
        Clock(resolution: 28, ticks: .max, nanoseconds: 1),
        Clock(resolution: 29, ticks: .max, nanoseconds: 0),
        Clock(resolution: 127, ticks: .max, nanoseconds: 0),
        Clock(resolution: 0x80, ticks: 2, nanoseconds: 2_000_000_000),
        Clock(resolution: 0x80 | 10, ticks: 1_536, nanoseconds: 1_500_000_000),
        Clock(resolution: 0x80 | 63, ticks: 3 << 62, nanoseconds: 1_500_000_000),
        Clock(resolution: 0x80 | 64, ticks: 1 << 63, nanoseconds: 500_000_000),
        Clock(resolution: 0x80 | 127, ticks: .max, nanoseconds: 0),
        Clock(offset: 1_000, ticks: 1, nanoseconds: 1_000_000_001_000),
        Clock(offset: -1, ticks: 0, nanoseconds: -1_000_000_000),
        Clock(resolution: 9, ticks: UInt64(Int64.max), nanoseconds: .max),
        Clock(resolution: 9, ticks: UInt64(Int64.max) + 1, nanoseconds: nil),
        Clock(resolution: 0, ticks: .max, nanoseconds: nil),
        Clock(resolution: 0x80, ticks: .max, nanoseconds: nil),
        Clock(offset: .max, ticks: 0, nanoseconds: nil),
        Clock(offset: .min, ticks: 0, nanoseconds: nil),
    ]

    @Test("timestamp resolutions and offsets", arguments: clocks)
    func timestamps(_ clock: Clock) {
        var options: [PcapngFile.Option] = []
        // The offset stands first: the order of options means nothing.
        if let offset = clock.offset {
            var value = FieldWriter(.big)
            value.field(offset)
            options.append((14, value.bytes))
        }
        if let resolution = clock.resolution { options.append((9, [resolution])) }
        var file = PcapngFile(.big)
        file.interface(options: options)
        file.packet([1], ticks: clock.ticks)
        let read = ReadFile(file.bytes)
        #expect(read.packets.map(\.record.timestamp?.nanoseconds) == [clock.nanoseconds])
        #expect(read.warnings.map(\.kind) == (clock.nanoseconds == nil ? [.timestampOutOfRange] : []))
    }

    @Test("blocks and options that nothing is known about are passed over, and the blocks counted")
    func unknownBlocks() {
        var file = PcapngFile()
        file.block(0x0bad, [1, 2, 3, 4])
        file.interface(options: [(0x7fff, [1, 2, 3]), (2, Array("eth1".utf8)), (1, [])])
        file.block(5, [UInt8](repeating: 0, count: 12))
        file.packet([1])
        let read = ReadFile(file.bytes)
        #expect(read.error == nil)
        #expect(read.interfaces.map(\.name) == ["eth1"])
        #expect(read.frames == [[1]])
        #expect(read.skippedBlocks == 2)
    }

    @Test("options end with the end option, or with their block")
    func optionsEnd() {
        var ended = PcapngFile()
        ended.interface(options: [(0, []), (2, Array("late".utf8))])
        #expect(ReadFile(ended.bytes).interfaces.map(\.name) == [""])
        var unended = PcapngFile()
        unended.block(1, [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2, 0, 0x6c, 0x6f, 0, 0])
        #expect(ReadFile(unended.bytes).interfaces.map(\.name) == ["lo"])
    }

    @Test("what is kept of an interface's texts is bounded")
    func interfaceTexts() {
        var file = PcapngFile()
        file.interface(options: [(2, Array(repeating: 0x61, count: 60_000)), (3, [0x62, 0, 0x63])])
        let read = ReadFile(file.bytes)
        #expect(read.interfaces.map(\.name.utf8.count) == [CaptureLimits.interfaceText])
        #expect(read.interfaces.map(\.description) == ["b"])
    }
}
