import Capture
import Glibc
import TestSupport
import Testing
import Wire

@Suite("Writing pcapng")
struct PcapngWriterTests {
    private let directory: TemporaryFolder

    init() throws { directory = try TemporaryFolder() }

    static let interfaces = [
        CaptureInterface(name: "outside", linkType: .ethernet, snapLength: 1_514, description: "eth0, to the world"),
        CaptureInterface(name: "inside", linkType: .raw),
    ]

    /// Every length of frame and comment that padding treats differently.
    private static func written(to writer: inout PcapngWriter) throws -> [ReadPacket] {
        var expected: [ReadPacket] = []
        for number in 0..<40 {
            let frame = [UInt8](repeating: UInt8(number), count: number * 3)
            let moment = Timestamp(nanoseconds: 1_700_000_000_123_456_789 + Int64(number))
            let comment = number.isMultiple(of: 2) ? nil : String(repeating: "ä", count: number % 5)
            try writer.write(
                frame: frame.span, interface: number % 2, timestamp: moment, wireLength: 200, comment: comment,
                direction: number.isMultiple(of: 3) ? .inbound : nil)
            let record = CaptureRecord(
                timestamp: moment, interface: number % 2, linkType: interfaces[number % 2].linkType,
                capturedLength: frame.count, wireLength: 200)
            expected.append(ReadPacket(record: record, frame: frame))
        }
        return expected
    }

    @Test("what is written is read back the same, from memory and from a file")
    func roundTrip() throws {
        var memory = try PcapngWriter(memoryLimit: 1 << 20, interfaces: Self.interfaces)
        let expected = try Self.written(to: &memory)
        try memory.close()
        let fromMemory = ReadFile(memory.contents)
        #expect(fromMemory.packets == expected)
        #expect(fromMemory.interfaces == Self.interfaces)
        #expect(fromMemory.error == nil)

        let path = directory.file("packets.pcapng")
        var file = try PcapngWriter(path: path, interfaces: Self.interfaces)
        _ = try Self.written(to: &file)
        try file.close()
        #expect(file.packetsWritten == 40)
        #expect(try TestFiles.read(path) == memory.contents)
        #expect(ReadFile(path: path).packets == expected)
    }

    @Test("a writer that is let go without close still writes what it holds")
    func releaseWrites() throws {
        let path = directory.file("packets.pcapng")
        do {
            var file = try PcapngWriter(path: path, interfaces: Self.interfaces)
            _ = try Self.written(to: &file)
        }
        #expect(ReadFile(path: path).packets.count == 40)
    }

    @Test("files are their owner's alone, also when one with the name was there before")
    func permissions() throws {
        let path = try directory.write("packets.pcapng", [1, 2, 3])
        try #require(unsafe chmod(path, 0o644) == 0)
        var file = try PcapngWriter(path: path)
        try file.close()
        #expect(try status(ofFile: path).permissions == 0o600)
    }

    @Test("frames are cut to the snap length, comments between characters, moments before 1970 to it")
    func bounds() throws {
        var writer = try PcapngWriter(
            memoryLimit: 1 << 20,
            interfaces: [CaptureInterface(name: "eth0", linkType: .ethernet, snapLength: 64)])
        let frame = [UInt8](repeating: 1, count: 100)
        try writer.write(
            frame: frame.span, interface: 0, timestamp: Timestamp(nanoseconds: -1), wireLength: 0,
            comment: "a" + String(repeating: "ä", count: 4_000))
        let packet = try #require(ReadFile(writer.contents).packets.first)
        #expect(packet.frame.count == 64)
        #expect(packet.record.wireLength == 100)
        #expect(packet.record.timestamp == .zero)
        // 4,096 bytes would end within the 2,048th ä.
        let cut = Array(("a" + String(repeating: "ä", count: 2_047)).utf8)
        #expect(cut.count == 4_095)
        #expect(writer.contents.contains(cut))
        #expect(!writer.contents.contains(cut + [0xc3]))
    }

    @Test("what cannot be written is refused by name and counted")
    func refusals() throws {
        var writer = try PcapngWriter(memoryLimit: 400_000, interfaces: Self.interfaces)
        func refusal(_ length: Int, _ interface: Int) -> CaptureError? {
            let frame = [UInt8](repeating: 0, count: length)
            do throws(CaptureError) {
                try writer.write(frame: frame.span, interface: interface, timestamp: .zero, wireLength: 0)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal(10, 2) == .refused(.unknownInterface))
        #expect(refusal(10, -1) == .refused(.unknownInterface))
        #expect(refusal(262_145, 1) == .refused(.packetTooLong))
        #expect(refusal(262_144, 1) == nil)
        #expect(refusal(262_144, 1) == .refused(.memoryLimit))
        #expect(refusal(10, 1) == nil, "after the first failure packets are counted, not thrown")
        #expect(writer.packetsWritten == 1)
        #expect(writer.packetsLost == 5)
        #expect(ReadFile(writer.contents).packets.count == 1)
    }

    @Test("a full disk is reported once, and every packet that it cost is counted")
    func fullDisk() throws {
        var writer = try PcapngWriter(path: "/dev/full", interfaces: Self.interfaces)
        let frame = [UInt8](repeating: 0, count: 1_000)
        var errors: [CaptureError] = []
        for _ in 0..<5_000 {
            do throws(CaptureError) {
                try writer.write(frame: frame.span, interface: 1, timestamp: .zero, wireLength: 1_000)
            } catch {
                errors.append(error)
            }
        }
        try writer.close()
        #expect(errors == [.system(call: .write, subject: "/dev/full", code: 28)])
        #expect(errors.first?.description == "/dev/full: write: No space left on device")
        #expect(writer.packetsWritten == 0)
        #expect(writer.packetsLost == 5_000)
    }

    @Test("when the disk fills up midway, the file ends with its last whole packet")
    func diskFillsUp() throws {
        let mounted = try processOutput(["mount", "-t", "tmpfs", "-o", "size=2560k", "tmpfs", directory.path])
        try #require(mounted.status == 0)
        defer { _ = try? processOutput(["umount", directory.path]) }
        let path = directory.file("packets.pcapng")
        var writer = try PcapngWriter(path: path, interfaces: Self.interfaces)
        let frame = [UInt8](repeating: 0, count: 1_000)
        var failures = 0
        for _ in 0..<4_000 {
            do throws(CaptureError) {
                try writer.write(frame: frame.span, interface: 1, timestamp: .zero, wireLength: 1_000)
            } catch {
                failures += 1
            }
        }
        try writer.close()
        let read = ReadFile(path: path)
        #expect(failures == 1)
        #expect(read.error == nil)
        #expect(read.warnings.isEmpty)
        #expect(read.packets.count == writer.packetsWritten)
        #expect(writer.packetsWritten > 1_000)
        #expect(writer.packetsWritten + writer.packetsLost == 4_000)
    }

    @Test("a path that cannot be created is a named error")
    func noSuchDirectory() {
        var error: CaptureError?
        do throws(CaptureError) {
            _ = try PcapngWriter(path: "/nowhere/packets.pcapng")
        } catch let caught {
            error = caught
        }
        #expect(error == .system(call: .open, subject: "/nowhere/packets.pcapng", code: 2))
    }
}

@Suite("What we write, in Wireshark's own programs")
struct WiresharkTests {
    private let directory: TemporaryFolder

    init() throws { directory = try TemporaryFolder() }

    /// Writes a file that uses everything the writer has, and returns its path.
    private func sample() throws -> String {
        let path = directory.file("packets.pcapng")
        var writer = try PcapngWriter(path: path, interfaces: PcapngWriterTests.interfaces)
        let ethernet = udpFrame(to: 5_060, Array("OPTIONS sip:a SIP/2.0\r\n\r\n".utf8))
        let moment = Timestamp(seconds: 1_700_000_000, nanoseconds: 123_456_789)
        try writer.write(
            frame: ethernet.span, interface: 0, timestamp: moment, wireLength: ethernet.count,
            comment: "dropped: acl-drop — „größe“", direction: .inbound)
        let bare = Array(ethernet.dropFirst(14))
        try writer.write(
            frame: bare.span, interface: 1, timestamp: moment, wireLength: bare.count, direction: .outbound)
        try writer.write(frame: ethernet.span, interface: 0, timestamp: moment, wireLength: 1_500)
        try writer.close(
            statistics: [
                InterfaceStatistics(received: 10, dropped: 2, at: moment),
                InterfaceStatistics(received: 1, dropped: 0, at: moment),
            ])
        return path
    }

    /// What `tshark` and the others say on standard error, but for the remark on being root.
    private static func complaints(_ result: ProcessOutput) -> [Substring] {
        result.errors.split(separator: "\n").filter { !$0.hasPrefix("Running as user \"root\"") }
    }

    @Test("tshark reads every packet, comment, interface and direction without complaint")
    func tshark() throws {
        let path = try sample()
        let fields = [
            "frame.comment", "frame.interface_name", "frame.time_epoch", "udp.dstport", "frame.len",
            "frame.packet_flags_direction",
        ]
        let result = try processOutput(
            ["tshark", "-n", "-r", path, "-T", "fields", "-E", "separator=|"] + fields.flatMap { ["-e", $0] },
            keepsErrors: true)
        #expect(result.status == 0)
        #expect(Self.complaints(result) == [])
        #expect(
            result.text.split(separator: "\n") == [
                "dropped: acl-drop — „größe“|outside|1700000000.123456789|5060|67|0x00000001",
                "|inside|1700000000.123456789|5060|53|0x00000002",
                "|outside|1700000000.123456789|5060|1500|",
            ])
    }

    @Test("capinfos counts the packets, and knows who wrote the file and what was dropped")
    func capinfos() throws {
        let path = try sample()
        let result = try processOutput(["capinfos", path], keepsErrors: true)
        #expect(result.status == 0)
        #expect(Self.complaints(result) == [])
        for line in [
            "Number of packets:   3", "Capture application: phoneproxy", "Number of interfaces in file: 2",
            "Name = outside", "Description = eth0, to the world", "Capture length = 1514",
            "Time precision = nanoseconds (9)",
        ] {
            #expect(result.text.contains(line), "\(result.text)")
        }
    }

    @Test("a file without packets, and one without interfaces")
    func emptyFiles() throws {
        for interfaces in [PcapngWriterTests.interfaces, []] {
            let path = directory.file("empty.pcapng")
            var writer = try PcapngWriter(path: path, interfaces: interfaces)
            try writer.close()
            let result = try processOutput(["tshark", "-n", "-r", path], keepsErrors: true)
            #expect(result.status == 0)
            #expect(Self.complaints(result) == [])
            #expect(result.text == "")
        }
    }
}

extension [UInt8] {
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        guard part.count <= count else { return false }
        return (0...count - part.count).contains { self[$0..<$0 + part.count].elementsEqual(part) }
    }
}
