/// The comma-separated values of a header line (RFC 3261 section 7.3.1).
extension SIPMessage {
    /// One value of a header that may have several.
    public struct Value: Hashable, Sendable {
        /// Without blanks at its ends.
        public let range: Range<Int>
        public let place: SIPPlace
    }

    /// The lines of `name`, as indices in ``headers``.
    public func places(of name: SIPHeaderName) -> [Int] { headers.indices.filter { headers[$0].name == name } }

    /// The first line of `name`.
    public func first(_ name: SIPHeaderName) -> SIPHeader? { headers.first { $0.name == name } }

    /// The value of the first line of `name`; `nil` also where it is empty.
    public func value(of name: SIPHeaderName) -> Range<Int>? {
        guard let header = first(name), !header.value.isEmpty else { return nil }
        return header.value
    }

    /// All values of `name` in order, over all of its lines; none of an empty line.
    public func values(of name: SIPHeaderName) throws(SIPError) -> [Value] {
        var values: [Value] = []
        for index in headers.indices where headers[index].name == name {
            try appendValues(at: index, to: &values)
        }
        return values
    }

    /// The values of the line at `index`.
    public func values(at index: Int) throws(SIPError) -> [Value] {
        var values: [Value] = []
        try appendValues(at: index, to: &values)
        return values
    }

    private func appendValues(at index: Int, to values: inout [Value]) throws(SIPError) {
        let range = headers[index].value
        guard !range.isEmpty else { return }
        var (start, place) = (range.lowerBound, 0)
        while true {
            let end = Self.valueEnd(bytes.span, start..<range.upperBound)
            guard values.count < SIPLimits.values else {
                throw SIPError(.tooManyValues, headers[index].name, at: start)
            }
            values.append(
                Value(range: bytes.span.trimmed(start..<end), place: SIPPlace(header: index, value: place)))
            guard end < range.upperBound else { return }
            (start, place) = (end + 1, place + 1)
        }
    }

    /// Where the first value of `range` ends: at a comma outside of quotes and of `<>`. What is not closed reaches to the
    /// end.
    private static func valueEnd(_ text: Span<UInt8>, _ range: Range<Int>) -> Int {
        var offset = range.lowerBound
        while offset < range.upperBound {
            switch text[offset] {
            case SIPSyntax.comma: return offset
            case SIPSyntax.quote:
                guard let close = SIPSyntax.skipQuoted(text, offset, range.upperBound) else { return range.upperBound }
                offset = close
            case SIPSyntax.less:
                guard let close = text.first(SIPSyntax.greater, in: offset..<range.upperBound) else {
                    return range.upperBound
                }
                offset = close + 1
            default: offset += 1
            }
        }
        return range.upperBound
    }
}
