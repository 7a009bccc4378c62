import ConfigLanguage
import Inspection
import TestSupport
import Testing
import Trust
import Wire

@testable import Box

/// Traffic that was recorded for this project, each case with what it must yield (`captures/README.md`).
@Suite struct RecordedCaseTests {
    private static let cases = RecordedCase.all(with: "expected.json")
    /// Those with a running box, recorded on both of its sides, and those in which it wrote down what it did.
    private static let casesWithBox = RecordedCase.all(with: "box.cfg")
    private static let casesWithLog = RecordedCase.all(with: "box.log")
    private static let casesWithPhoneFiles = RecordedCase.all(with: "state/trust/myctl.ctl.tlv")
    private let phone = IPAddress(v4: 0x62d0_311e)

    @Test func thereAreCases() {
        #expect(Self.cases.count >= 7)
        #expect(Self.casesWithBox.count >= 3)
        #expect(Self.casesWithLog.count >= 3)
        #expect(Self.casesWithPhoneFiles.count >= 2)
    }

    @Test(arguments: cases)
    func aCaseYieldsWhatItMust(name: String) throws {
        let recorded = try RecordedCase(name)
        expectSameLines(try recorded.replay().report.json.pretty + "\n", try recorded.text("expected.json"))
    }

    @Test(arguments: casesWithLog)
    func whatTheBoxLoggedIsLoggedAgain(name: String) throws {
        let recorded = try RecordedCase(name)
        let logged = try recorded.text("box.log").split(separator: "\n").map(String.init)
        expectSameLines(Self.withoutFirstPorts(try recorded.replay().log), Self.withoutFirstPorts(logged))
    }

    /// The box draws the port that its first block comes from; the phone's acknowledgment shows which one it was.
    private static func withoutFirstPorts(_ lines: [String]) -> String {
        lines.map { line in
            guard line.contains("PP: Data Block 1 forwarded from") else { return line }
            return line.split(separator: " ").map { $0.hasPrefix("10.10.0.26/") ? "10.10.0.26/*" : $0 }
                .joined(separator: " ")
        }.joined(separator: "\n")
    }

    /// All that the server and the phones got, byte by byte, each in its order. In the recordings nothing was lost and so
    /// nothing sent twice: timers have no part in it.
    @Test(arguments: casesWithBox)
    func whatTheBoxSentIsSentAgain(name: String) throws {
        let recorded = try RecordedCase(name)
        let sent = try recorded.recordings.flatMap { recording in
            let interface = try #require(recording.interface)
            return try SentDatagram.all(in: recording.path, on: interface)
                .filter { ($0.destination.address == phone) == (interface == "outside") }
        }
        #expect(!sent.isEmpty)
        expectSameLines(try recorded.replay().sent.lines(ofPhonesAt: phone), sent.lines(ofPhonesAt: phone))
    }

    @Test(arguments: casesWithPhoneFiles)
    func phonesBelieveWhatTheyGet(name: String) throws {
        let recorded = try RecordedCase(name)
        let files = try #require(recorded.phoneFiles)
        #expect(files.made.isEmpty, "the case's state folder is not whole")
        let list = try TrustList.verify(files.list)
        let outcome = try recorded.replay()
        let transfers = outcome.report.tftp.filter { $0.status == .complete }
        #expect(!transfers.isEmpty)
        for transfer in transfers {
            let file = outcome.sent.filter { $0.destination == transfer.client }.compactMap(\.fileBytes).flatMap { $0 }
            #expect(file.count == Int(transfer.bytes))
            if transfer.file.hasSuffix(".sgn") {
                #expect(throws: Never.self) { try SignedFile.verify(file, with: list, fileName: transfer.file) }
            } else {
                #expect(transfer.file.hasPrefix("CTL") && file == files.list)
            }
        }
    }
}

/// Compares texts, and shows the lines that only one of them has.
func expectSameLines(_ actual: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation) {
    if actual == expected { return }
    let (have, want) = (actual.split(separator: "\n"), expected.split(separator: "\n"))
    let changes = have.difference(from: want).map { change in
        switch change {
        case .insert(let offset, let line, _): "+ \(offset + 1): \(line)"
        case .remove(let offset, let line, _): "- \(offset + 1): \(line)"
        }
    }
    Issue.record("not as expected:\n\(changes.joined(separator: "\n"))", sourceLocation: sourceLocation)
}
