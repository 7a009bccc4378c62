import FuzzTargets
import TestSupport
import Testing
import Wire

/// The test messages of RFC 4475, RFC 5118 and libosip2, where they lie beside the checkout: each has the outcome that its
/// list says, and what is accepted is not damaged.
@Suite struct SIPTortureTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: [UInt8]
        /// `nil`: nothing is promised but that it ends.
        var isGood: Bool?
        var testDescription: String { name }
    }

    private static let folder = TestFiles.repositoryRoot() + "/../shared/sip-torture/"

    private static func file(_ path: String) -> [UInt8] { (try? TestFiles.read(folder + path)) ?? [] }

    /// The rows of a list without its heading, each in its columns.
    private static func table(_ path: String) -> [[String]] {
        file(path).split(separator: UInt8(ascii: "\n")).dropFirst().map { line in
            line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// Those of RFC 4475 that the RFC calls well-formed, at whichever layer they then fail.
    private static let rfc4475 = table("rfc4475/expect.tsv").map { row in
        // "Malformed", though the list has it with the application's; and one that only who reads Date may refuse.
        let isGood = (row[2] != "invalid" || row[0] == "baddate.dat") && row[0] != "multi01.dat"
        return Sample(name: row[0], bytes: file("rfc4475/" + row[0]), isGood: isGood)
    }

    /// RFC 5118's, whose files have other line ends than the wire, and lengths counted with those.
    private static let rfc5118 = table("rfc5118/expect.tsv").map { row in
        let text = String(decoding: file("rfc5118/" + row[0]), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let head = lines.prefix { !$0.isEmpty }.filter { !$0.hasPrefix("Content-Length") }
        let body = lines.dropFirst(lines.firstIndex(of: "").map { $0 + 1 } ?? lines.count).joined(separator: "\r\n")
        return Sample(
            name: row[0], bytes: SampleSIP.message(head.map(String.init), body: body), isGood: row[2] == "valid")
    }

    /// libosip2's parser takes this one; a negative length is an error by RFC 4475 section 3.1.2.3.
    private static let stricter = ["sip-malformed5": SIPError.Reason.contentLengthInvalid]

    private static let libosip2 = table("libosip2/expect.tsv").filter { $0[1] == "sip" }.map { row in
        var bytes = file("libosip2/" + row[0])
        if bytes.starts(with: Array("expected_error".utf8)) {
            // The first line is the list's own; it ends in one of three ways.
            let end = bytes.firstIndex { $0 == 10 || $0 == 13 } ?? bytes.count - 1
            let isPair = bytes[end] == 13 && end + 1 < bytes.count && bytes[end + 1] == 10
            bytes.removeFirst(end + (isPair ? 2 : 1))
        }
        let expected: Bool? = row[2] == "0" ? stricter[row[0]] == nil : row[2] == "-5" ? false : nil
        return Sample(name: row[0], bytes: bytes, isGood: expected)
    }

    private static let samples = rfc4475 + rfc5118 + libosip2

    private func refusal(_ sample: Sample, strict: Bool = true) -> SIPError? {
        sipError { () throws(SIPError) in
            let message = try SIPMessage.read(sample.bytes)
            if strict { try message.validate() }
        }
    }

    @Test("the lists are whole, where they are") func counts() {
        guard !Self.samples.isEmpty else { return }
        #expect(Self.rfc4475.count == 34 && Self.rfc5118.count == 8 && Self.libosip2.count == 86)
        #expect(Self.samples.allSatisfy { !$0.bytes.isEmpty })
    }

    @Test(arguments: rfc4475 + rfc5118)
    func asTheRFCsSay(sample: Sample) {
        let error = refusal(sample)
        #expect((error == nil) == sample.isGood, "\(String(describing: error))")
        let reasons: [String: SIPError.Reason] = [
            "badinv01.dat": .parameterMalformed, "ncl.dat": .contentLengthInvalid, "scalar02.dat": .valueOutOfRange,
            "quotbal.dat": .quoteUnterminated, "ltgtruri.dat": .uriMalformed, "lwsstart.dat": .startLineMalformed,
            "escruri.dat": .uriHeadersForbidden, "badaspec.dat": .uriMalformed, "baddn.dat": .uriMalformed,
            "badvers.dat": .versionUnsupported, "mismatch01.dat": .methodMismatch, "mismatch02.dat": .methodMismatch,
            "multi01.dat": .headerRepeated, "ipv6-bad": .portMalformed,
        ]
        #expect(error?.reason == reasons[sample.name])
    }

    /// What libosip2's parser is to take is read, what it is to refuse is read by nobody who looks twice.
    @Test(arguments: libosip2)
    func asLibosip2Says(sample: Sample) {
        switch sample.isGood {
        case true?: #expect(refusal(sample, strict: false) == nil)
        case false?: #expect(refusal(sample) != nil)
        case nil: _ = refusal(sample)
        }
        if let reason = Self.stricter[sample.name] { #expect(refusal(sample)?.reason == reason) }
    }

    @Test(arguments: samples)
    func noneBreaksAPromise(sample: Sample) throws {
        let promise = try #require(FuzzTarget.named("sip")).brokenPromise(sample.bytes.span)
        #expect(promise == nil)
        for count in 0..<min(sample.bytes.count, 1500) {
            let cut = Array(sample.bytes[..<count])
            if let message = try? SIPMessage.read(cut) { try? message.validate() }
        }
    }

    /// With every host of Via and Contact and every media address and port replaced: no more is malformed than before.
    /// What ends without its empty line is, and is left out.
    @Test func asTsharkReadsThemThen() throws {
        var (before, after, expected, names) = ([[UInt8]](), [[UInt8]](), [[String]](), [String]())
        for sample in Self.samples where sample.bytes.count < 60_000 && refusal(sample) == nil {
            let message = try SIPMessage.read(sample.bytes)
            guard message.hasEmptyLine, let row = try rewritten(message) else { continue }
            before.append(Host.v4.udp(from: 5060, to: 5060, sample.bytes))
            after.append(Host.v4.udp(from: 5060, to: 5060, row.bytes))
            expected.append(row.columns)
            names.append(sample.name)
        }
        guard !after.isEmpty else { return }
        let marks = try tshark(before, fields: ["_ws.malformed", "ip.src"]).map { $0[0] }
        let rows = try tshark(after, fields: Self.fields)
        try #require(rows.count == after.count && marks.count == after.count)
        for (index, row) in rows.enumerated() {
            let text = String(decoding: after[index].dropFirst(28), as: UTF8.self)
            // One of libosip2's (a number without <> at the message's end) it marks as it came.
            #expect(row[0] == marks[index] && (row[0].isEmpty || names[index] == "sip82"), "\(text)")
            #expect(Array(row.dropFirst(2)) == expected[index], "\(text)")
            // Of folded values tshark does not find every host.
            let hosts = Set(row[1].split(separator: ","))
            #expect(hosts == [Substring(HostPlaces.address.description)], "\(text)")
        }
    }

    private static let fields = [
        "_ws.malformed", "sip.Via.sent-by.address", "sip.Call-ID", "sdp.media.port", "sdp.connection_info.address",
    ]

    /// What goes out, and what it says; `nil` of a description that is none.
    private func rewritten(_ message: SIPMessage) throws -> (bytes: [UInt8], columns: [String])? {
        var editor = SIPEditor(message)
        try #require(HostPlaces(message)).edit(&editor)
        let bytes = try editor.finished(on: .datagram)
        let again = try SIPMessage.read(bytes)
        let part = try again.sdpPart()
        let sdp = part.flatMap { try? SDP.read(again.bytes, in: $0.content) }
        // With a port above 65535, for one.
        guard (part == nil) == (sdp == nil) else { return nil }
        let connections = sdp.map { [$0.connection].compactMap { $0 } + $0.media.flatMap(\.connections) } ?? []
        let columns = [
            [again.callID.map(again.text) ?? ""], sdp?.media.map { String($0.port) } ?? [],
            connections.compactMap { sdp?.text($0.range) },
        ]
        return (bytes, columns.map { $0.joined(separator: ",") })
    }
}
