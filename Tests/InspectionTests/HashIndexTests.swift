import TestSupport
import Testing

@testable import Inspection

@Suite struct HashIndexTests {
    /// Few different hashes, so that entries crowd and every removal has a gap to close.
    /// The table grows on the way.
    @Test(arguments: [UInt32(3), 16, 40, .max])
    func agreesWithADictionary(hashes: UInt32) {
        var generator = SeededGenerator(seed: UInt64(hashes))
        var index = HashIndex()
        var model: [UInt32: UInt32] = [:]
        for step in 0..<4000 {
            let value = UInt32.random(in: 0..<64, using: &generator)
            if let hash = model[value] {
                index.remove(value, hash: hash)
                model[value] = nil
            } else {
                // The last slots of the table, so that runs go around its end.
                let hash = 120 &+ UInt32.random(in: 0..<hashes, using: &generator)
                index.insert(value, hash: hash)
                model[value] = hash
            }
            let expected = Dictionary(grouping: model.keys) { model[$0] ?? 0 }
            for (hash, values) in expected {
                let found = all(index, hash)
                if found != values.sorted() {
                    Issue.record("step \(step), hash \(hash): \(found) instead of \(values.sorted())")
                    return
                }
            }
        }
    }

    @Test func removingWhatIsNotThereChangesNothing() {
        var index = HashIndex()
        index.insert(1, hash: 7)
        index.remove(2, hash: 7)
        index.remove(1, hash: 8)
        #expect(all(index, 7) == [1])
    }

    private func all(_ index: HashIndex, _ hash: UInt32) -> [UInt32] {
        var probe = index.probe(hash)
        var found: [UInt32] = []
        while let value = index.next(&probe) { found.append(value) }
        return found.sorted()
    }
}
