import Capture
import ConfigLanguage
import Glibc
import TestSupport
import Trust

@testable import Box

/// A folder under `captures/`: traffic, and what belongs to it.
struct RecordedCase {
    static let folder = TestFiles.repositoryRoot() + "/captures"

    /// The cases that have a file of this name.
    static func all(with file: String) -> [String] {
        TestFiles.listAll(folder).filter { $0.hasSuffix("/" + file) }
            .map { String($0.dropFirst(folder.count + 1).dropLast(file.count + 1)) }.sorted()
    }

    let path: String
    private let box: Configuration?
    let recordings: [ReplayRequest.File]
    /// What phones were given; `nil` where the box was no phone proxy.
    let phoneFiles: PhoneFiles?
    private let scratch: TemporaryFolder

    init(_ name: String) throws {
        path = "\(Self.folder)/\(name)"
        let scratch = try TemporaryFolder()
        self.scratch = scratch
        let files = TestFiles.list(path)
        let box = files.contains(path + "/box.cfg") ? try configuration(try Self.text(path + "/box.cfg")) : nil
        self.box = box
        recordings = files.filter { $0.hasSuffix(".pcap") }.map { [path] file in
            let interface = file.dropFirst(path.count + 1).dropLast(".pcap".count)
            return ReplayRequest.File(path: file, interface: box == nil ? nil : String(interface))
        }
        let state = TestFiles.list(path + "/state/trust")
        phoneFiles = try state.isEmpty ? nil : box.map { try Self.prepare($0, state, in: scratch) }
    }

    /// A checkout's files can be read by others, which the box does not put up with.
    private static func prepare(
        _ configuration: Configuration, _ state: [String], in scratch: TemporaryFolder
    ) throws -> PhoneFiles {
        guard unsafe mkdir(scratch.file("trust"), 0o700) == 0 else {
            throw FileFailure(description: "cannot make a folder, error \(errno)")
        }
        for file in state {
            try scratch.write("trust/\(file.split(separator: "/").last ?? "")", try TestFiles.read(file))
        }
        return try PhoneFiles.prepare(configuration, stateDirectory: scratch.path)
    }

    /// What replaying the case gives.
    struct Outcome {
        var report: ReplayReport
        /// What the box would log.
        var log: [String]
        /// What would have left it.
        var sent: [SentDatagram]
    }

    func replay() throws -> Outcome {
        let output = scratch.file("out.pcapng")
        var log: [String] = []
        let request = ReplayRequest(
            configuration: box, files: recordings, output: output, phoneFiles: phoneFiles)
        let report = try Replay(request) { log.append($0.text) }.run()
        return Outcome(report: report, log: log, sent: try SentDatagram.all(in: output))
    }

    func text(_ file: String) throws -> String { try Self.text("\(path)/\(file)") }

    private static func text(_ path: String) throws -> String {
        String(decoding: try TestFiles.read(path), as: UTF8.self)
    }
}
