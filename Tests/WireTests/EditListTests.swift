import TestSupport
import Testing
import Wire

/// Many changes, one rewrite.
@Suite struct EditListTests {
    private func applied(_ text: String, _ change: (inout EditList) -> Void) throws -> String {
        var edits = EditList()
        change(&edits)
        let bytes = Array(text.utf8)
        return String(decoding: ByteEdit.apply(try edits.ordered(within: bytes.count), to: bytes), as: UTF8.self)
    }

    @Test func inAnyOrder() throws {
        let text = try applied("abcdef") { edits in
            edits.replace(4..<6, with: "EF!")
            edits.remove(1..<2)
            edits.insert("<", at: 0)
            edits.insert(">", at: 6)
        }
        #expect(text == "<acdEF!>")
    }

    @Test func insertionsAtOnePlaceGoByRankAndThenByOrder() throws {
        let text = try applied("host") { edits in
            edits.insert(">", at: 4, rank: .closing)
            edits.insert(";a", at: 4, rank: .parameter)
            edits.insert(";b", at: 4, rank: .parameter)
            edits.insert(":1", at: 4, rank: .port)
            edits.replace(0..<4, with: "h")
        }
        #expect(text == "h:1;a;b>")
    }

    @Test("an insertion stands before what replaces the byte behind it")
    func atAReplacement() throws {
        #expect(
            try applied("ab") { edits in
                edits.replace(1..<2, with: "B")
                edits.insert("-", at: 1)
            } == "a-B")
    }

    @Test(arguments: [[0..<2, 1..<3], [0..<3, 1..<2], [0..<2, 1..<1], [3..<5], [2..<3, 2..<3]])
    func conflicts(ranges: [Range<Int>]) {
        var edits = EditList()
        for range in ranges { edits.replace(range, with: "x") }
        #expect(throws: EditList.Conflict.self) { try edits.ordered(within: 4) }
    }

    @Test("as replacing byte by byte from behind does")
    func againstASimpleReading() throws {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            let bytes = random.bytes(0...40)
            var (edits, expected, ranges) = (EditList(), bytes, [(Range<Int>, [UInt8])]())
            var end = 0
            while end < bytes.count, Bool.random(using: &random) {
                let start = Int.random(in: end...bytes.count - 1, using: &random)
                end = Int.random(in: start + 1...bytes.count, using: &random)
                ranges.append((start..<end, random.bytes(0...5)))
            }
            for (range, replacement) in ranges.reversed() { expected.replaceSubrange(range, with: replacement) }
            for (range, replacement) in ranges.shuffled(using: &random) { edits.replace(range, with: replacement) }
            #expect(ByteEdit.apply(try edits.ordered(within: bytes.count), to: bytes) == expected)
        }
    }
}

@Suite struct Base64Tests {
    /// RFC 4648 section 10.
    @Test(
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(bytes: String, text: String) {
        #expect(Base64.encode(Array(bytes.utf8)) == Array(text.utf8))
        #expect(Base64.decode(text.utf8) == Array(bytes.utf8))
        #expect(Base64.decodeUnpadded(Array(text.utf8.filter { $0 != 0x3d })) == Array(bytes.utf8))
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Z===", "Zm9v=", "Zm9 ", "Zm-_", "=Zg="])
    func textsThatAreNone(text: String) { #expect(Base64.decode(text.utf8) == nil) }

    @Test func everyByte() {
        let bytes = (0...255).map { UInt8($0) }
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }
}
