/// One change of a byte string: what stands in `range` is replaced. An empty range is an insertion.
public struct ByteEdit: Hashable, Sendable {
    public let range: Range<Int>
    public let replacement: [UInt8]

    public init(_ range: Range<Int>, _ replacement: [UInt8]) {
        self.range = range
        self.replacement = replacement
    }

    /// By how much the change makes the text longer.
    public var growth: Int { replacement.count - range.count }

    /// `bytes` with `edits`, which are in order and apart from each other, made.
    public static func apply(_ edits: [ByteEdit], to bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(max(0, bytes.count + edits.reduce(0) { $0 + $1.growth }))
        var position = 0
        for edit in edits {
            result += bytes[position..<max(position, edit.range.lowerBound)]
            result += edit.replacement
            position = edit.range.upperBound
        }
        return result + bytes[position...]
    }
}
