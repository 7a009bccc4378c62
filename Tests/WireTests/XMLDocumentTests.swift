import TestSupport
import Testing
import Wire

/// What can be read, and what of it.
@Suite struct XMLDocumentTests {
    private func document(_ text: String) throws -> XMLDocument { try XMLDocument.read(Array(text.utf8)) }

    /// Every element as its path and value; those with elements in them have no value.
    private func outline(_ document: XMLDocument) -> [String] {
        func lines(_ element: Int, _ path: String) -> [String] {
            let path = path + "/" + document.characters(document.elements[element].name)
            let children = document.children(of: element)
            guard children.isEmpty else { return [path] + children.flatMap { lines($0, path) } }
            return [path + "=" + ((try? document.value(of: element)) ?? "?")]
        }
        return lines(XMLDocument.root, "")
    }

    @Test(
        arguments: [
            ("<a/>", ["/a="]), ("<a></a>", ["/a="]), ("  \r\n<a>1</a>\n", ["/a=1"]),
            ("<?xml version=\"1.0\"?><a>1</a>", ["/a=1"]),
            ("<a  xsi:type=\"t\" b='>'><b>1</b><b>2</b></a>", ["/a", "/a/b=1", "/a/b=2"]),
            ("<a ><b\n/></a\t>", ["/a", "/a/b="]),
            ("<a>stray<b/>/</a>", ["/a", "/a/b="]),
            ("<!-- <z> --><a><!-- <b>1</b> --><c/></a><!-- - -->", ["/a", "/a/c="]),
            ("<a><![CDATA[<b>]]></a>", ["/a=<b>"]), ("<a> 1<!-- 2 -->3 </a>", ["/a=13"]),
            ("<?go <b>?><a>1<?stop?></a>", ["/a=1"]),
            ("<!DOCTYPE a><a/>", ["/a="]), ("<!DOCTYPE a SYSTEM '>'><a/>", ["/a="]),
            ("<a>&amp;&lt;&gt;&quot;&apos;&#65;&#x42;</a>", ["/a=&<>\"'AB"]),
            ("<a><![CDATA[&amp;]]></a>", ["/a=&amp;"]),
            // Untouched where nobody reads it.
            ("<a><b>R&D &other;</b><c>1</c></a>", ["/a", "/a/b=?", "/a/c=1"]),
        ])
    func elementsAndValues(text: String, expected: [String]) throws {
        #expect(outline(try document(text)) == expected)
    }

    @Test func oneTextInEveryEncodingIsOneDocument() throws {
        let text = "<a>\r\n<b>étage</b><c> 1 </c></a>"
        func declared(_ encoding: String) -> String { "<?xml version='1.0' encoding='\(encoding)'?>" + text }
        let files: [(String, [UInt8])] = [
            ("UTF-8", Array(text.utf8)), ("declared UTF-8", Array(declared("utf-8").utf8)),
            ("UTF-8 with a byte order mark", [0xef, 0xbb, 0xbf] + Array(text.utf8)),
            ("Latin-1", SamplePhoneFiles.latin1(declared("ISO-8859-1"))),
            ("Windows", SamplePhoneFiles.latin1(declared("windows-1252"))),
            ("undeclared", SamplePhoneFiles.latin1(text)),
            ("UTF-16LE", SamplePhoneFiles.utf16(declared("UTF-16"))),
            ("UTF-16BE", SamplePhoneFiles.utf16(text, isBigEndian: true)),
        ]
        for (name, bytes) in files {
            let document = try XMLDocument.read(bytes)
            #expect(document.elements.count == 3, "\(name)")
            #expect(try document.value(of: 2) == "1", "\(name)")
            let whole = document.text.byteRange(0..<document.text.units.count)
            #expect(whole == 0..<bytes.count, "\(name)")
        }
    }

    @Test func attributesAreFoundByName() throws {
        let document = try document("<a  one=\"1\" two = '2'/>")
        #expect(try document.attribute("two", of: 0) == "2")
        #expect(try document.attribute("three", of: 0) == nil)
    }

    @Test func pathsLeadToEveryElementTheyFit() throws {
        let document = try document("<a><b><c>1</c></b><c>2</c><b><c>3</c><d><c>4</c></d></b></a>")
        #expect(try document.elements(at: ["b", "c"]).map { try document.value(of: $0) } == ["1", "3"])
    }
}
