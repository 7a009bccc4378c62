import ConfigLanguage
import Inspection
import TestSupport
import Testing
import Wire

/// Files that arrive damaged: refused, or secure all the same.
@Suite struct PhoneFileHostileTests {
    private static let files: [[UInt8]] = [
        Array(SamplePhoneFiles.skinny7970.utf8), SamplePhoneFiles.sip7961, Array(SamplePhoneFiles.skinny7960.utf8),
        Array(SamplePhoneFiles.handmade.utf8), SamplePhoneFiles.utf16(SamplePhoneFiles.handmade),
    ]

    /// Damages that leave XML well-formed more often than random ones do.
    private static func damaged(_ file: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        guard random.next() % 4 != 0 else { return random.mutated(file) }
        let tags = [
            "</device>", "<device>", "<deviceSecurityMode>1</deviceSecurityMode>", "<vendorConfig/>", "<ports>", "0",
            " ",
        ]
        var lines = text(file).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            let line = Int.random(in: lines.indices, using: &random)
            switch random.next() % 4 {
            case 0: lines.insert(tags.randomElement(using: &random) ?? "", at: line)
            case 1: lines.insert(lines[line], at: line)
            case 2: lines.swapAt(line, Int.random(in: lines.indices, using: &random))
            default: lines[line] += tags.randomElement(using: &random) ?? ""
            }
        }
        return Array(lines.joined(separator: "\n").utf8)
    }

    @Test func tenThousandDamagedFiles() throws {
        let settings = RewriteSettings(try phoneProxyBox(), seenFrom: "outside")
        let server = try address("192.0.2.101")
        var random = SeededGenerator(seed: 3)
        var rewritten = 0
        for round in 0..<10_000 {
            let file = Self.damaged(Self.files[round % Self.files.count], &random)
            guard let result = try? PhoneFile.read(file).rewritten(settings, resolve: { _ in server }) else { continue }
            rewritten += 1
            let document = try #require(try? XMLDocument.read(result.bytes), "round \(round)\n\(text(file))")
            let modes = try document.children(of: XMLDocument.root, named: "deviceSecurityMode").map {
                try document.value(of: $0)
            }
            try #require(!modes.isEmpty && modes.allSatisfy { $0 == "3" }, "round \(round)\n\(text(file))")
            try #require(try undone(result, file) == file, "round \(round)\n\(text(file))")
            let again = try PhoneFile.read(result.bytes).rewritten(settings) { _ in server }
            try #require(again.bytes == result.bytes && again.edits.isEmpty, "round \(round)\n\(text(file))")
        }
        #expect(
            (1000..<9000).contains(rewritten), "\(rewritten) of 10,000 were rewritten: neither all nor none should be")
    }
}
