import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// What TFTP inspection promises beside the plain transfer.
@Suite struct TFTPInspectionTests {
    // MARK: Who may come through the pinhole

    @Test func onlyTheServerThatWasAskedMayAnswer() throws {
        let ends = try TFTPEnds()
        ends.client.read("x")
        let strangers = [
            try TFTPHost(ends.box, on: "outside", "203.0.113.10:1024", to: "192.0.2.50:50000"),
            try TFTPHost(ends.box, on: "outside", "203.0.113.9:1024", to: "192.0.2.51:50000"),
            try TFTPHost(ends.box, on: "outside", "203.0.113.9:1024", to: "192.0.2.50:50001"),
        ]
        for stranger in strangers { #expect(stranger.data(1).reason == .aclDrop, "\(stranger.own)") }
        let tcp = PacketBuilder(from: ends.server.own.address, to: ends.client.own.address)
            .tcp(from: 1024, to: 50000, flags: .syn)
        #expect(ends.box.send(tcp, on: "outside").reason == .aclDrop)
        #expect(ends.server.data(1).isForwarded)
    }

    @Test func anAnswerOnTheWrongInterfaceDoesNotPass() throws {
        var configuration = try Configuration.box()
        configuration.interfaces.append(
            try Configuration.interface("dmz", level: 0, "198.51.100.1", "198.51.100.0/24"))
        let ends = try TFTPEnds(TestBox(configuration))
        ends.client.read("x")
        var elsewhere = try TFTPHost(ends.box, on: "dmz", "203.0.113.9:1024", to: "192.0.2.50:50000")
        #expect(elsewhere.data(1).reason == .aclDrop)
        #expect(ends.server.data(1).isForwarded)
        #expect(elsewhere.data(2).reason == .aclDrop, "nor does a packet of the flow that the answer opened")
        elsewhere = elsewhere.from(port: 69)
        #expect(elsewhere.data(1).reason == .aclDrop, "nor one of the flow that asked")
    }

    @Test func aPinholeClosesWhenNobodyAnswers() throws {
        let ends = try TFTPEnds()
        ends.client.read("x")
        ends.box.wait(29)
        #expect(ends.box.pinholeCount == 1)
        ends.box.wait(2)
        #expect(ends.box.pinholeCount == 0)
        #expect(ends.box.counters.pinholesExpired == 1)
        #expect(ends.server.data(1).reason == .aclDrop)
        ends.box.wait(120)
        #expect(ends.box.transfers.map(\.status) == [.incomplete])
        #expect(ends.box.flowCount == 0)
        #expect(ends.box.transferCount == 0)
    }

    @Test func aRepeatedRequestRenewsThePinholeAndIsOneTransfer() throws {
        let ends = try TFTPEnds()
        ends.client.read("x")
        ends.box.wait(20)
        ends.client.read("x")
        ends.box.wait(20)
        #expect(ends.server.data(1, 5).isForwarded)
        ends.answering.acknowledge(1)
        #expect(ends.box.transfers.map(\.status) == [.complete])
        #expect(ends.box.transfers.map(\.retransmissions) == [1])
        #expect(ends.box.counters.pinholesOpened == 1)
    }

    @Test func aPinholeTakesNoMoreThanFourAnswers() throws {
        let ends = try TFTPEnds()
        ends.client.read("x")
        let outcomes = (1...5).map { ends.server.from(port: 1024 + UInt16($0)).data(1) }
        #expect(outcomes.map(\.reason) == [nil, nil, nil, nil, .pinholeLimit])
        #expect(ends.box.counters.pinholesUsed == 1)
        ends.client.read("x")
        #expect(ends.server.from(port: 2000).data(1).isForwarded, "a repeated request may be answered again")
        #expect(ends.box.counters.pinholesUsed == 1)
    }

    // MARK: Two answers

    /// RRQ and its repetition cross the first answer; the server then answers twice.
    @Test func theSecondAnswerToARepeatedRequestDoesNotDisturbTheTransfer() throws {
        let ends = try TFTPEnds()
        let second = ends.server.from(port: 1025)
        ends.client.read("x")
        ends.server.data(1)
        ends.client.read("x")
        second.data(1)
        ends.answering.acknowledge(1)
        ends.client.to(port: 1025).fail(5, "Unknown transfer ID")
        ends.server.data(2, 1)
        ends.answering.acknowledge(2)
        #expect(ends.box.transfers.map(\.status) == [.complete])
        #expect(ends.box.transfers.map(\.bytes) == [513])
        #expect(ends.box.outcomes.allSatisfy { $0.isForwarded })
    }

    @Test func anErrorToTheSecondAnswerBeforeTheFirstIsTakenUpIsNotTheTransfers() throws {
        let ends = try TFTPEnds()
        ends.client.read("x")
        ends.server.data(1, 7)
        ends.server.from(port: 1025).data(1, 7)
        ends.client.to(port: 1025).fail(5, "Unknown transfer ID")
        ends.answering.acknowledge(1)
        #expect(ends.box.transfers.map(\.status) == [.complete])
    }

    @Test func onceOneAnswerIsTakenUpTheOtherHasNoPartInTheTransfer() throws {
        let ends = try TFTPEnds()
        let second = ends.server.from(port: 1025)
        ends.client.read("x")
        ends.server.data(1)
        second.data(1)
        ends.answering.acknowledge(1)
        second.data(1)
        second.data(2)
        ends.server.fail(0, "Disk on fire")
        #expect(ends.box.transfers.map(\.status) == [.error], "an error of the one that was taken up ends it")
        #expect(ends.box.transfers.map(\.blocks) == [1])
        #expect(ends.box.transfers.map(\.retransmissions) == [1])
    }

    // MARK: How transfers end and go on

    @Test(arguments: [true, false])
    func anErrorEndsTheTransfer(fromOwnPort: Bool) throws {
        let ends = try TFTPEnds()
        ends.client.read("missing")
        ends.server.from(port: fromOwnPort ? 1024 : 69).fail(1, "File not found")
        let transfer = try #require(ends.box.transfers.first)
        #expect(transfer.status == .error)
        #expect(transfer.errorCode == 1)
        #expect(transfer.errorMessage == "File not found")
        #expect(ends.box.pinholeCount == 0)
        #expect(ends.box.counters.pinholesExpired == 0)
    }

    @Test func aServerThatKeepsPort69IsFollowed() throws {
        let ends = try TFTPEnds()
        let server = ends.server.from(port: 69)
        ends.client.read("x")
        server.data(1)
        ends.client.acknowledge(1)
        #expect(ends.box.pinholeCount == 0, "nobody needs the pinhole any more")
        server.data(2, 0)
        ends.client.acknowledge(2)
        #expect(ends.box.transfers.map(\.status) == [.complete])
        #expect(ends.box.transfers.map(\.bytes) == [512])
        #expect(ends.box.counters.pinholesUsed == 0)
    }

    /// Both ends use the same ports for file after file, as small clients and servers with one data port do.
    @Test func theSamePortsServeOneFileAfterTheOther() throws {
        let ends = try TFTPEnds()
        for file in ["a", "b", "c"] {
            ends.client.read(file)
            ends.server.data(1, 9)
            ends.answering.acknowledge(1)
        }
        #expect(ends.box.transfers.map(\.file) == ["a", "b", "c"])
        #expect(ends.box.transfers.map(\.status) == [.complete, .complete, .complete])
        #expect(ends.box.transfers.map(\.bytes) == [9, 9, 9])
        #expect(ends.box.flowCount == 2)
        #expect(ends.box.counters.pinholesOpened == 3)
        #expect(ends.box.counters.pinholesUsed == 3)
    }

    @Test func aRequestForAnotherFileGivesUpTheFirst() throws {
        let ends = try TFTPEnds()
        ends.client.read("a")
        ends.client.read("b")
        ends.server.data(1, 0)
        ends.answering.acknowledge(1)
        #expect(ends.box.transfers.map(\.file) == ["a", "b"])
        #expect(ends.box.transfers.map(\.status) == [.incomplete, .complete])
    }

    /// A client that starts anew in the middle of a transfer asks for the same file again.
    @Test func aClientThatStartsAnewIsFollowedAgain() throws {
        let ends = try TFTPEnds()
        ends.client.read("a")
        ends.server.data(1)
        ends.answering.acknowledge(1)
        ends.client.read("a")
        ends.server.from(port: 1030).data(1, 0)
        ends.client.to(port: 1030).acknowledge(1)
        #expect(ends.box.transfers.map(\.status) == [.incomplete, .complete])
    }

    @Test func theEndOfARecordingEndsWhatIsUnderWay() throws {
        let ends = try TFTPEnds()
        ends.client.read("a")
        ends.server.data(1)
        ends.box.finish()
        #expect(ends.box.transfers.map(\.status) == [.incomplete])
        #expect(ends.box.transfers.map(\.blocks) == [1])
        #expect(ends.box.pinholeCount == 0)
    }

    @Test func clearConnEndsEverything() throws {
        let ends = try TFTPEnds()
        ends.client.read("a")
        ends.server.data(1)
        #expect(ends.box.clear() == 2)
        #expect(ends.box.flowCount == 0)
        #expect(ends.box.pinholeCount == 0)
        #expect(ends.box.transferCount == 0)
        #expect(ends.server.data(2).reason == .aclDrop)
    }

    @Test func aTransferOutlivesTheFlowThatAskedForIt() throws {
        let ends = try TFTPEnds()
        ends.client.read("a")
        ends.server.data(1)
        for block in 1...4 {
            ends.answering.acknowledge(UInt16(block))
            ends.server.data(UInt16(block) + 1, block == 4 ? 0 : 512)
            ends.box.wait(60)
        }
        #expect(ends.box.flowCount == 1)
        ends.answering.acknowledge(5)
        #expect(ends.box.transfers.map(\.status) == [.complete])
        #expect(ends.box.transfers.map(\.blocks) == [5])
    }

    @Test func retransmissionsAreCountedAndBytesAreNot() throws {
        let ends = try TFTPEnds()
        ends.client.read("a")
        ends.server.data(1)
        ends.server.data(1)
        ends.answering.acknowledge(1)
        ends.answering.acknowledge(1)
        ends.server.data(2, 3)
        ends.server.data(2, 3)
        ends.answering.acknowledge(2)
        #expect(ends.box.transfers.map(\.bytes) == [515])
        #expect(ends.box.transfers.map(\.retransmissions) == [2])
    }
}
