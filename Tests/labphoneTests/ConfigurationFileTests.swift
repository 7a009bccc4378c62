import Testing

@testable import labphone

@Suite struct ConfigurationFileTests {
    @Test func readsWhatThePhoneNeeds() throws {
        let document = phoneDocument(
            servers: ["CCM4PUB", "192.0.2.12"], transport: 4, deviceProtocol: "SIP", further: ["SK1.xml"])
        let file = try ConfigurationFile(Array(document.utf8))
        #expect(file.callServers == ["CCM4PUB", "192.0.2.12"])
        #expect(file.securityMode == "3")
        #expect(file.transportProtocol == "4")
        #expect(file.deviceProtocol == "SIP")
        #expect(file.furtherFiles == ["SK1.xml"])
    }

    @Test func onlyCallManagersAreCallServers() throws {
        let document = "<device><capf><processNodeName>capf</processNodeName></capf></device>"
        #expect(try ConfigurationFile(Array(document.utf8)).callServers.isEmpty)
    }

    private func text(of element: String, in document: [UInt8]) throws -> [String] {
        var texts: [String] = []
        try XMLScanner.scan(document) { path, text in
            if path.last == element { texts.append(text) }
        }
        return texts
    }

    @Test(arguments: [
        ("<a><b>1</b></a>", ["1"]),
        ("<a><b/><b></b></a>", ["", ""]),
        ("\u{feff}<?xml version='1.0'?>\r\n<a>\r\n <b x='>' y=\"/\"> 1\r\n</b>\r\n</a>\r\n", ["1"]),
        ("<!-- <a><b>0</b> --><a><!-- <b>2</b> --><b>1</b></a>", ["1"]),
        ("<a><b><![CDATA[<b>2</b>]]></b></a>", ["<b>2</b>"]),
        ("<a><b>1&lt;2&amp;&#51;&#x34;</b></a>", ["1<2&34"]),
        ("<a><b>1<c>2</c>3</b></a>", ["13"]),
    ])
    func readsElementsAndNothingElse(document: String, texts: [String]) throws {
        #expect(try text(of: "b", in: Array(document.utf8)) == texts)
    }

    @Test func readsUTF16() throws {
        let units = Array("\u{feff}<a><b>\u{e9}</b></a>".utf16)
        #expect(try text(of: "b", in: units.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }) == ["\u{e9}"])
        #expect(try text(of: "b", in: units.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }) == ["\u{e9}"])
    }

    @Test(arguments: [
        "", "text", "<", "<a", "<a>", "<a></b>", "<a><b></a></b>", "</a>", "<a/><a/>", "<a><!-- </a>",
        "<a><![CDATA[</a>",
        "<a>&external;</a>", "<a>& </a>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a><authPassword[</a>", "<1/>",
        String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100),
    ])
    func refusesWhatIsNotXML(document: String) {
        #expect(throws: XMLScanner.Failure.self) { try text(of: "b", in: Array(document.utf8)) }
    }
}
