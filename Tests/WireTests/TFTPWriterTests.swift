import TestSupport
import Testing
import Wire

@Suite("TFTP messages written")
struct TFTPWriterTests {
    private func written(_ write: (inout [UInt8]) -> Void) -> [UInt8] {
        var buffer: [UInt8] = [0xee]
        write(&buffer)
        #expect(buffer.first == 0xee, "what stood there stays")
        return Array(buffer.dropFirst())
    }

    private func head(_ write: (inout MutableSpan<UInt8>) -> Void) -> [UInt8] {
        var room = [UInt8](repeating: 0xee, count: TFTPWriter.headLength + 1)
        var span = room.mutableSpan
        write(&span)
        #expect(room.last == 0xee, "what stands behind it stays")
        return Array(room.dropLast())
    }

    @Test("every message has the bytes of RFC 1350 and RFC 2347")
    func messages() {
        let options: [TFTPWriter.Option] = [
            (.blockSize, 1428), (.transferSize, 0), (.timeout, 255), (.windowSize, 65_535),
        ]
        let pairs = [("blksize", "1428"), ("tsize", "0"), ("timeout", "255"), ("windowsize", "65535")]
        #expect(
            written { TFTPWriter.readRequest(Array("a/b.xml".utf8), options: options, onto: &$0) }
                == TFTPBytes.readRequest("a/b.xml", options: pairs))
        #expect(written { TFTPWriter.readRequest([0x61], onto: &$0) } == TFTPBytes.readRequest("a"))
        #expect(head { TFTPWriter.dataHeader(block: 0xfffe, into: &$0) } == TFTPBytes.data(0xfffe, []))
        #expect(head { TFTPWriter.acknowledgment(block: 258, into: &$0) } == TFTPBytes.acknowledgment(258))
        #expect(
            written { TFTPWriter.error(.fileNotFound, "File not found", onto: &$0) }
                == TFTPBytes.error(1, "File not found"))
        #expect(
            written { TFTPWriter.optionAcknowledgment(options, onto: &$0) } == TFTPBytes.optionAcknowledgment(pairs))
    }

    static let values: [(TFTPBytes.Options, TFTPOptionName, Int?)] = [
        ([("blksize", "8")], .blockSize, 8),
        ([("BlkSize", "65464")], .blockSize, 65_464),
        ([("blksize", "7")], .blockSize, nil),
        ([("blksize", "65465")], .blockSize, nil),
        ([("blksize", "")], .blockSize, nil),
        ([("blksize", "+512")], .blockSize, nil),
        ([("blksize", "512 ")], .blockSize, nil),
        ([("blksize", "00000000512")], .blockSize, nil),
        ([("blksiz", "512"), ("blksizes", "512")], .blockSize, nil),
        ([("tsize", "0"), ("blksize", "512")], .blockSize, 512),
        ([("blksize", "x"), ("blksize", "512")], .blockSize, nil),
        ([("tsize", "4294967295")], .transferSize, 4_294_967_295),
        ([("tsize", "4294967296")], .transferSize, nil),
        ([("timeout", "255")], .timeout, 255),
        ([("timeout", "0")], .timeout, nil),
        ([("windowsize", "1")], .windowSize, 1),
        ([("windowsize", "65536")], .windowSize, nil),
        ([], .timeout, nil),
    ]

    @Test("an option has the value of its first pair, if that can be one", arguments: values)
    func optionValues(pairs: TFTPBytes.Options, name: TFTPOptionName, value: Int?) throws {
        let message = TFTPBytes.optionAcknowledgment(pairs)
        let bytes = message.span
        guard case .optionAcknowledgment(let options) = try TFTPMessage.decode(bytes, in: message.indices) else {
            Issue.record("not an OACK")
            return
        }
        let found = options.value(of: name, in: bytes)
        #expect(found == value)
    }
}
