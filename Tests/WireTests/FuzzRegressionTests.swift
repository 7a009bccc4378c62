import FuzzTargets
import TestSupport
import Testing

/// What the fuzzers start from and what they once found (tools/fuzz) runs with every test.
@Suite("Fuzzed inputs")
struct FuzzRegressionTests {
    private static let folder = TestFiles.repositoryRoot() + "/tools/fuzz"

    @Test(
        "the corpus is what the seeds make; run tools/fuzz/seed after changing them",
        arguments: FuzzTarget.all.map(\.name))
    func corpus(name: String) throws {
        let target = try #require(FuzzTarget.named(name))
        let seeds = target.seeds()
        #expect(!seeds.isEmpty)
        let files = TestFiles.list("\(Self.folder)/corpus/\(name)")
        #expect(files.compactMap { $0.split(separator: "/").last.map(String.init) } == seeds.map(\.name).sorted())
        for seed in seeds {
            let stored = try TestFiles.read("\(Self.folder)/corpus/\(name)/\(seed.name)")
            #expect(stored == seed.bytes, "\(seed.name)\n\(hexDifference(stored, seed.bytes))")
        }
    }

    @Test("no seed and nothing that ever broke a promise breaks one", arguments: FuzzTarget.all.map(\.name))
    func regressions(name: String) throws {
        let target = try #require(FuzzTarget.named(name))
        for seed in target.seeds() {
            let promise = target.brokenPromise(seed.bytes.span)
            #expect(promise == nil, "\(seed.name)")
        }
        for path in TestFiles.list("\(Self.folder)/crashes/\(name)") {
            let input = try TestFiles.read(path)
            let promise = target.brokenPromise(input.span)
            #expect(promise == nil, "\(path)")
        }
    }

    @Test("10,000 random and 10,000 mutated inputs break no promise", arguments: FuzzTarget.all.map(\.name))
    func hostile(name: String) throws {
        let target = try #require(FuzzTarget.named(name))
        let seeds = target.seeds()
        var random = SeededGenerator(seed: 7)
        for round in 0..<20_000 {
            let seed = try #require(seeds.randomElement(using: &random))
            let input = round.isMultiple(of: 2) ? random.bytes(0...200) : random.mutated(seed.bytes)
            let promise = target.brokenPromise(input.span)
            try #require(promise == nil, "round \(round)\n\(hexDump(input))")
        }
    }
}
