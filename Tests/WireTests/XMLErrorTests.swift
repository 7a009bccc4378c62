import TestSupport
import Testing
import Wire

/// What is refused, and how that is said.
@Suite struct XMLErrorTests {
    private func problem(_ bytes: [UInt8]) -> String? {
        do throws(XMLError) {
            _ = try XMLDocument.read(bytes)
            return nil
        } catch {
            return error.description
        }
    }

    @Test(
        arguments: [
            ("", "Beginning of element tag is missing, got end of file, line 1, column 1"),
            ("\n !x", "Beginning of element tag is missing, got !, line 2, column 2"),
            ("<a/>\u{7f}", "Beginning of element tag is missing, got 0x7f, line 1, column 5"),
            ("<a/><b/>", "Beginning of element tag is missing, got <, line 1, column 5"),
            ("<![CDATA[]]><a/>", "Beginning of element tag is missing, got <, line 1, column 1"),
            ("<a>\n<b[c]</b></a>", "element tag is malformed, line 2, column 3"),
            ("<a><1/></a>", "element tag is malformed, line 1, column 5"),
            ("<a", "element tag is malformed, line 1, column 3"),
            ("<a><é/></a>", "element tag is malformed, line 1, column 5"),
            ("<a b/>", "attribute is malformed, line 1, column 5"),
            ("<a b=1/>", "attribute is malformed, line 1, column 6"),
            ("<a b='<'/>", "attribute is malformed, line 1, column 7"),
            ("<a b='1'c='2'/>", "attribute is malformed, line 1, column 9"),
            ("<a b='1' b='2'/>", "attribute stands twice in one tag, line 1, column 10"),
            ("<a><b></a></b>", "end tag does not match the open element, line 1, column 7"),
            ("</a>", "end tag does not match the open element, line 1, column 1"),
            ("<a>\n", "element is not closed, line 2, column 1"),
            ("<!-- a -- b --><a/>", "comment, CDATA section or instruction is malformed, line 1, column 1"),
            ("<a><![CDATA[</a>", "comment, CDATA section or instruction is malformed, line 1, column 4"),
            ("<a/><?x", "comment, CDATA section or instruction is malformed, line 1, column 5"),
            ("<a/><!DOCTYPE a>", "comment, CDATA section or instruction is malformed, line 1, column 5"),
            ("\n<?xml version='1.0'?><a/>", "XML declaration is malformed or misplaced, line 2, column 1"),
            ("<?xml version='1.0' x='1'?><a/>", "XML declaration is malformed or misplaced, line 1, column 21"),
            ("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "document type with declarations, line 1, column 14"),
            ("<!ENTITY b 'c'><a/>", "document type with declarations, line 1, column 1"),
            ("<a>\u{1}</a>", "invalid character, line 1, column 4"),
            ("<a>\0</a>", "invalid character, line 1, column 4"),
            (
                "<?xml version='1.0' encoding='UTF-7'?><a/>",
                "encoding is not supported, or not the declared one, line 1, column 1"
            ),
            (
                "<?xml version='1.0' encoding='UTF-16'?><a/>",
                "encoding is not supported, or not the declared one, line 1, column 1"
            ),
        ])
    func refused(text: String, expected: String) { #expect(problem(Array(text.utf8)) == expected) }

    @Test func bytesThatAreNotInTheirEncodingAreRefused() {
        let unsupported = "encoding is not supported, or not the declared one, line 1, column"
        #expect(
            problem(SamplePhoneFiles.latin1("<?xml version='1.0' encoding='UTF-8'?><a>é</a>"))?.contains("invalid")
                == true)
        #expect(problem([0xef, 0xbb, 0xbf] + SamplePhoneFiles.latin1("<a>é</a>"))?.contains("invalid") == true)
        let latin = Array("<?xml version='1.0' encoding='latin1'?><a/>".utf8)
        #expect(problem([0xef, 0xbb, 0xbf] + latin) == "\(unsupported) 4")
        #expect(problem(SamplePhoneFiles.utf16("<?xml version='1.0' encoding='UTF-8'?><a/>")) == "\(unsupported) 2")
        #expect(problem(SamplePhoneFiles.utf16("<a/>") + [0])?.contains("invalid") == true)
        #expect(problem(SamplePhoneFiles.utf16("<a>") + [0x00, 0xd8])?.contains("invalid") == true)
        #expect(problem(SamplePhoneFiles.utf16("<a>") + [0x00, 0xdc])?.contains("invalid") == true)
    }

    @Test func referencesAreRefusedWhereTheyAreRead() throws {
        for reference in ["&other;", "&", "&amp", "&#;", "&#x;", "&#+65;", "&#-1;", "&#0;", "&#xd800;", "&#x110000;"] {
            let document = try XMLDocument.read(Array("<a>\(reference)</a>".utf8))
            #expect(throws: XMLError.self, "\(reference)") { try document.value(of: 0) }
        }
    }

    @Test func anElementIsNoValue() throws {
        let document = try XMLDocument.read(Array("<a>1<b/></a>".utf8))
        #expect(throws: XMLError.self) { try document.value(of: 0) }
    }

    @Test func limitsHold() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)).utf8)
        }
        func many(_ count: Int) -> [UInt8] { Array("<a>\(String(repeating: "<b/>", count: count - 1))</a>".utf8) }
        func wide(_ count: Int) -> [UInt8] {
            Array("<a \((0..<count).map { "b\($0)=''" }.joined(separator: " "))/>".utf8)
        }
        #expect(problem(nested(XMLDocument.depthLimit)) == nil)
        #expect(problem(nested(XMLDocument.depthLimit + 1))?.contains("nested too deep") == true)
        #expect(problem(many(XMLDocument.elementLimit)) == nil)
        #expect(problem(many(XMLDocument.elementLimit + 1))?.contains("too many elements") == true)
        #expect(problem(wide(XMLScanner.attributeLimit)) == nil)
        #expect(problem(wide(XMLScanner.attributeLimit + 1))?.contains("too many attributes") == true)
    }

    @Test func manyEntitiesAreNotExpanded() {
        let bomb = """
            <!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;"><!ENTITY z SYSTEM "file:///etc/passwd">]>
            <a>&y;&z;</a>
            """
        #expect(problem(Array(bomb.utf8)) == "document type with declarations, line 1, column 14")
    }
}
