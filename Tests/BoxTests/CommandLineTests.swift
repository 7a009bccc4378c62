import TestSupport
import Testing

@testable import Box

/// Exit codes and reasons of the command itself: 0, 1 with the reason on standard error, 2 for a command line that can not
/// be meant.
@Suite struct CommandLineTests {
    /// Beside the tests' own program.
    private static let program =
        (CommandLine.arguments.first ?? "").split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
        + "/phoneproxy"

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        var recording = Recording()
        try recording.udp(0, "98.208.49.30:49152", "10.10.0.26:69", TFTPBytes.readRequest("a.xml"))
        try folder.write("good.pcapng", try recording.bytes())
        try folder.write("bad.pcapng", Array("nothing of the kind".utf8))
        _ = try folder.write("good.cfg", exampleText)
        _ = try folder.write("bad.cfg", "access-list pp extended permit\n")
    }

    /// Runs the command in the folder; its status, and what it said on standard output and error.
    private func run(_ arguments: String) throws -> (status: Int32, output: String, errors: String) {
        let script = "cd \(folder.path) && exec \(Self.program) \(arguments) 2>errors"
        let result = try processOutput(["/bin/sh", "-c", script])
        return (result.status, result.text, String(decoding: try TestFiles.read(folder.file("errors")), as: UTF8.self))
    }

    @Test(
        arguments: [
            ("check good.cfg", 0), ("check bad.cfg", 1), ("check absent.cfg", 1), ("check", 2),
            ("check --verbose good.cfg", 2),
            ("replay good.pcapng", 0), ("replay --json good.pcapng", 0), ("replay good.pcapng good.pcapng", 0),
            ("replay --config good.cfg --interface outside=good.pcapng --json", 0),
            ("replay --config good.cfg --interface dmz=good.pcapng", 2), ("replay --interface outside=good.pcapng", 2),
            ("replay --config good.cfg --interface outside", 2), ("replay", 2), ("replay bad.pcapng", 1),
            ("replay absent.pcapng", 1), ("replay good.pcapng bad.pcapng", 1),
            ("replay --config bad.cfg good.pcapng", 1),
            ("replay --config absent.cfg good.pcapng", 1), ("replay --out /nowhere/out.pcapng good.pcapng", 1),
            ("replay --out good.pcapng good.pcapng", 2), ("replay --report good.pcapng good.pcapng", 2),
            ("replay --report report.html good.pcapng", 0), ("replay --report /nowhere/report.html good.pcapng", 1),
            ("frobnicate", 2), ("--help", 0), ("replay --help", 0),
            ("show conn --control absent", 1), ("copy capture:in", 2), ("copy capture:in file --control absent", 1),
            ("provision good.cfg --config good.cfg --state state --out out", 1), ("provision good.cfg", 2),
            ("run --config good.cfg", 2), ("run --config bad.cfg --state state", 1),
            ("run --config good.cfg --state state --user nobody-of-that-name", 2),
            ("ctl", 0), ("ctl show absent.tlv", 1), ("ctl show good.pcapng", 1), ("ctl verify good.pcapng", 1),
            ("ctl verify", 2), ("ctl build --config good.cfg --state state --out a.tlv", 1),
            ("ctl build --config bad.cfg --state state --out a.tlv", 1), ("ctl build --config good.cfg", 2),
            ("verify good.pcapng --ctl good.pcapng", 1), ("verify good.pcapng", 2),
            ("sign good.cfg --config good.cfg --state state --out a.sgn", 1), ("sign good.cfg --out a.sgn", 2),
        ] as [(String, Int32)])
    func theExitCodeTellsHowItEnded(arguments: String, status: Int32) throws {
        let result = try run(arguments)
        #expect(result.status == status, "\(result.output)\(result.errors)")
        #expect(result.status == 0 || !(result.errors + result.output).isEmpty, "a failure says why")
    }

    @Test func reasonsStandOnStandardErrorAndNameTheFile() throws {
        #expect(
            try run("replay bad.pcapng").errors == "error: bad.pcapng: neither a pcap nor a pcapng file, at offset 0\n")
        #expect(try run("replay absent.pcapng").errors == "error: absent.pcapng: open: No such file or directory\n")
        #expect(try run("replay --json bad.pcapng").output == "")
        #expect(try run("show conn --control absent").errors == "no box answers at absent: No such file or directory\n")
    }

    @Test func aCaptureForNoDropReasonIsFoundByCheckAndRun() throws {
        try folder.write("reason.cfg", "capture d type asp-drop acl-dorp\n")
        let problem = "reason.cfg:1:25: error: there is no drop reason 'acl-dorp'; did you mean 'acl-drop'?\n"
        let check = try run("check reason.cfg")
        #expect(check.status == 1)
        #expect(check.output.hasPrefix(problem))
        let start = try run("run --config reason.cfg --state state")
        #expect(start.status == 1)
        #expect(start.errors.hasPrefix(problem))
    }

    @Test func aReportAsAPageComesBesideTheOther() throws {
        let result = try run("replay --json --report report.html good.pcapng")
        #expect(result.output.hasPrefix("{\n"))
        let page = String(decoding: try TestFiles.read(folder.file("report.html")), as: UTF8.self)
        #expect(page.contains("<title>Phoneproxy: good.pcapng</title>"))
        #expect(page.contains("<td>a.xml</td>"))
    }

    @Test func packetsAndReportDoNotMixOnStandardOutput() throws {
        let result = try run("replay --json --out - good.pcapng")
        #expect(result.status == 0)
        #expect(Array(result.output.utf8.prefix(4)) == [0x0a, 0x0d, 0x0d, 0x0a])
        #expect(result.errors.hasPrefix("{\n"))
    }

    @Test func aRecordingMayComeOverStandardInput() throws {
        let result = try run("replay - <good.pcapng")
        #expect(result.status == 0)
        #expect(result.output.contains("TFTP 98.208.49.30:49152 reads a.xml"))
    }

    @Test func aPackedRecordingIsReadAsItIs() throws {
        _ = try processOutput(["gzip", folder.file("good.pcapng")])
        #expect(try run("replay good.pcapng.gz").output.contains("TFTP 98.208.49.30:49152 reads a.xml"))
    }
}
