import ConfigLanguage
import Inspection
import TestSupport
import Testing
import Wire

/// What another XML parser (expat) sees in a file before and after: the elements that were to be changed, and no others.
@Suite struct PhoneFileOracleTests {
    /// Paths, attributes and values of a document on standard input, one a line; comments too.
    private static let outline = """
        import sys, xml.parsers.expat
        path, texts, lines = [], [], []
        def start(name, attributes):
            path.append(name); texts.append('')
            lines.append('/'.join(path) + ' ' + repr(sorted(attributes.items())))
        def end(name):
            lines.append('/'.join(path) + '=' + repr(texts.pop().strip())); path.pop()
        def text(data):
            if texts: texts[-1] += data
        parser = xml.parsers.expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
        parser.CommentHandler = lambda data: lines.append('comment ' + repr(data))
        parser.Parse(sys.stdin.buffer.read(), True)
        print('\\n'.join(lines))
        """

    private func outline(_ file: [UInt8]) throws -> [String] {
        let result = try processOutput(["python3", "-c", Self.outline], stdin: file)
        try #require(result.status == 0)
        return result.lines.map(String.init)
    }

    private static let mayChange: Set<String> = [
        "deviceSecurityMode", "transportLayerProtocol", "processNodeName", "pcPort", "garp", "voiceVlanAccess",
        "webAccess",
        "spanToPCPort", "certHash", "proxy", "name",
    ]

    @Test func onlyWhatWasToChangeChanged() throws {
        let files = [
            Array(SamplePhoneFiles.skinny7970.utf8), SamplePhoneFiles.sip7961, Array(SamplePhoneFiles.skinny7960.utf8),
            Array(SamplePhoneFiles.handmade.utf8), SamplePhoneFiles.utf16(SamplePhoneFiles.handmade),
        ]
        for file in files {
            let result = try rewrite(file, try phoneProxyBox())
            for change in try outline(result.bytes).difference(from: try outline(file)) {
                switch change {
                case .insert(_, let line, _): #expect(Self.mayChange.contains(element(line)), "new: \(line)")
                case .remove(_, let line, _): #expect(Self.mayChange.contains(element(line)), "gone: \(line)")
                }
            }
        }
    }

    /// `a/b/c='1'` is about `c`.
    private func element(_ line: String) -> String {
        String(line.prefix { $0 != "=" && $0 != " " }.split(separator: "/").last ?? "")
    }
}
