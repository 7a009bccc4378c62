import Testing

@testable import ConfigLanguage

/// SplitMix64: the same numbers on every run, so that what fails once fails again.
private struct FixedGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

@Suite("Damaged configurations")
struct MutationTests {
    private static let bytes: [UInt8] = Array("\0\t\r\n !:()/-.,0129afx\u{1b}\u{7f}".utf8) + [0x80, 0xc3, 0xff]

    private static func damage(_ text: inout [UInt8], _ generator: inout FixedGenerator) {
        guard !text.isEmpty else { return }
        let position = Int.random(in: 0..<text.count, using: &generator)
        let end = min(text.count, position + Int.random(in: 1...24, using: &generator))
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: text[position] = bytes.randomElement(using: &generator) ?? 0
        case 1: text.insert(bytes.randomElement(using: &generator) ?? 0, at: position)
        case 2: text.removeSubrange(position..<end)
        case 3: text.insert(contentsOf: text[position..<end], at: Int.random(in: 0...text.count, using: &generator))
        default: text.insert(contentsOf: "no ".utf8, at: position)
        }
    }

    /// Ten thousand in all: pieces of a whole configuration, one to eight damages each.
    @Test(arguments: 0..<10)
    func neverTrapAndEachProblemPointsIntoTheFile(_ seed: UInt64) {
        var generator = FixedGenerator(state: seed)
        let lines = PhoneProxyTests.mixedMode.split(separator: "\n", omittingEmptySubsequences: false)
        for _ in 0..<1000 {
            let start = Int.random(in: 0..<lines.count - 6, using: &generator)
            var text = Array((lines[..<8] + lines[start..<start + 6]).joined(separator: "\n").utf8)
            for _ in 0..<Int.random(in: 1...8, using: &generator) { Self.damage(&text, &generator) }
            let source = SourceText(String(decoding: text, as: UTF8.self), file: "")
            for diagnostic in read(String(decoding: text, as: UTF8.self)).diagnostics {
                let isInside =
                    (1...max(1, source.lines.count)).contains(diagnostic.line)
                    && (1...source.line(diagnostic.line).count + 1).contains(diagnostic.column)
                    && diagnostic.length >= 1 && !diagnostic.message.isEmpty
                if !isInside { Issue.record("\(diagnostic)") }
            }
        }
    }
}
