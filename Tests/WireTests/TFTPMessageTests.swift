import TestSupport
import Testing
import Wire

@Suite("TFTP messages")
struct TFTPMessageTests {
    private func decode(_ message: [UInt8]) throws(WireError) -> TFTPMessage {
        try TFTPMessage.decode(message.span, in: 0..<message.count)
    }

    private func text(_ message: [UInt8], _ range: Range<Int>) -> String {
        String(decoding: message[range], as: UTF8.self)
    }

    private func pairs(_ message: [UInt8], _ options: TFTPOptions) -> [String] {
        var pairs: [String] = []
        var offset = options.range.lowerBound
        while let pair = options.pair(message.span, at: offset) {
            pairs.append(text(message, pair.name) + "=" + text(message, pair.value))
            offset = pair.next
        }
        return pairs
    }

    @Test("a request gives its operation, file, mode and options in order")
    func requests() throws {
        let options = [("tsize", "0"), ("blksize", "1428"), ("x", "")]
        let messages: [([UInt8], TFTPRequest.Operation)] = [
            (TFTPBytes.readRequest("CTLSEP0011.tlv", mode: "OCTET", options: options), .read),
            (TFTPBytes.writeRequest("CTLSEP0011.tlv", mode: "OCTET", options: options), .write),
        ]
        for (message, operation) in messages {
            guard case .request(let request) = try decode(message) else {
                Issue.record("not read as a request: \(hexDump(message))")
                continue
            }
            #expect(request.operation == operation)
            #expect(text(message, request.filename) == "CTLSEP0011.tlv" && text(message, request.mode) == "OCTET")
            #expect(request.options.count == 3)
            #expect(pairs(message, request.options) == ["tsize=0", "blksize=1428", "x="])
        }
    }

    @Test("DATA, ACK, ERROR and OACK give their fields")
    func others() throws {
        guard case .data(65_535, let payload) = try decode(TFTPBytes.data(65_535, [1, 2, 3])) else {
            Issue.record("not DATA")
            return
        }
        #expect(payload == 4..<7)
        guard case .data(1, let empty) = try decode(TFTPBytes.data(1, [])) else {
            Issue.record("not DATA")
            return
        }
        #expect(empty.isEmpty)
        guard case .acknowledgment(7) = try decode(TFTPBytes.acknowledgment(7)) else {
            Issue.record("not ACK")
            return
        }
        let refusal = TFTPBytes.error(1, "File not found")
        guard case .error(1, let message) = try decode(refusal) else {
            Issue.record("not ERROR")
            return
        }
        #expect(text(refusal, message) == "File not found")
        let acknowledged = TFTPBytes.optionAcknowledgment([("blksize", "512")])
        guard case .optionAcknowledgment(let options) = try decode(acknowledged) else {
            Issue.record("not OACK")
            return
        }
        #expect(pairs(acknowledged, options) == ["blksize=512"])
    }

    @Test("an error text without its terminator ends with the datagram")
    func unterminatedError() throws {
        guard case .error(0, let message) = try decode([0, 5, 0, 0, 0x6e, 0x6f]) else {
            Issue.record("not ERROR")
            return
        }
        #expect(message == 4..<6)
    }

    @Test("zero bytes behind a request are padding")
    func padding() throws {
        guard case .request(let request) = try decode(TFTPBytes.readRequest("f", options: [("a", "1")]) + [0, 0, 0])
        else {
            Issue.record("not a request")
            return
        }
        #expect(request.options.count == 1)
    }

    static let bad: [(String, [UInt8], WireError)] = [
        ("nothing", [], WireError(.tftp, .opcode, .truncated, at: 0)),
        ("half an opcode", [0], WireError(.tftp, .opcode, .truncated, at: 0)),
        ("opcode 0", [0, 0], WireError(.tftp, .opcode, .invalid, at: 0)),
        ("opcode 7", [0, 7, 0, 0], WireError(.tftp, .opcode, .invalid, at: 0)),
        ("opcode 256 + 1", [1, 1, 0x61, 0], WireError(.tftp, .opcode, .invalid, at: 0)),
        ("no file name", [0, 1], WireError(.tftp, .filename, .unterminated, at: 2)),
        ("an open file name", [0, 1, 0x61, 0x62], WireError(.tftp, .filename, .unterminated, at: 2)),
        ("an empty file name", [0, 1, 0] + TFTPBytes.text("octet"), WireError(.tftp, .filename, .invalid, at: 2)),
        ("no mode", [0, 2, 0x61, 0], WireError(.tftp, .mode, .unterminated, at: 4)),
        ("an open mode", [0, 2, 0x61, 0, 0x6f], WireError(.tftp, .mode, .unterminated, at: 4)),
        ("an empty mode", [0, 2, 0x61, 0, 0], WireError(.tftp, .mode, .invalid, at: 4)),
        (
            "an open option", TFTPBytes.readRequest("a", mode: "m") + [0x78],
            WireError(.tftp, .option, .unterminated, at: 6)
        ),
        (
            "an option without a value", TFTPBytes.readRequest("a", mode: "m") + [0x78, 0],
            WireError(.tftp, .value, .unterminated, at: 8)
        ),
        (
            "an open value", TFTPBytes.readRequest("a", mode: "m") + [0x78, 0, 0x31],
            WireError(.tftp, .value, .unterminated, at: 8)
        ),
        (
            "padding with something in it", TFTPBytes.readRequest("a", mode: "m") + [0, 0x78, 0],
            WireError(.tftp, .option, .invalid, at: 7)
        ),
        (
            "a seventeenth option",
            TFTPBytes.readRequest("a", mode: "m", options: [(String, String)](repeating: ("x", "1"), count: 17)),
            WireError(.tftp, .option, .tooLong, at: 6 + 16 * 4)
        ),
        (
            "a file name of 513 bytes", TFTPBytes.readRequest(String(repeating: "a", count: 513)),
            WireError(.tftp, .filename, .tooLong, at: 2)
        ),
        ("DATA without a block", [0, 3, 0], WireError(.tftp, .blockNumber, .truncated, at: 2)),
        ("ACK without a block", [0, 4], WireError(.tftp, .blockNumber, .truncated, at: 2)),
        ("ERROR without a code", [0, 5, 0], WireError(.tftp, .errorCode, .truncated, at: 2)),
        ("an open OACK", [0, 6, 0x61], WireError(.tftp, .option, .unterminated, at: 2)),
    ]

    @Test("what is no TFTP message is refused by name", arguments: bad)
    func refused(name: String, message: [UInt8], expected: WireError) {
        #expect(wireError { () throws(WireError) in try decode(message) } == expected, "\(name)")
    }

    @Test("the limits themselves are accepted: a file name of 512 bytes, 16 options")
    func limits() throws {
        let options = [(String, String)](repeating: ("x", "1"), count: 16)
        let message = TFTPBytes.readRequest(String(repeating: "a", count: 512), options: options)
        guard case .request(let request) = try decode(message) else {
            Issue.record("not a request")
            return
        }
        #expect(request.filename.count == 512 && request.options.count == 16)
    }

    @Test("offsets are those of the packet that carries the message")
    func offsets() throws {
        let packet = [UInt8](repeating: 0xff, count: 28) + TFTPBytes.readRequest("abc") + [0xff]
        guard case .request(let request) = try TFTPMessage.decode(packet.span, in: 28..<packet.count - 1) else {
            Issue.record("not a request")
            return
        }
        #expect(request.filename == 30..<33 && request.mode == 34..<39 && request.options.count == 0)
        let broken = [UInt8](repeating: 0xff, count: 28) + [0, 9]
        let error = wireError { () throws(WireError) in try TFTPMessage.decode(broken.span, in: 28..<30) }
        #expect(error == WireError(.tftp, .opcode, .invalid, at: 28))
    }
}
