import Capture
import Testing
import Wire

@Suite("Damaged and hostile capture files")
struct MalformedFileTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: [UInt8]
        var defect: CaptureError.Defect
        var offset: UInt64
        /// Packets delivered before.
        var packets = 0
        var testDescription: String { name }
    }

    private static func pcapng(_ build: (inout PcapngFile) -> Void) -> [UInt8] {
        var file = PcapngFile()
        build(&file)
        return file.bytes
    }

    private static func pcap(_ build: (inout PcapFile) -> Void) -> [UInt8] {
        var file = PcapFile()
        build(&file)
        return file.bytes
    }

    static let headers = [
        Case(name: "empty file", bytes: [], defect: .notACapture, offset: 0),
        Case(name: "three bytes", bytes: [0xd4, 0xc3, 0xb2], defect: .fileHeaderTruncated, offset: 0),
        Case(name: "something else", bytes: Array("GIF89a".utf8), defect: .notACapture, offset: 0),
        Case(name: "gzip, its header cut", bytes: [0x1f, 0x8b, 8, 0], defect: .gzipTruncated, offset: 4),
        Case(name: "Zstandard", bytes: [0x28, 0xb5, 0x2f, 0xfd], defect: .compressed, offset: 0),
        Case(
            name: "pcap header cut", bytes: Array(PcapFile().bytes.dropLast()), defect: .fileHeaderTruncated,
            offset: 0),
        Case(name: "pcap version 3", bytes: PcapFile(major: 3).bytes, defect: .version, offset: 4),
        Case(name: "pcap version 2.5", bytes: PcapFile(minor: 5).bytes, defect: .version, offset: 4),
        Case(
            name: "section header cut", bytes: Array(PcapngFile().bytes.dropLast()), defect: .fileHeaderTruncated,
            offset: 0),
        Case(
            name: "section header too short", bytes: [0x0a, 0x0d, 0x0d, 0x0a, 12, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a],
            defect: .trailingLength, offset: 8),
        Case(
            name: "pcapng version 2", bytes: pcapng { $0.section(.little, major: 2) }, defect: .version,
            offset: 28 + 12),
        Case(
            name: "byte-order magic", bytes: pcapng { $0.section(.little, magic: 0xaabb_ccdd) },
            defect: .byteOrderMagic, offset: 28 + 8),
    ]

    static let packets = [
        Case(
            name: "pcap packet of 262,145 bytes",
            bytes: pcap {
                $0.packet(1, 0, [1])
                $0.packet(2, 0, [], captured: 262_145)
            }, defect: .packetTooLong, offset: 24 + 17, packets: 1),
        Case(
            name: "packet before any interface", bytes: pcapng { $0.packet([1]) }, defect: .unknownInterface,
            offset: 28 + 8),
        Case(
            name: "simple packet before any interface", bytes: pcapng { $0.simplePacket([1]) },
            defect: .unknownInterface, offset: 28),
        Case(
            name: "packet of the second of one interfaces",
            bytes: pcapng {
                $0.interface()
                $0.packet([1])
                $0.packet([2], interface: 1)
            }, defect: .unknownInterface, offset: 28 + 20 + 36 + 8, packets: 1),
        Case(
            name: "an interface of the section before",
            bytes: pcapng {
                $0.interface()
                $0.section(.little)
                $0.packet([1])
            }, defect: .unknownInterface, offset: 28 + 20 + 28 + 8),
        Case(
            name: "captured length runs past the block",
            bytes: pcapng {
                $0.interface()
                $0.packet([1, 2, 3, 4], captured: 5)
            }, defect: .capturedLength, offset: 28 + 20 + 20),
        Case(
            name: "captured length of 4 GiB",
            bytes: pcapng {
                $0.interface()
                $0.packet([1, 2, 3, 4], captured: .max)
            }, defect: .packetTooLong, offset: 28 + 20 + 20),
        Case(
            name: "simple packet runs past the block",
            bytes: pcapng {
                $0.interface()
                $0.simplePacket([1, 2, 3, 4], wire: 5)
            }, defect: .capturedLength, offset: 28 + 20 + 8),
        Case(
            name: "packet block without room for its fields",
            bytes: pcapng {
                $0.interface()
                $0.block(6, [0, 0, 0, 0])
            }, defect: .blockLength, offset: 28 + 20 + 4),
    ]

    static let blocks = [
        Case(
            name: "block of 11 bytes", bytes: pcapng { $0.block(7, [], length: 11) }, defect: .blockLength,
            offset: 28 + 4),
        Case(
            name: "block of 0 bytes", bytes: pcapng { $0.block(7, [], length: 0) }, defect: .blockLength,
            offset: 28 + 4),
        Case(
            name: "block of 13 bytes", bytes: pcapng { $0.block(7, [1], length: 13) }, defect: .blockLength,
            offset: 28 + 4),
        Case(
            name: "block of 4 GiB", bytes: pcapng { $0.block(7, [], length: 0xffff_fffc) }, defect: .blockTooLong,
            offset: 28 + 4),
        Case(
            name: "two lengths", bytes: pcapng { $0.block(7, [1, 2, 3, 4], trailing: 12) }, defect: .trailingLength,
            offset: 28 + 12),
        Case(
            name: "interface block without room for its fields", bytes: pcapng { $0.block(1, [1, 0, 0, 0]) },
            defect: .blockLength, offset: 28 + 4),
        Case(
            name: "option runs past its block",
            bytes: pcapng { $0.block(1, [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 9, 0, 0x65, 0x74, 0x68, 0x30]) },
            defect: .option, offset: 28 + 16),
        Case(
            name: "resolution of two bytes", bytes: pcapng { $0.interface(options: [(9, [6, 6])]) },
            defect: .optionLength, offset: 28 + 16),
        Case(
            name: "offset of four bytes", bytes: pcapng { $0.interface(options: [(14, [0, 0, 0, 1])]) },
            defect: .optionLength, offset: 28 + 16),
        Case(
            name: "16,385 interfaces", bytes: pcapng { file in for _ in 0..<16_385 { file.interface() } },
            defect: .tooManyInterfaces, offset: 28 + 16_384 * 20),
    ]

    @Test("each defect is named, with its offset", arguments: headers + packets + blocks)
    func defects(_ file: Case) {
        let read = ReadFile(file.bytes)
        #expect(read.error == .malformed(file.defect, offset: file.offset))
        #expect(read.packets.count == file.packets)
    }

    @Test("nothing follows an error")
    func endsAfterError() throws {
        var file = PcapngFile()
        file.interface()
        file.packet([1], interface: 9)
        file.packet([2])
        var reader = try CaptureReader(bytes: file.bytes)
        var error: CaptureError?
        do throws(CaptureError) { _ = try reader.next() } catch let caught { error = caught }
        #expect(error != nil)
        #expect(try reader.next() == nil)
    }
}

@Suite("Capture files that end too early, and noise")
struct DamagedFileTests {
    /// One whole packet ends at each of `ends`; a cut at one of `seams` leaves no half block behind.
    struct Sample: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: [UInt8]
        var header: Int
        var ends: [Int]
        var seams: [Int]
        var testDescription: String { name }
    }

    static let samples = [classic, sections]

    private static var classic: Sample {
        var file = PcapFile(magic: PcapFile.nanoseconds, order: .big)
        var ends: [Int] = []
        for length in [0, 5, 64] {
            file.packet(1, 2, [UInt8](repeating: 7, count: length))
            ends.append(file.bytes.count)
        }
        return Sample(name: "pcap", bytes: file.bytes, header: 24, ends: ends, seams: [24] + ends)
    }

    private static var sections: Sample {
        var file = PcapngFile(.little)
        var ends: [Int] = []
        var seams = [file.bytes.count]
        for order in FieldWriter.Order.allCases {
            file.section(order)
            seams.append(file.bytes.count)
            file.interface(options: [(2, Array("eth0".utf8)), (9, [9])])
            seams.append(file.bytes.count)
            for length in [0, 5, 32] {
                file.packet([UInt8](repeating: 7, count: length), ticks: 1)
                ends.append(file.bytes.count)
            }
            file.simplePacket([1, 2, 3])
            ends.append(file.bytes.count)
            file.packet([1, 2, 3], type: 2)
            ends.append(file.bytes.count)
            file.block(0x0bad, [1, 2, 3, 4])
            seams.append(file.bytes.count)
        }
        return Sample(name: "pcapng", bytes: file.bytes, header: 28, ends: ends, seams: seams + ends)
    }

    @Test("a file cut anywhere is read up to its last whole packet, with a warning", arguments: samples)
    func cutAnywhere(_ sample: Sample) {
        for length in 0...sample.bytes.count {
            let read = ReadFile(Array(sample.bytes[..<length]))
            if length < sample.header {
                #expect(read.error != nil, "\(length) bytes")
                continue
            }
            #expect(read.error == nil, "\(length) bytes")
            #expect(read.packets.count == sample.ends.count { $0 <= length }, "\(length) bytes")
            let isSeam = sample.seams.contains(length)
            #expect(read.warnings.map(\.kind) == (isSeam ? [] : [.cutShort]), "\(length) bytes")
        }
    }

    @Test("random bytes behind a good header: nothing traps, nothing goes on forever")
    func randomBytes() {
        var random = Seeded(1)
        for round in 0..<10_000 {
            var bytes = Self.samples[round % 2].bytes[..<Self.samples[round % 2].header]
            let count = Int.random(in: 0...400, using: &random)
            for _ in 0..<count { bytes.append(UInt8.random(in: 0...255, using: &random)) }
            let read = ReadFile(Array(bytes))
            #expect(read.packets.count <= count, "round \(round)")
        }
    }

    @Test("good files with a few bytes changed: nothing traps, and frames stay within what the file holds")
    func mutatedFiles() {
        var random = Seeded(2)
        let interesting: [UInt8] = [0, 1, 4, 0x0a, 0x0d, 0x7f, 0x80, 0xff]
        for round in 0..<10_000 {
            var bytes = Self.samples[round % 2].bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                bytes[position] = interesting.randomElement(using: &random) ?? 0
            }
            let read = ReadFile(bytes)
            #expect(read.frames.reduce(0) { $0 + $1.count } <= bytes.count, "round \(round)")
            #expect(read.packets.allSatisfy { $0.record.wireLength >= $0.record.capturedLength }, "round \(round)")
        }
    }
}
