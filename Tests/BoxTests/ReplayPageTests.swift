import ConfigLanguage
import Inspection
import TestSupport
import Testing
import Wire

@testable import Box

/// `replay --report`: the page says what the other reports say, and nothing in a packet becomes part of the page.
@Suite struct ReplayPageTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func page(
        _ recording: Recording, _ configuration: Configuration? = nil, named name: String = "r.pcap"
    ) throws -> String {
        let path = try folder.write("recording", try recording.bytes())
        let request = ReplayRequest(configuration: configuration, files: [ReplayRequest.File(path: path)])
        return try Replay(request).run().html(of: [name])
    }

    /// What a reader sees, as Python's parsers read it: headings, paragraphs, items and rows, a line each. Fails where the
    /// page is not well-formed, or loads or runs anything.
    private func seen(_ page: String) throws -> String {
        let reading = try processOutput(["python3", "-c", Self.reader], stdin: Array(page.utf8))
        #expect(reading.status == 0, "the page can not be read: \(reading.text)")
        return reading.text
    }

    private static let reader = """
        import html.parser, sys, xml.etree.ElementTree
        text = sys.stdin.buffer.read().decode("utf-8", "strict")
        xml.etree.ElementTree.fromstring(text)
        known = "html head meta title style body h1 h2 p ul li table tr th td".split()
        class Page(html.parser.HTMLParser):
            stack, line = [], ""
            def handle_starttag(self, tag, attributes):
                if tag not in known or any(name not in ("lang", "charset", "http-equiv", "content", "scope")
                        for name, _ in attributes):
                    sys.exit("unexpected: " + self.get_starttag_text())
                self.stack.append(tag)
                if tag in ("td", "th") and self.line: self.line += " | "
            def handle_startendtag(self, tag, attributes):
                if tag != "meta": sys.exit("unexpected: " + tag)
            def handle_data(self, data):
                if self.stack[-1:] and self.stack[-1] in ("h1", "h2", "p", "li", "td", "th"): self.line += data
            def handle_endtag(self, tag):
                if self.stack.pop() != tag: sys.exit("unbalanced: " + tag)
                if tag in ("h1", "h2", "p", "li", "tr"):
                    print({"h1": "# ", "h2": "## ", "li": "- "}.get(tag, "") + self.line)
                    self.line = ""
        page = Page()
        page.feed(text)
        page.close()
        if page.stack: sys.exit("left open: " + " ".join(page.stack))
        """

    @Test func itTellsPacketsDropsFlowsTransfersAndWarnings() throws {
        var recording = Recording()
        let (phone, server) = ("98.208.49.30:49152", "10.10.0.26")
        try recording.udp(0, phone, "\(server):69", TFTPBytes.readRequest("a.xml", options: [("blksize", "8")]))
        try recording.udp(
            10, "192.0.2.101:40000", phone, TFTPBytes.optionAcknowledgment([("blksize", "8")]))
        try recording.udp(20, phone, "\(server):40000", TFTPBytes.acknowledgment(0))
        try recording.udp(30, "192.0.2.101:40000", phone, TFTPBytes.data(1, [1, 2, 3]))
        try recording.udp(40, phone, "\(server):40000", TFTPBytes.acknowledgment(1))
        try recording.udp(50, "98.208.49.30:5000", "\(server):70", [1])
        expectSameLines(
            try seen(try page(recording, try configuration())),
            """
            # Phoneproxy: r.pcap
            ## Summary
            Recorded | 18:45:00 UTC Nov 22 2026 to 18:45:00 UTC Nov 22 2026, 0.050000 s
            Packets read | 6
            Forwarded | 5, of which 5 rewritten
            Injected | 0
            Dropped | 1
            Undecodable | 0
            Seen on their way out | 0
            Pinholes | 1 opened, 1 used, 0 expired
            ## Drops
            Reason | Name | Packets
            Flow is denied by configured rule | acl-drop | 1
            ## Flows
            2 flows: 2 UDP, 0 TCP, 0 other. Packets: 5 inspect-tftp, 0 inspect-sip, 0 inspect-skinny, 0 inspect-phone-proxy, 0 app-redirect, 0 inspect-rtp.
            Flow | Class | Protocol | Initiator | Responder | Opened | Seconds | Packets | Bytes from initiator | Bytes from responder | Ended by
            1 | inspect-tftp | udp | outside 98.208.49.30:49152 | inside 192.0.2.101:69 (seen as 10.10.0.26:69) | 18:45:00 UTC Nov 22 2026 | 0.000000 | 1 | 24 | 0 | end of the recording
            2 | inspect-tftp | udp | inside 192.0.2.101:40000 (seen as 10.10.0.26:40000) | outside 98.208.49.30:49152 | 18:45:00 UTC Nov 22 2026 | 0.030000 | 4 | 19 | 8 | end of the recording
            ## TFTP transfers
            Started | Client | Server | Operation | File | Mode | Options | Block size | Blocks | Bytes | Retransmissions | Seconds | Status | Error
            18:45:00 UTC Nov 22 2026 | 98.208.49.30:49152 | 10.10.0.26:69 (really 192.0.2.101:69) | read | a.xml | octet | blksize=8 (granted 8) | 8 | 1 | 3 | 0 | 0.040000 | complete |\u{20}
            ## Warnings
            None.

            """)
    }

    /// What a server or a phone may send to whoever reads the report.
    @Test(
        arguments: [
            "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='x", "&lt;b&gt; & &#60;",
            "</td></tr></table><h2>Forged</h2>", "]]><!--",
            "--> <!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>",
        ])
    func whatStandsInPacketsStaysText(hostile: String) throws {
        var recording = Recording()
        try recording.udp(0, "98.208.49.30:49152", "192.0.2.101:69", TFTPBytes.readRequest(hostile))
        try recording.udp(10, "192.0.2.101:40000", "98.208.49.30:49152", TFTPBytes.error(1, hostile))
        let lines = try seen(try page(recording, named: hostile)).split(separator: "\n")
        #expect(lines.first == "# Phoneproxy: \(hostile)")
        let cells = lines.first { $0.contains(" | read | ") }?.split(separator: " | ", omittingEmptySubsequences: false)
        #expect(cells?.dropFirst(4).first.map(String.init) == hostile)
        #expect(cells?.last.map(String.init) == "1: \(hostile)")
        #expect(lines.count { $0.hasPrefix("## ") } == 5)
    }

    @Test func whatNoPageMayHoldIsReplaced() throws {
        let name = "bell\u{7}, escape\u{1b}[31m, null\u{0}, next line\u{85}, noncharacter\u{ffff}, é 電話"
        let page = try page(Recording(), named: name)
        #expect(
            try seen(page).hasPrefix(
                "# Phoneproxy: bell\u{fffd}, escape\u{fffd}[31m, null\u{fffd}, next line\u{fffd}, noncharacter\u{fffd}, "
                    + "é 電話\n"))
    }

    @Test func aLongTableIsCutAndSaysSo() throws {
        var report = ReplayReport(InterfaceNames(Configuration()))
        for number in 1...UInt64(ReplayReport.longestTable + 5) { report.take(try flow(number), nil) }
        report.counters.udpFlows = 10_005
        report.warnings = ["a file was cut short"]
        report.lostEvents = 3
        let lines = try seen(report.html(of: ["r"])).split(separator: "\n")
        #expect(lines.contains("The 10000 that ended first:"))
        #expect(lines.count { $0.contains(" | inspect-tftp | udp | ") } == 10_000)
        #expect(
            lines.suffix(2) == [
                "- a file was cut short", "- 3 events were lost: flows and transfers are missing here",
            ])
    }
}
