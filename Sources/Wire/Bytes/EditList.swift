/// Collects the changes of one text, to be made all at once: every other byte stays as it is.
///
/// Changes may be asked for in any order. Two that touch the same byte are refused when the list is put in order. Several
/// insertions at one place are made by ``Rank``, and within one rank in the order in which they were asked for.
public struct EditList: Sendable {
    /// What comes first where several insertions meet: behind a host a port, then parameters, then what closes them;
    /// behind the header lines the empty one.
    public enum Rank: UInt8, Sendable {
        case port, parameter, closing, line, last
    }

    /// Two changes touch the same byte, or one reaches outside the text.
    public struct Conflict: Error, Hashable, Sendable {
        public let offset: Int
    }

    private struct Entry {
        var edit: ByteEdit
        var rank: Rank
    }

    private var entries: [Entry] = []

    public init() {}

    public var isEmpty: Bool { entries.isEmpty }

    public mutating func replace(_ range: Range<Int>, with bytes: [UInt8], rank: Rank = .line) {
        entries.append(Entry(edit: ByteEdit(range, bytes), rank: rank))
    }

    public mutating func replace(_ range: Range<Int>, with text: String) { replace(range, with: Array(text.utf8)) }

    public mutating func insert(_ text: String, at offset: Int, rank: Rank = .line) {
        entries.append(Entry(edit: ByteEdit(offset..<offset, Array(text.utf8)), rank: rank))
    }

    public mutating func remove(_ range: Range<Int>) { replace(range, with: []) }

    /// By how much what stands in `range` grows; an insertion at its end is in it.
    public func growth(in range: Range<Int>) -> Int {
        entries.reduce(0) { sum, entry in
            let place = entry.edit.range
            return place.lowerBound >= range.lowerBound && place.upperBound <= range.upperBound
                ? sum + entry.edit.growth : sum
        }
    }

    /// The changes in the text's order, which is that of ``ByteEdit/apply(_:to:)``, of a text of `count` bytes.
    public func ordered(within count: Int) throws(Conflict) -> [ByteEdit] {
        let sorted = entries.enumerated()
            .sorted { Self.key($0.element, $0.offset) < Self.key($1.element, $1.offset) }
            .map(\.element.edit)
        var end = 0
        for edit in sorted {
            guard edit.range.lowerBound >= end, edit.range.upperBound <= count else {
                throw Conflict(offset: edit.range.lowerBound)
            }
            end = edit.range.upperBound
        }
        return sorted
    }

    /// Insertions come before what replaces the byte they stand at.
    private static func key(_ entry: Entry, _ order: Int) -> (Int, Int, UInt8, Int) {
        (entry.edit.range.lowerBound, entry.edit.range.isEmpty ? 0 : 1, entry.rank.rawValue, order)
    }
}
