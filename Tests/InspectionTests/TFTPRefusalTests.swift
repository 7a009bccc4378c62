import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// What TFTP inspection does not let pass, and what translation and cut recordings ask of it.
@Suite struct TFTPRefusalTests {
    // MARK: What is refused

    @Test func messagesFromTheWrongSideAreRefused() throws {
        let read = try TFTPEnds()
        read.client.read("a")
        #expect(read.server.acknowledge(0).reason == .inspectionFailed, "the reader acknowledges")
        #expect(read.server.send(TFTPBytes.readRequest("b")).reason == .inspectionFailed, "a server asks for nothing")
        #expect(read.server.from(port: 69).send(TFTPBytes.readRequest("b")).reason == .inspectionFailed)
        read.server.data(1)
        #expect(read.answering.data(1).reason == .inspectionFailed, "the reader sends no data")
        #expect(read.answering.grant([("blksize", "8")]).reason == .inspectionFailed, "the client grants nothing")
        #expect(read.answering.read("b").reason == .inspectionFailed, "requests go to the port that takes them")

        let write = try TFTPEnds()
        write.client.write("a")
        #expect(write.server.data(1).reason == .inspectionFailed, "the writer sends the data")
        write.server.acknowledge(0)
        #expect(write.answering.acknowledge(0).reason == .inspectionFailed, "the server acknowledges")
    }

    @Test(arguments: [
        ("", "no operation"), ("00", "half an operation"), ("0007", "operation 7"), ("0001", "no name"),
        ("0001 61", "a name without its end"), ("0001 61 00", "no mode"), ("0001 00 6f00", "an empty name"),
        ("0001 61 00 6f00 62 00", "an option without its value"), ("0003 00", "half a block number"),
    ])
    func whatCanNotBeReadIsRefused(hex: String, what: String) throws {
        let ends = try TFTPEnds()
        #expect(ends.client.send(bytes(hex: hex)).reason == .inspectionFailed, "\(what)")
        #expect(ends.box.flowCount == 0)
        #expect(ends.box.counters.udpFlows == 0)
        #expect(!ends.box.text.contains("built"))
        #expect(ends.client.read("good").verdict.opensFlow)
    }

    @Test func anUnreadableRequestIsToldOf() throws {
        let ends = try TFTPEnds()
        ends.client.send([0, 2, 0x61])
        let transfer = try #require(ends.box.transfers.first)
        #expect(transfer.status == .error)
        #expect(transfer.operation == .write)
        #expect(transfer.file == "?")
        #expect(transfer.errorMessage?.hasPrefix("tftp filename unterminated") == true)
    }

    @Test func onlyARequestOpensAFlow() throws {
        let ends = try TFTPEnds()
        #expect(ends.client.acknowledge(7).reason == .inspectionFailed)
        #expect(ends.client.data(7).reason == .inspectionFailed)
        let recording = try TFTPEnds(TestBox(.recording()) { $0.acceptsMidstream = true })
        #expect(recording.client.acknowledge(7).isForwarded, "but a recording may start in the middle")
    }

    @Test func namesAreFitToPrint() throws {
        let ends = try TFTPEnds()
        ends.client.read("a\u{1b}[31m\u{e9}")
        ends.box.finish()
        #expect(ends.box.transfers.map(\.file) == ["a\\x1b[31m\\xc3\\xa9"])
    }

    // MARK: Translation

    /// Two servers behind one address, one client port, the same data port: the second is seen under the next one.
    @Test func twoServersBehindOneAddressAreKeptApart() throws {
        let box = TestBox(
            try Configuration.box()
                .translating("192.0.2.101", to: "10.10.0.24", service: (69, 69))
                .translating("192.0.2.102", to: "10.10.0.24", service: (69, 1069))
                .listing([try entry(.permit, .udp)], on: "outside"))
        let client = try TFTPHost(box, on: "outside", "98.208.49.30:50000", to: "10.10.0.24:69")
        let first = try TFTPHost(box, on: "inside", "192.0.2.101:40001", to: "98.208.49.30:50000")
        let second = try TFTPHost(box, on: "inside", "192.0.2.102:40001", to: "98.208.49.30:50000")
        client.read("a")
        client.to(port: 1069).read("b")
        #expect(first.data(1).route == "10.10.0.24:40001 > 98.208.49.30:50000")
        #expect(second.data(1, 5).route == "10.10.0.24:40002 > 98.208.49.30:50000")
        #expect(client.to(port: 40002).acknowledge(1).route == "98.208.49.30:50000 > 192.0.2.102:40001")
        #expect(client.to(port: 40001).acknowledge(1).route == "98.208.49.30:50000 > 192.0.2.101:40001")
        #expect(box.transfers.map(\.file) == ["b"])
    }

    @Test func aClientWithoutAChecksumGetsNone() throws {
        let box = TestBox(try .patBox())
        let request = PacketBuilder(from: try address("98.208.49.30"), to: try address("10.10.0.24"))
            .udp(from: 50000, to: 69, TFTPBytes.readRequest("a"), checksum: false)
        let outcome = box.send(request, on: "outside")
        #expect(outcome.verdict.isRewritten)
        #expect(Array(outcome.packet[26..<28]) == [0, 0])
    }

    /// A recording with a snapshot length keeps only the start of each block.
    @Test func cutBlocksCountWithTheLengthTheyHad() throws {
        let box = TestBox(.recording())
        let ends = try TFTPEnds(box)
        ends.client.read("a")
        let block = ends.server.datagram(TFTPBytes.data(1, [UInt8](repeating: 1, count: 512)))
        box.send(Array(block.prefix(64)), isCut: true)
        ends.answering.acknowledge(1)
        ends.server.data(2, 1)
        ends.answering.acknowledge(2)
        #expect(box.transfers.map(\.bytes) == [513])
        #expect(box.transfers.map(\.status) == [.complete])
    }
}
