import TestSupport
import Testing
import Wire

@testable import Inspection

/// One transfer, message by message.
private final class Talk {
    private(set) var fetching: FileFetching
    private var outbox = DatagramOutbox()
    private var now = Timestamp(seconds: 50)
    /// What was sent last, and to which port.
    private(set) var sent: [Sent] = []

    struct Sent: Equatable {
        var port: UInt16
        var payload: [UInt8]

        init(_ port: UInt16, _ payload: [UInt8]) {
            self.port = port
            self.payload = payload
        }
    }

    init(_ limits: FileFetching.Limits = .init()) {
        fetching = FileFetching(Array("SEP001E7AC4DA9C.cnf.xml".utf8), from: 69, limits, at: now, into: &outbox)
        collect()
    }

    func hear(_ message: [UInt8], from port: UInt16 = 4000) throws {
        fetching.receive(
            try TFTPMessage.decode(message.span, in: message.indices), message.span, from: port, at: now,
            into: &outbox)
        collect()
    }

    func wait(_ seconds: Double) {
        now = Timestamp(nanoseconds: now.nanoseconds + Int64(seconds * 1e9))
        fetching.expire(at: now, into: &outbox)
        collect()
    }

    private func collect() {
        sent = outbox.items.map { Sent($0.port, outbox.payload($0)) }
        outbox.removeAll()
    }
}

private let request = TFTPBytes.readRequest(
    "SEP001E7AC4DA9C.cnf.xml", options: [("blksize", "1428"), ("tsize", "0")])
private let plainRequest = TFTPBytes.readRequest("SEP001E7AC4DA9C.cnf.xml")

@Suite struct FileFetchingTests {
    @Test func asksAsAPhoneWithOptions() throws {
        let talk = Talk()
        #expect(talk.sent == [.init(69, request)])
        try talk.hear(TFTPBytes.optionAcknowledgment([("blksize", "1024"), ("tsize", "1030")]))
        #expect(talk.sent == [.init(4000, TFTPBytes.acknowledgment(0))])
        try talk.hear(TFTPBytes.data(1, [UInt8](repeating: 1, count: 1024)))
        #expect(talk.sent == [.init(4000, TFTPBytes.acknowledgment(1))])
        try talk.hear(TFTPBytes.data(2, [2, 2, 2, 2, 2, 2]))
        #expect(talk.sent == [.init(4000, TFTPBytes.acknowledgment(2))])
        #expect(talk.fetching.status == .complete)
        #expect(talk.fetching.bytes == [UInt8](repeating: 1, count: 1024) + [UInt8](repeating: 2, count: 6))
    }

    @Test func aServerThatIgnoresOptionsSendsBlocksOf512() throws {
        let talk = Talk()
        try talk.hear(TFTPBytes.data(1, [UInt8](repeating: 1, count: 512)))
        #expect(talk.sent == [.init(4000, TFTPBytes.acknowledgment(1))])
        #expect(talk.fetching.status == .running)
        try talk.hear(TFTPBytes.data(2, []))
        #expect(talk.fetching.status == .complete && talk.fetching.bytes.count == 512)
    }

    @Test(arguments: [UInt16(8), 4])
    func aServerThatRefusesOptionsIsAskedWithout(code: UInt16) throws {
        let talk = Talk()
        try talk.hear(TFTPBytes.error(code, "no options"))
        #expect(talk.sent == [.init(69, plainRequest)])
        try talk.hear(TFTPBytes.data(1, [7]), from: 4001)
        #expect(talk.fetching.status == .complete && talk.fetching.bytes == [7])
    }

    /// Each repeated request was refused, and the link may have doubled that.
    @Test func laterCopiesOfTheRefusalDisturbNothing() throws {
        let talk = Talk()
        for _ in 0..<3 { try talk.hear(TFTPBytes.error(8, "no options")) }
        #expect(talk.sent.isEmpty && talk.fetching.ignored == 2)
        try talk.hear(TFTPBytes.data(1, [7]), from: 4001)
        #expect(talk.fetching.status == .complete)
    }

    @Test func aServerThatRefusesAllTheSameIsGivenUp() throws {
        let talk = Talk()
        for _ in 0..<2 { try talk.hear(TFTPBytes.error(4, "never")) }
        for wait in [1.0, 2, 4, 8, 8, 8] { talk.wait(wait) }
        #expect(talk.fetching.status == .failed(.server(code: 4, text: "never")))
    }

    @Test(arguments: [UInt16(0), 1, 2, 99])
    func theServersErrorIsHandedOn(code: UInt16) throws {
        let talk = Talk()
        try talk.hear(TFTPBytes.error(code, "File not found"))
        #expect(talk.sent.isEmpty && talk.fetching.deadline == nil)
        #expect(talk.fetching.status == .failed(.server(code: code, text: "File not found")))
    }

    @Test func anErrorInTheMiddleLeavesNothingHalf() throws {
        let talk = Talk()
        try talk.hear(TFTPBytes.data(1, [UInt8](repeating: 1, count: 512)))
        try talk.hear(TFTPBytes.error(4, "gone"))
        #expect(talk.fetching.status == .failed(.server(code: 4, text: "gone")))
        #expect(talk.fetching.bytes.isEmpty)
    }

    @Test(arguments: [
        [("blksize", "1429")], [("blksize", "7")], [("blksize", "x")], [("windowsize", "4")], [("timeout", "1")],
        [("tsize", "3"), ("other", "1")],
    ])
    func optionsThatWereNotAskedForEndIt(options: TFTPBytes.Options) throws {
        let talk = Talk()
        try talk.hear(TFTPBytes.optionAcknowledgment(options))
        #expect(talk.sent == [.init(4000, TFTPBytes.error(8, "Option was not asked for"))])
        #expect(talk.fetching.status == .failed(.badOptions))
    }

    /// RFC 1350 section 4.
    @Test func anotherPortIsRefusedAndDisturbsNothing() throws {
        let talk = Talk()
        try talk.hear(TFTPBytes.data(1, [UInt8](repeating: 1, count: 512)))
        for stranger in [TFTPBytes.data(2, [9]), TFTPBytes.data(1, [9]), TFTPBytes.optionAcknowledgment([])] {
            try talk.hear(stranger, from: 4001)
            #expect(talk.sent == [.init(4001, TFTPBytes.error(5, "Unknown transfer ID"))])
        }
        try talk.hear(TFTPBytes.error(1, "File not found"), from: 4001)
        #expect(talk.sent.isEmpty, "an ERROR is never answered")
        try talk.hear(TFTPBytes.data(2, [2]))
        #expect(talk.fetching.status == .complete && talk.fetching.bytes.count == 513)
        #expect(talk.fetching.ignored == 4)
    }

    @Test func repeatedBlocksAreAcknowledgedAndOthersNot() throws {
        let talk = Talk()
        try talk.hear(TFTPBytes.data(1, [UInt8](repeating: 1, count: 512)))
        try talk.hear(TFTPBytes.data(2, [UInt8](repeating: 2, count: 512)))
        try talk.hear(TFTPBytes.data(2, [UInt8](repeating: 9, count: 512)))
        #expect(talk.sent == [.init(4000, TFTPBytes.acknowledgment(2))])
        for block: UInt16 in [0, 1, 4, 65_535] {
            try talk.hear(TFTPBytes.data(block, [1]))
            #expect(talk.sent.isEmpty, "block \(block)")
        }
        try talk.hear(TFTPBytes.data(3, []))
        #expect(talk.fetching.bytes == [UInt8](repeating: 1, count: 512) + [UInt8](repeating: 2, count: 512))
    }

    /// RFC 1350 section 6: the server may not have got the last acknowledgment.
    @Test func theLastBlockIsAcknowledgedForAWhile() throws {
        let talk = Talk()
        try talk.hear(TFTPBytes.data(1, [1]))
        #expect(talk.fetching.status == .complete && talk.fetching.deadline != nil)
        try talk.hear(TFTPBytes.data(1, [1]))
        #expect(talk.sent == [.init(4000, TFTPBytes.acknowledgment(1))])
        try talk.hear(TFTPBytes.error(0, "too late"))
        talk.wait(6)
        #expect(talk.fetching.status == .complete && talk.fetching.deadline == nil && talk.fetching.bytes == [1])
        try talk.hear(TFTPBytes.data(1, [1]))
        #expect(talk.sent.isEmpty)
    }

    @Test func aServerThatIsSilentIsGivenUp() throws {
        let talk = Talk()
        for wait in [1.0, 2, 4, 8, 8] {
            talk.wait(wait - 0.01)
            #expect(talk.sent.isEmpty)
            talk.wait(0.01)
            #expect(talk.sent == [.init(69, request)])
        }
        talk.wait(8)
        #expect(talk.fetching.status == .failed(.serverSilent) && talk.fetching.deadline == nil)
    }

    @Test func aServerThatFallsSilentIsReminded() throws {
        let talk = Talk()
        try talk.hear(TFTPBytes.data(1, [UInt8](repeating: 1, count: 512)))
        talk.wait(1)
        #expect(talk.sent == [.init(4000, TFTPBytes.acknowledgment(1))])
        for wait in [2.0, 4, 8, 8, 8] { talk.wait(wait) }
        #expect(talk.fetching.status == .failed(.serverSilent) && talk.fetching.bytes.isEmpty)
    }

    @Test func aFileThatIsTooLargeIsRefusedWhenItIsAnnounced() throws {
        var limits = FileFetching.Limits()
        limits.fileSize = 1000
        let talk = Talk(limits)
        try talk.hear(TFTPBytes.optionAcknowledgment([("tsize", "1001")]))
        #expect(talk.sent == [.init(4000, TFTPBytes.error(3, "File is too large"))])
        #expect(talk.fetching.status == .failed(.tooLarge) && talk.fetching.deadline == nil)
    }

    @Test func aFileThatIsTooLargeIsRefusedWhenItShows() throws {
        var limits = FileFetching.Limits()
        limits.fileSize = 1000
        let talk = Talk(limits)
        try talk.hear(TFTPBytes.optionAcknowledgment([("tsize", "1000")]))
        try talk.hear(TFTPBytes.data(1, [UInt8](repeating: 1, count: 512)))
        try talk.hear(TFTPBytes.data(2, [UInt8](repeating: 1, count: 489)))
        #expect(talk.sent == [.init(4000, TFTPBytes.error(3, "File is too large"))])
        #expect(talk.fetching.status == .failed(.tooLarge) && talk.fetching.bytes.isEmpty)
    }

    @Test func aBlockLargerThanAgreedEndsIt() throws {
        let talk = Talk()
        try talk.hear(TFTPBytes.data(1, [UInt8](repeating: 1, count: 513)))
        #expect(talk.sent == [.init(4000, TFTPBytes.error(4, "Block is too large"))])
        #expect(talk.fetching.status == .failed(.badBlock))
    }

    @Test func aServerThatTricklesIsGivenUp() throws {
        var limits = FileFetching.Limits()
        limits.duration = 60
        let talk = Talk(limits)
        for block: UInt16 in 1...8 {
            talk.wait(7)
            try talk.hear(TFTPBytes.data(block, [UInt8](repeating: 1, count: 512)))
        }
        talk.wait(4)
        #expect(talk.sent == [.init(4000, TFTPBytes.error(0, "Transfer takes too long"))])
        #expect(talk.fetching.status == .failed(.tooSlow))
    }

    /// To 0 with most servers, to 1 with some.
    @Test(arguments: [UInt16(0), 1])
    func blockNumbersRollOver(to first: UInt16) throws {
        let talk = Talk()
        try talk.hear(TFTPBytes.optionAcknowledgment([("blksize", "8")]))
        for block in 1...UInt16.max { try talk.hear(TFTPBytes.data(block, [0, 1, 2, 3, 4, 5, 6, 7])) }
        for block in first...first + 2 {
            try talk.hear(TFTPBytes.data(block, [0, 1, 2, 3, 4, 5, 6, 7]))
            #expect(talk.sent == [.init(4000, TFTPBytes.acknowledgment(block))])
        }
        try talk.hear(TFTPBytes.data(first + 3, [1]))
        #expect(talk.fetching.status == .complete && talk.fetching.bytes.count == 65_538 * 8 + 1)
    }
}
