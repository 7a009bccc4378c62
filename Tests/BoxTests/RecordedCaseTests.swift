import ConfigLanguage
import TestSupport
import Testing

@testable import Box

/// Traffic that was recorded for this project, each case with what it must yield (`captures/README.md`).
@Suite struct RecordedCaseTests {
    private static let folder = TestFiles.repositoryRoot() + "/captures"
    private static let cases = Set(
        TestFiles.listAll(folder).filter { $0.hasSuffix("/expected.json") }.map { path in
            String(path.dropFirst(folder.count + 1).dropLast("/expected.json".count))
        }
    ).sorted()

    @Test func thereAreCases() {
        #expect(Self.cases.count >= 5)
    }

    @Test(arguments: cases)
    func aCaseYieldsWhatItMust(name: String) throws {
        let folder = "\(Self.folder)/\(name)"
        let recordings = TestFiles.list(folder).filter { $0.hasSuffix(".pcap") }
        let box = try TestFiles.list(folder).first { $0.hasSuffix("/box.cfg") }.map { path in
            try configuration(String(decoding: try TestFiles.read(path), as: UTF8.self))
        }
        let files = recordings.map { path in
            let interface = path.dropFirst(folder.count + 1).dropLast(".pcap".count)
            return ReplayRequest.File(path: path, interface: box == nil ? nil : String(interface))
        }
        let report = try Replay(ReplayRequest(configuration: box, files: files)).run()
        let expected = String(decoding: try TestFiles.read("\(folder)/expected.json"), as: UTF8.self)
        expectSameLines(report.json.pretty + "\n", expected)
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
