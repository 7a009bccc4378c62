import TestSupport
import Testing
import Wire

/// Changes in place: what is asked for, and not a byte more.
@Suite struct XMLEditorTests {
    private func edited(_ bytes: [UInt8], _ change: (inout XMLEditor) throws -> Void) throws -> [UInt8] {
        var editor = XMLEditor(try XMLDocument.read(bytes))
        try change(&editor)
        return ByteEdit.apply(editor.finished(), to: bytes)
    }

    private func edited(_ text: String, _ change: (inout XMLEditor) throws -> Void) throws -> String {
        String(decoding: try edited(Array(text.utf8), change), as: UTF8.self)
    }

    @Test(
        arguments: [
            ("<a>1</a>", "<a>3</a>"), ("<a> 1\n</a>", "<a> 3\n</a>"), ("<a></a>", "<a>3</a>"),
            ("<a>  </a>", "<a>3  </a>"),
            ("<a/>", "<a>3</a>"), ("<a b='/' />", "<a b='/' >3</a>"), ("<a><![CDATA[1]]></a>", "<a>3</a>"),
            ("<a><!-- 1 -->1</a>", "<a><!-- 1 -->3</a>"), ("<a>1<!-- 2 -->2 </a>", "<a>3<!-- 2 --> </a>"),
            ("<a>&#49;</a>", "<a>3</a>"),
        ])
    func aValueIsReplaced(text: String, expected: String) throws {
        #expect(try edited(text) { try $0.setValue(of: 0, to: "3") } == expected)
    }

    @Test(
        arguments: [
            ("<a>\n <w>0</w>\n <z/>\n</a>", "<a>\n <w>0</w>\n <x>1</x>\n <z/>\n</a>"),
            ("<a>\r\n\t<z/>\r\n</a>", "<a>\r\n\t<x>1</x>\r\n\t<z/>\r\n</a>"),
            ("<a>\n\n  <u/>\n</a>", "<a>\n\n  <u/>\n  <x>1</x>\n</a>"),
            ("<a><v/><w/></a>", "<a><v/><w/><x>1</x></a>"), ("<a/>", "<a><x>1</x></a>"),
            ("<a ></a>", "<a ><x>1</x></a>"),
            ("<a><w><y/></w><y/></a>", "<a><w><y/></w><x>1</x><y/></a>"),
            ("<a><w/>\n<w/> <z/></a>", "<a><w/>\n<w/>\n<x>1</x> <z/></a>"),
        ])
    func anElementIsInsertedWhereItBelongs(text: String, expected: String) throws {
        #expect(
            try edited(text) { $0.insert("x", "1", into: 0, order: ["v", "w", "x", "y", "z"]) } == expected)
    }

    @Test func severalKeepTheirOrder() throws {
        let order = ["w", "x", "y"]
        func both(_ editor: inout XMLEditor) {
            editor.insert("x", "1", into: 0, order: order)
            editor.insert("y", "2", into: 0, order: order)
        }
        #expect(try edited("<a><w/></a>") { both(&$0) } == "<a><w/><x>1</x><y>2</y></a>")
        #expect(try edited("<a/>") { both(&$0) } == "<a><x>1</x><y>2</y></a>")
    }

    @Test func theEncodingIsKept() throws {
        let (before, after) = ("<a>é<b>1</b>\r\n<c/></a>", "<a>é<b>2</b>\r\n<c>3</c></a>")
        func change(_ editor: inout XMLEditor) throws {
            try editor.setValue(of: 1, to: "2")
            try editor.setValue(of: 2, to: "3")
        }
        #expect(try edited(SamplePhoneFiles.latin1(before)) { try change(&$0) } == SamplePhoneFiles.latin1(after))
        for isBigEndian in [false, true] {
            let file = SamplePhoneFiles.utf16(before, isBigEndian: isBigEndian)
            #expect(try edited(file) { try change(&$0) } == SamplePhoneFiles.utf16(after, isBigEndian: isBigEndian))
        }
        let marked: [UInt8] = [0xef, 0xbb, 0xbf]
        #expect(try edited(marked + Array(before.utf8)) { try change(&$0) } == marked + Array(after.utf8))
    }
}
