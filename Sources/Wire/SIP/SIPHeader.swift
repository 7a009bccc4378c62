/// One header line, with the lines folded into it.
public struct SIPHeader: Hashable, Sendable {
    public let name: SIPHeaderName
    public let nameRange: Range<Int>
    /// Without the blanks at its ends; folds in it stay.
    public let value: Range<Int>
    /// From the name to behind the line's end.
    public let line: Range<Int>
}

/// Reads a message line by line, from its start line to the empty one.
struct SIPHeaderReader {
    var position: Int
    /// Refuses a CR that is not a line's end and names with blanks in them: readers disagree on what these are, which on a
    /// stream could hide a Content-Length.
    var isStrict: Bool

    /// The line at `position`, without its end; goes behind it. `nil` when it does not end.
    mutating func line(_ text: Span<UInt8>) throws(SIPError) -> Range<Int>? {
        let start = position
        let end = text.first(SIPSyntax.lineFeed, in: start..<text.count)
        if isStrict { try checkReturns(text, start..<(end ?? text.count)) }
        guard let end else { return nil }
        position = end + 1
        let hasReturn = end > start && text[end - 1] == SIPSyntax.carriageReturn
        return start..<(hasReturn ? end - 1 : end)
    }

    /// A CR may be the last byte of a line, or of what has come of it.
    private func checkReturns(_ text: Span<UInt8>, _ line: Range<Int>) throws(SIPError) {
        guard let place = text.first(SIPSyntax.carriageReturn, in: line), place < line.upperBound - 1 else { return }
        throw SIPError(.bareCarriageReturn, at: place)
    }

    /// The header at `position`; `nil` at the empty line, behind which it goes, and at the end of the text.
    mutating func header(_ text: Span<UInt8>) throws(SIPError) -> SIPHeader? {
        let start = position
        // A datagram may end with half of its empty line.
        guard start < text.count, start < text.count - 1 || text[start] != SIPSyntax.carriageReturn else { return nil }
        guard let first = try line(text) else { throw SIPError(.headerSectionUnterminated, at: start) }
        guard !first.isEmpty else { return nil }
        let malformed = SIPError(.headerLineMalformed, at: start)
        guard let colon = text.first(SIPSyntax.colon, in: first) else { throw malformed }
        let name = try self.name(text, start..<colon)
        var end = first.upperBound
        while position < text.count, text[position] == UInt8(ascii: " ") || text[position] == UInt8(ascii: "\t") {
            guard let folded = try line(text) else { throw SIPError(.headerSectionUnterminated, at: start) }
            end = folded.upperBound
        }
        return SIPHeader(
            name: SIPHeaderName(text, name), nameRange: name, value: text.trimmed(colon + 1..<end),
            line: start..<position)
    }

    /// What is not a token is for ``SIPMessage/validate()`` to say, as long as there is only one way to read it.
    private func name(_ text: Span<UInt8>, _ range: Range<Int>) throws(SIPError) -> Range<Int> {
        let name = text.trimmed(range)
        guard !name.isEmpty, name.lowerBound == range.lowerBound else {
            throw SIPError(.headerLineMalformed, at: range.lowerBound)
        }
        for offset in name where text[offset] == 0 || isStrict && SIPSyntax.isBlank(text[offset]) {
            throw SIPError(.headerLineMalformed, at: offset)
        }
        return name
    }
}
