import TestSupport
import Testing
import Wire

@testable import labphone

@Suite struct TFTPDownloadTests {
    private let server = Endpoint(IPAddress(v4: 0x0a0a_001a), 69)
    private let transfer = Endpoint(IPAddress(v4: 0x0a0a_001a), 20_168)

    private func download(_ settings: TFTPDownload.Settings = .init()) -> TFTPDownload {
        TFTPDownload("SEP001122334455.cnf.xml", from: server, settings, now: .zero)
    }

    private func after(_ seconds: Double) -> Timestamp { Timestamp.zero.adding(fraction: seconds) }

    /// Gives the download these packets from the transfer's port, and returns what it answers.
    private func run(_ download: inout TFTPDownload, _ packets: [[UInt8]]) -> [[UInt8]?] {
        packets.map { download.receive(Datagram($0, transfer), now: .zero)?.bytes }
    }

    @Test func asksForTheFileInOctetMode() {
        #expect(download().request == Datagram(TFTPBytes.readRequest("SEP001122334455.cnf.xml"), server))
        let options = TFTPDownload.Settings(blockSize: 1428, asksSize: true)
        #expect(
            download(options).request.bytes
                == TFTPBytes.readRequest("SEP001122334455.cnf.xml", options: [("blksize", "1428"), ("tsize", "0")]))
    }

    @Test(arguments: [0, 1, 511, 512, 513, 1024, 1500])
    func takesAFileBlockByBlock(size: Int) throws {
        var generator = SeededGenerator(seed: UInt64(size))
        let file = generator.bytes(size...size)
        var download = download()
        for block in 0...size / 512 {
            #expect(download.result == nil)
            let data = TFTPBytes.data(UInt16(block + 1), Array(file.dropFirst(block * 512).prefix(512)))
            #expect(run(&download, [data]) == [TFTPBytes.acknowledgment(UInt16(block + 1))])
        }
        #expect(download.result == .success(file))
        #expect(download.retransmissions == 0)
    }

    @Test func blockNumbersBeginAgainAfter65535() {
        var download = download(.init(blockSize: 8))
        _ = run(&download, [TFTPBytes.optionAcknowledgment([("blksize", "8")])])
        let block = [UInt8](repeating: 7, count: 8)
        for number in 1...65_537 {
            #expect(
                run(&download, [TFTPBytes.data(UInt16(truncatingIfNeeded: number), block)])
                    == [TFTPBytes.acknowledgment(UInt16(truncatingIfNeeded: number))])
        }
        _ = run(&download, [TFTPBytes.data(2, [])])
        #expect(download.result == .success([UInt8](repeating: 7, count: 65_537 * 8)))
    }

    @Test func agreesToOptionsAndAsksForTheFirstBlock() {
        var download = download(.init(blockSize: 1428, asksSize: true))
        let agreed = TFTPBytes.optionAcknowledgment([("blksize", "1400"), ("tsize", "1403")])
        let file = [UInt8](repeating: 1, count: 1403)
        let answers = run(
            &download,
            [agreed, agreed, TFTPBytes.data(1, Array(file[..<1400])), TFTPBytes.data(2, Array(file[1400...]))])
        #expect(answers == [0, 0, 1, 2].map { TFTPBytes.acknowledgment($0) })
        #expect(download.result == .success(file))
    }

    @Test func aServerMayIgnoreOptions() {
        var download = download(.init(blockSize: 1428))
        #expect(run(&download, [TFTPBytes.data(1, [1, 2])]) == [TFTPBytes.acknowledgment(1)])
        #expect(download.result == .success([1, 2]))
    }

    @Test(arguments: [
        [("blksize", "2048")], [("blksize", "7")], [("windowsize", "4")], [("tsize", "12")], [("blksize", "1x")],
    ])
    func refusesOptionsThatItDidNotAskFor(options: TFTPBytes.Options) throws {
        var download = download(.init(blockSize: 1428))
        let answer = try #require(run(&download, [TFTPBytes.optionAcknowledgment(options)]).first ?? nil)
        #expect(Array(answer[..<4]) == [0, 5, 0, 8])
        guard case .failure(.protocolError) = download.result else {
            Issue.record("not a failure: \(String(describing: download.result))")
            return
        }
    }

    @Test func aFileOfAnotherLengthThanAnnouncedFails() {
        var download = download(.init(asksSize: true))
        _ = run(&download, [TFTPBytes.optionAcknowledgment([("tsize", "3")]), TFTPBytes.data(1, [1, 2])])
        #expect(download.result == .failure(.protocolError("3 bytes announced, 2 received")))
    }

    @Test func aBlockThatCameBeforeIsAcknowledgedAgainAndNotTakenAgain() {
        var download = download()
        let first = TFTPBytes.data(1, [UInt8](repeating: 1, count: 512))
        let last = TFTPBytes.data(2, [2])
        let answers = run(&download, [first, first, last, last])
        #expect(answers == [1, 1, 2, 2].map { TFTPBytes.acknowledgment($0) })
        #expect(download.result == .success([UInt8](repeating: 1, count: 512) + [2]))
    }

    @Test func aBlockFromTheFutureIsIgnored() {
        var download = download()
        #expect(run(&download, [TFTPBytes.data(2, [1])]) == [nil])
        #expect(download.result == nil)
        #expect(download.strays == 1)
    }

    @Test func anotherPortIsToldThatItIsWrong() {
        var download = download()
        _ = run(&download, [TFTPBytes.data(1, [UInt8](repeating: 1, count: 512))])
        let other = Endpoint(server.address, 4000)
        let answer = download.receive(Datagram(TFTPBytes.data(2, [9]), other), now: .zero)
        #expect(answer?.peer == other)
        #expect(answer?.bytes.prefix(4) == [0, 5, 0, 5])
        _ = run(&download, [TFTPBytes.data(2, [2])])
        #expect(download.result == .success([UInt8](repeating: 1, count: 512) + [2]))
    }

    @Test func anotherHostAndBytesThatAreNotTFTPAreIgnored() {
        var download = download()
        let stranger = Endpoint(IPAddress(v4: 0x0a0a_0001), 69)
        #expect(download.receive(Datagram(TFTPBytes.data(1, [9]), stranger), now: .zero) == nil)
        for bytes: [UInt8] in [
            [], [0], [0, 3], [0, 3, 0], [0, 9, 0, 1], [1, 3, 0, 1], [0, 6, 65], [0, 6, 65, 0], [0, 5, 0],
        ] {
            #expect(run(&download, [bytes]) == [nil], "\(bytes)")
        }
        #expect(download.result == nil)
        #expect(download.strays == 10)
    }

    @Test func theServersErrorEndsIt() {
        var download = download()
        #expect(run(&download, [TFTPBytes.error(1, "File not found")]) == [nil])
        #expect(download.result == .failure(.refused(code: 1, message: "File not found")))
    }

    @Test func aBlockLargerThanAgreedEndsIt() throws {
        var download = download()
        let answer = run(&download, [TFTPBytes.data(1, [UInt8](repeating: 0, count: 513))])
        #expect(answer.first??[..<4] == [0, 5, 0, 4])
        #expect(download.result == .failure(.protocolError("block of 513 bytes, 512 agreed")))
    }

    @Test func whatIsNotAnsweredIsSentAgainEverMoreSeldom() {
        var download = download(.init(retransmitAfter: 1, timeout: 30))
        var sent: [Double] = []
        for tenth in 0...400 {
            let now = Double(tenth) / 10
            if let again = download.tick(after(now)) {
                #expect(again == download.request)
                sent.append(now)
            }
        }
        #expect(sent == [1, 3, 7, 15, 23])
        #expect(download.result == .failure(.timeout))
        #expect(download.retransmissions == 5)
    }

    @Test func anAcknowledgmentIsSentAgainToTheTransfersPort() {
        var download = download(.init(retransmitAfter: 1))
        _ = run(&download, [TFTPBytes.data(1, [UInt8](repeating: 1, count: 512))])
        #expect(download.tick(after(0.9)) == nil)
        #expect(download.tick(after(1)) == Datagram(TFTPBytes.acknowledgment(1), transfer))
    }
}
