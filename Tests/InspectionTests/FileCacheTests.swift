import TestSupport
import Testing
import Wire

@testable import Inspection

private func key(_ name: String, _ interface: UInt8 = 1, variant: UInt64 = 0) throws -> FileKey {
    FileKey(
        name: Array(name.utf8), server: try endpoint("192.0.2.101:69"), interface: InterfaceIndex(interface),
        variant: variant)
}

/// Holds a cache, so that expectations can use it.
private final class Cache {
    private var state: FileCache

    init(entries: Int = 100, bytes: Int = 1 << 20) { state = FileCache(.init(entries: entries, bytes: bytes)) }

    func find(_ key: FileKey, madeOf original: [UInt8], asOf moment: Timestamp? = nil) -> [UInt8]? {
        state.find(key, madeOf: original, asOf: moment)?.bytes
    }
    func findRecent(_ key: FileKey, at nanoseconds: Int64) -> [UInt8]? {
        state.findRecent(key, at: Timestamp(nanoseconds: nanoseconds))?.bytes
    }
    func keep(_ finished: [UInt8], _ key: FileKey, madeOf original: [UInt8]) {
        state.keep(FileContent(finished), key, madeOf: original)
    }
    var count: Int { state.count }
    var bytes: Int { state.bytes }
    var counters: FileCache.Counters { state.counters }
}

@Suite struct FileCacheTests {
    @Test func aFileIsFoundByNamePlaceAndContent() throws {
        let cache = Cache()
        cache.keep([9], try key("a"), madeOf: [1])
        #expect(cache.find(try key("a"), madeOf: [1]) == [9])
        #expect(cache.find(try key("b"), madeOf: [1]) == nil)
        #expect(cache.find(try key("a", 2), madeOf: [1]) == nil)
        #expect(cache.find(try key("a", variant: 7), madeOf: [1]) == nil)
        #expect(cache.counters == .init(hits: 1, misses: 3))
    }

    @Test func whatWasComparedAMomentAgoNeedsNoComparison() throws {
        let cache = Cache()
        let life = FileCache.comparisonLife
        cache.keep([9], try key("a"), madeOf: [1])
        #expect(cache.findRecent(try key("a"), at: 0) == nil, "nothing has been compared yet")
        #expect(cache.find(try key("a"), madeOf: [1]) == [9])
        #expect(cache.findRecent(try key("a"), at: 0) == nil, "nobody says when")
        #expect(cache.find(try key("a"), madeOf: [1], asOf: Timestamp(nanoseconds: 50)) == [9])
        #expect(cache.findRecent(try key("a"), at: 49) == nil)
        #expect(cache.findRecent(try key("a"), at: 50) == [9])
        #expect(cache.findRecent(try key("a"), at: 49 + life) == [9])
        #expect(cache.findRecent(try key("a"), at: 50 + life) == nil)
        #expect(cache.findRecent(try key("a", 2), at: 50) == nil)
        #expect(cache.find(try key("a"), madeOf: [2], asOf: Timestamp(nanoseconds: 60)) == nil)
        #expect(cache.findRecent(try key("a"), at: 61) == nil, "it has changed")
    }

    @Test(arguments: [[], [2], [1, 1], [1, 0]] as [[UInt8]])
    func aFileThatHasChangedIsForgotten(changed: [UInt8]) throws {
        let cache = Cache()
        cache.keep([9], try key("a"), madeOf: [1])
        #expect(cache.find(try key("a"), madeOf: changed) == nil)
        #expect(cache.find(try key("a"), madeOf: [1]) == nil, "not even if it changes back")
        #expect(cache.counters == .init(misses: 2, changed: 1))
        #expect(cache.count == 0 && cache.bytes == 0)
    }

    @Test func anyByteThatHasChangedIsSeen() throws {
        let original = (0..<27).map { UInt8($0) }
        for place in original.indices {
            let cache = Cache()
            cache.keep([9], try key("a"), madeOf: original)
            #expect(cache.find(try key("a"), madeOf: original) == [9])
            var changed = original
            changed[place] ^= 0x80
            #expect(cache.find(try key("a"), madeOf: changed) == nil, "byte \(place)")
        }
    }

    @Test func aNewVersionTakesTheOldOnesPlace() throws {
        let cache = Cache()
        cache.keep([9], try key("a"), madeOf: [1])
        cache.keep([8], try key("a"), madeOf: [2])
        #expect(cache.find(try key("a"), madeOf: [2]) == [8])
        #expect(cache.count == 1)
    }

    @Test func theOneNotUsedForLongestGoesFirst() throws {
        let cache = Cache(entries: 3)
        for name in ["a", "b", "c"] { cache.keep([9], try key(name), madeOf: [1]) }
        #expect(cache.find(try key("a"), madeOf: [1]) != nil)
        cache.keep([9], try key("d"), madeOf: [1])
        let left = try ["a", "b", "c", "d"].filter { cache.find(try key($0), madeOf: [1]) != nil }
        #expect(left == ["a", "c", "d"])
        #expect(cache.counters.evicted == 1)
    }

    @Test func bytesAreBounded() throws {
        let cache = Cache(bytes: 10_000)
        for number in 0..<100 {
            cache.keep(
                [UInt8](repeating: 1, count: 500), try key("\(number)"), madeOf: [UInt8](repeating: 2, count: 400))
            #expect(cache.bytes <= 10_000)
        }
        #expect(cache.count == 8)
        cache.keep([UInt8](repeating: 1, count: 10_000), try key("large"), madeOf: [])
        #expect(cache.counters.refused == 1 && cache.count == 8)
    }

    /// Against a plain list of what was kept, oldest first.
    @Test func agreesWithAModel() throws {
        var generator = SeededGenerator(seed: 12)
        let cache = Cache(entries: 20)
        var model: [(name: Int, original: UInt8)] = []
        for step in 0..<20_000 {
            let name = Int.random(in: 0..<40, using: &generator)
            let original = UInt8.random(in: 0..<3, using: &generator)
            let known = model.firstIndex { $0.name == name }
            let entry = known.map { model.remove(at: $0) }
            if Bool.random(using: &generator) {
                cache.keep([original, 7], try key("\(name)"), madeOf: [original])
                if model.count == 20 { model.removeFirst() }
                model.append((name, original))
            } else {
                let found = cache.find(try key("\(name)"), madeOf: [original])
                let expected: [UInt8]? = entry?.original == original ? [original, 7] : nil
                if let entry, entry.original == original { model.append(entry) }
                guard found == expected else {
                    Issue.record("step \(step), name \(name): \(String(describing: found))")
                    return
                }
            }
            #expect(cache.count == model.count)
        }
    }
}
