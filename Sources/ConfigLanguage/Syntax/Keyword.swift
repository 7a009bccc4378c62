/// Keywords as the ASA reads them: in any case, and cut short as far as only one keyword fits.
enum Keyword {
    enum Match: Hashable {
        case one(String)
        case several([String])
        case none
    }

    /// A keyword written in full always wins, whatever else begins with it.
    static func match(_ word: String, among keywords: [String]) -> Match {
        var fitting: [String] = []
        for keyword in keywords where isAbbreviation(word, of: keyword) {
            if keyword.utf8.count == word.utf8.count { return .one(keyword) }
            fitting.append(keyword)
        }
        switch fitting.count {
        case 0: return .none
        case 1: return .one(fitting[0])
        default: return .several(fitting)
        }
    }

    static func isAbbreviation(_ word: String, of keyword: String) -> Bool {
        guard let first = word.utf8.first, let other = keyword.utf8.first, lowercased(first) == lowercased(other),
            word.utf8.count <= keyword.utf8.count
        else { return false }
        return zip(word.utf8, keyword.utf8).allSatisfy { lowercased($0) == lowercased($1) }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }

    /// Of `known`, what `word` may have been meant for: at most one slip in three letters, the nearest first.
    static func nearMisses(of word: String, among known: [String]) -> [String] {
        let letters = word.utf8.map(lowercased)
        guard (2...32).contains(letters.count) else { return [] }
        let allowed = max(1, min(3, letters.count / 3))
        let near = known.compactMap { candidate -> (distance: Int, word: String)? in
            guard abs(candidate.utf8.count - letters.count) <= allowed else { return nil }
            let distance = distance(letters, candidate.utf8.map(lowercased))
            return distance <= allowed ? (distance, candidate) : nil
        }
        return near.sorted { ($0.distance, $0.word) < ($1.distance, $1.word) }.prefix(3).map(\.word)
    }

    /// Letters to insert, remove, replace, or swap with their neighbour (optimal string alignment).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforePrevious = [Int](repeating: 0, count: right.count + 1)
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let isSame = left[row] == right[column]
                var best = min(previous[column] + (isSame ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforePrevious[column - 1] + 1)
                }
                current.append(best)
            }
            (beforePrevious, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
