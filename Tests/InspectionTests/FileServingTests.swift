import TestSupport
import Testing
import Wire

@testable import Inspection

/// One transfer, message by message.
private final class Talk {
    private(set) var serving: FileServing
    private var outbox = DatagramOutbox()
    private var now = Timestamp(seconds: 50)
    /// What was sent last.
    private(set) var sent: [[UInt8]] = []

    init(
        _ content: [UInt8], mode: String = "octet", _ options: TFTPBytes.Options = [],
        _ limits: FileServing.Limits = .init()
    )
        throws
    {
        let request = TFTPBytes.readRequest("file", mode: mode, options: options)
        let terms = try #require(readTerms(request))
        serving = FileServing(FileContent(content), to: 1234, terms, limits, at: now, into: &outbox)
        collect()
    }

    func hear(_ message: [UInt8]) throws {
        serving.receive(
            try TFTPMessage.decode(message.span, in: message.indices), message.span, at: now, into: &outbox)
        collect()
    }

    func acknowledge(_ block: UInt16) throws { try hear(TFTPBytes.acknowledgment(block)) }

    func wait(_ seconds: Double) {
        now = Timestamp(nanoseconds: now.nanoseconds + Int64(seconds * 1e9))
        serving.expire(at: now, into: &outbox)
        collect()
    }

    private func collect() {
        sent = outbox.items.map(outbox.payload)
        #expect(outbox.items.allSatisfy { $0.port == 1234 })
        outbox.removeAll()
    }
}

private func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) } }

@Suite struct FileServingTests {
    @Test func withoutOptionsTheFirstBlockIsTheAnswer() throws {
        let talk = try Talk(bytes(700))
        #expect(talk.sent == [TFTPBytes.data(1, Array(bytes(700)[..<512]))])
        try talk.acknowledge(1)
        #expect(talk.sent == [TFTPBytes.data(2, Array(bytes(700)[512...]))])
        try talk.acknowledge(2)
        #expect(talk.sent.isEmpty)
        #expect(talk.serving.status == .complete && talk.serving.deadline == nil)
        #expect(talk.serving.blocks == 2 && talk.serving.bytes == 700 && talk.serving.retransmissions == 0)
    }

    @Test(arguments: [0, 511, 512, 513, 1024])
    func theLastBlockIsShortOrEmpty(size: Int) throws {
        let talk = try Talk(bytes(size))
        for block in 1...UInt16(size / 512) + 1 {
            #expect(talk.serving.status == .running)
            try talk.acknowledge(block)
        }
        #expect(talk.serving.status == .complete)
        #expect(talk.serving.bytes == size)
    }

    /// Asked for, and granted; nothing more, and in no case more than was asked for.
    static let options: [(TFTPBytes.Options, TFTPBytes.Options)] = [
        ([("blksize", "8")], [("blksize", "8")]),
        ([("blksize", "1468")], [("blksize", "1468")]),
        ([("blksize", "65464")], [("blksize", "1468")]),
        ([("BLKSIZE", "512")], [("blksize", "512")]),
        ([("tsize", "0")], [("tsize", "5000")]),
        ([("timeout", "60")], [("timeout", "60")]),
        ([("windowsize", "4")], [("windowsize", "4")]),
        ([("windowsize", "65535")], [("windowsize", "16")]),
        (
            [("tsize", "0"), ("windowsize", "2"), ("x-unknown", "1"), ("blksize", "1024"), ("timeout", "3")],
            [("blksize", "1024"), ("tsize", "5000"), ("timeout", "3"), ("windowsize", "2")]
        ),
        ([("blksize", "1024"), ("blksize", "2048")], [("blksize", "1024")]),
    ]

    @Test(arguments: options)
    func optionsAreGranted(asked: TFTPBytes.Options, granted: TFTPBytes.Options) throws {
        let talk = try Talk(bytes(5000), asked)
        #expect(talk.sent == [TFTPBytes.optionAcknowledgment(granted)])
        try talk.acknowledge(0)
        #expect(talk.sent.count == min(talk.serving.windowSize, 10))
        #expect(talk.sent.first?.count == min(talk.serving.blockSize, 5000) + 4)
    }

    /// What is not understood is left out (RFC 2347), here all of it: no OACK then.
    @Test(arguments: [
        ("blksize", "7"), ("blksize", "65465"), ("blksize", ""), ("blksize", "-8"), ("blksize", "0x200"),
        ("blksize", "99999999999999999999"), ("timeout", "0"), ("timeout", "256"), ("timeout", "61"),
        ("windowsize", "0"), ("windowsize", "65536"), ("tsize", "many"), ("multicast", ""),
    ])
    func senselessOptionsAreNotGranted(name: String, value: String) throws {
        let talk = try Talk(bytes(5000), [(name, value)])
        #expect(talk.sent == [TFTPBytes.data(1, Array(bytes(5000)[..<512]))])
    }

    @Test func netasciiEndsLinesAsTheNetworkDoes() throws {
        let talk = try Talk(Array("a\nb\r\r\n".utf8), mode: "NetASCII", [("tsize", "0"), ("blksize", "8")])
        #expect(talk.sent == [TFTPBytes.optionAcknowledgment([("blksize", "8"), ("tsize", "10")])])
        try talk.acknowledge(0)
        #expect(talk.sent == [TFTPBytes.data(1, Array("a\r\nb\r\0\r\0".utf8))])
        try talk.acknowledge(1)
        #expect(talk.sent == [TFTPBytes.data(2, Array("\r\n".utf8))])
    }

    /// A pair that a block's end cuts, sent again from its middle.
    @Test func netasciiStepsBackIntoAPair() throws {
        let talk = try Talk(
            [UInt8](repeating: 0x0a, count: 20), mode: "netascii", [("blksize", "9"), ("windowsize", "2")])
        try talk.acknowledge(0)
        let pairs = (0..<20).flatMap { _ in [UInt8](arrayLiteral: 0x0d, 0x0a) }
        #expect(talk.sent == [TFTPBytes.data(1, Array(pairs[0..<9])), TFTPBytes.data(2, Array(pairs[9..<18]))])
        try talk.acknowledge(1)
        #expect(talk.sent == [TFTPBytes.data(2, Array(pairs[9..<18])), TFTPBytes.data(3, Array(pairs[18..<27]))])
        talk.wait(1)
        #expect(talk.sent == [TFTPBytes.data(2, Array(pairs[9..<18])), TFTPBytes.data(3, Array(pairs[18..<27]))])
    }

    @Test(arguments: ["mail", "octet2", "binary"])
    func otherModesAreNotServed(mode: String) {
        #expect(readTerms(TFTPBytes.readRequest("file", mode: mode)) == nil)
    }

    @Test func silenceIsMetWithLongerAndLongerWaits() throws {
        let talk = try Talk(bytes(100))
        let first = talk.sent
        for wait in [1.0, 2, 4, 8, 8] {
            talk.wait(wait - 0.01)
            #expect(talk.sent.isEmpty, "too early within \(wait) s")
            talk.wait(0.01)
            #expect(talk.sent == first)
        }
        #expect(talk.serving.retransmissions == 5)
        talk.wait(8)
        #expect(talk.sent.isEmpty)
        #expect(talk.serving.status == .failed(.phoneSilent) && talk.serving.deadline == nil)
    }

    @Test func theTimeoutOptionSetsTheWait() throws {
        let talk = try Talk(bytes(100), [("timeout", "20")])
        for _ in 0..<5 {
            talk.wait(19.9)
            #expect(talk.sent.isEmpty)
            talk.wait(0.1)
            #expect(talk.sent == [TFTPBytes.optionAcknowledgment([("timeout", "20")])])
        }
        talk.wait(20)
        #expect(talk.serving.status == .failed(.phoneSilent))
    }

    /// The sorcerer's apprentice: RFC 1123 section 4.2.3.1.
    @Test func repeatedAcknowledgmentsSendNothing() throws {
        let talk = try Talk(bytes(5000))
        try talk.acknowledge(1)
        for old: UInt16 in [1, 1, 0, 65_535, 3, 1] {
            try talk.acknowledge(old)
            #expect(talk.sent.isEmpty, "after ACK \(old)")
        }
        #expect(talk.serving.ignored == 6)
        try talk.acknowledge(2)
        #expect(talk.sent.count == 1)
    }

    /// RFC 7440 section 4: the window starts again behind what has come.
    @Test func anAcknowledgmentWithinTheWindowMovesIt() throws {
        let talk = try Talk(bytes(5000), [("windowsize", "4")])
        try talk.acknowledge(0)
        #expect(talk.sent.map(block) == [1, 2, 3, 4])
        try talk.acknowledge(2)
        #expect(talk.sent.map(block) == [3, 4, 5, 6])
        try talk.acknowledge(2)
        #expect(talk.sent.map(block) == [3, 4, 5, 6], "the first block of a window may be lost")
        try talk.acknowledge(2)
        #expect(talk.sent.isEmpty, "but the phone's word alone moves nothing twice in a second")
        try talk.acknowledge(6)
        #expect(talk.sent.map(block) == [7, 8, 9, 10])
        try talk.acknowledge(10)
        #expect(talk.serving.status == .complete)
        #expect(talk.serving.retransmissions == 6)
    }

    /// A phone that acknowledges each block of a window makes the rest of it come again, but not without end.
    @Test func aWindowIsNotAWayToMultiplyTraffic() throws {
        let talk = try Talk(bytes(512 * 1000), [("windowsize", "16")])
        var sent = 0
        for block in 0...UInt16(1000) {
            try talk.acknowledge(block)
            sent += talk.sent.count
        }
        #expect(talk.serving.blocks == 1000)
        #expect(sent <= 2 * 1001 + 4 * 16)
    }

    @Test func anErrorFromThePhoneEndsIt() throws {
        let talk = try Talk(bytes(5000), [("blksize", "1024")])
        try talk.hear(TFTPBytes.error(8, "no\u{7}pe" + String(repeating: ".", count: 500)))
        #expect(talk.sent.isEmpty && talk.serving.deadline == nil)
        guard case .failed(.phone(code: 8, let text)) = talk.serving.status else {
            Issue.record("\(talk.serving.status)")
            return
        }
        #expect(text.hasPrefix("no\\x07pe") && text.count < 200)
        try talk.acknowledge(0)
        talk.wait(100)
        #expect(talk.sent.isEmpty)
    }

    @Test func whatAPhoneDoesNotSendIsCountedAndNoMore() throws {
        let talk = try Talk(bytes(5000))
        for message in [
            TFTPBytes.data(1, [1]), TFTPBytes.optionAcknowledgment([]), TFTPBytes.writeRequest("file"),
        ] {
            try talk.hear(message)
            #expect(talk.sent.isEmpty)
        }
        #expect(talk.serving.ignored == 3)
        #expect(talk.serving.status == .running)
    }

    @Test func aPhoneThatAsksTwiceIsAnsweredOnceASecond() throws {
        let talk = try Talk(bytes(5000), [("blksize", "1024")])
        let answer = talk.sent
        let request = TFTPBytes.readRequest("file", options: [("blksize", "1024")])
        try talk.hear(request)
        #expect(talk.sent == answer)
        for _ in 0..<100 { try talk.hear(request) }
        #expect(talk.sent.isEmpty && talk.serving.ignored == 100)
    }

    @Test func aLateCopyOfTheRequestDisturbsNothing() throws {
        let talk = try Talk(bytes(5000))
        try talk.acknowledge(1)
        try talk.hear(TFTPBytes.readRequest("file"))
        #expect(talk.sent.isEmpty)
        try talk.acknowledge(2)
        #expect(talk.sent.map(block) == [3])
    }

    @Test func aPhoneThatStartsAnewIsServedAnew() throws {
        let talk = try Talk(bytes(1500))
        try talk.acknowledge(1)
        talk.wait(1.5)
        #expect(talk.sent.map(block) == [2])
        try talk.hear(TFTPBytes.readRequest("file"))
        #expect(talk.sent.map(block) == [1])
        for block: UInt16 in 1...3 { try talk.acknowledge(block) }
        #expect(talk.serving.status == .complete && talk.serving.bytes == 1500)
    }

    @Test func aTransferHasAnEnd() throws {
        var limits = FileServing.Limits()
        limits.duration = 60
        let talk = try Talk(bytes(50_000), [], limits)
        for block: UInt16 in 1...8 {
            talk.wait(7)
            try talk.acknowledge(block)
        }
        talk.wait(4)
        #expect(talk.sent == [TFTPBytes.error(0, "Transfer takes too long")])
        #expect(talk.serving.status == .failed(.tooSlow) && talk.serving.deadline == nil)
    }

    private func block(_ message: [UInt8]) -> Int {
        message.count >= 4 && message[1] == 3 ? Int(message[2]) << 8 | Int(message[3]) : -1
    }
}
