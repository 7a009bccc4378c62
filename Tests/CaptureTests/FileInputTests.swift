import Capture
import Glibc
import TestSupport
import Testing

@Suite("Where capture files are read from")
struct FileInputTests {
    private let directory: TemporaryFolder

    init() throws { directory = try TemporaryFolder() }

    /// Some megabytes: packets lie across every border of the reader's buffer, and one block is larger than it.
    private static let large: [UInt8] = {
        var random = Seeded(3)
        var file = PcapngFile()
        file.interface()
        for number in 0..<2_000 {
            let length = Int.random(in: 0...1_600, using: &random)
            file.packet([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: length))
            if number == 1_000 { file.block(0x0bad, [UInt8](repeating: 0xcc, count: 2 << 20)) }
        }
        file.packet([UInt8](repeating: 0xaa, count: 262_144))
        return file.bytes
    }()

    @Test("a file larger than the buffer reads as it does from memory")
    func largerThanTheBuffer() throws {
        let path = try directory.write("large.pcapng", Self.large)
        let read = ReadFile(path: path)
        #expect(read.error == nil)
        #expect(read.packets.count == 2_001)
        #expect(read.packets == ReadFile(Self.large).packets)
        #expect(read.skippedBlocks == 1)
    }

    @Test("offsets of defects and cuts count from the start of the file, however far in")
    func offsetsFarIn() throws {
        let path = try directory.write("cut.pcapng", Array(Self.large.dropLast(10)))
        let cut = ReadFile(path: path)
        #expect(cut.packets.count == 2_000)
        #expect(cut.warnings.map(\.offset) == [UInt64(Self.large.count - 262_144 - 32)])

        try directory.write("cut.pcapng", Self.large + [6, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0])
        let damaged = ReadFile(path: path)
        #expect(damaged.packets.count == 2_001)
        #expect(damaged.error == .malformed(.blockLength, offset: UInt64(Self.large.count + 4)))
    }

    @Test("a pipe, which gives a file in small pieces, and standard input for -")
    func pipes() throws {
        let (path, pipe) = (try directory.write("large.pcapng", Self.large), directory.file("pipe"))
        try #require(unsafe mkfifo(pipe, 0o600) == 0)
        let shell = try processOutput(["/bin/sh", "-c", "cat '\(path)' > '\(pipe)' &"])
        try #require(shell.status == 0)
        #expect(ReadFile(path: pipe).packets.count == 2_001)

        let before = dup(STDIN_FILENO)
        let file = unsafe open(path, O_RDONLY)
        try #require(file >= 0 && dup2(file, STDIN_FILENO) >= 0)
        defer {
            _ = close(file)
            // A test run without standard input goes on without it.
            _ = before >= 0 ? dup2(before, STDIN_FILENO) : close(STDIN_FILENO)
            if before >= 0 { _ = close(before) }
        }
        #expect(ReadFile(path: "-").packets.count == 2_001)
    }

    @Test("what cannot be opened or read is named, with the system's own reason")
    func unreadable() {
        #expect(
            ReadFile(path: "/nowhere/a.pcap").error?.description == "/nowhere/a.pcap: open: No such file or directory")
        #expect(ReadFile(path: "/tmp").error?.description == "/tmp: read: Is a directory")
    }

    @Test("a frame can be changed in place, and none is there before the first")
    func changesInPlace() throws {
        var file = PcapFile()
        file.packet(1, 0, [1, 2, 3])
        var reader = try CaptureReader(bytes: file.bytes)
        var seen = -1
        reader.withFrame { seen = $0.count }
        #expect(seen == 0)
        _ = try reader.next()
        reader.withFrame { $0[1] = 9 }
        var frame: [UInt8] = []
        reader.withFrame { frame = $0.span.bytes(in: 0..<$0.count) }
        #expect(frame == [1, 9, 3])
    }
}
