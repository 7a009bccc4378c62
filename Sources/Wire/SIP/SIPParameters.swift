/// `;name=value` as it stands behind a value or in a URI.
public struct SIPParameter: Hashable, Sendable {
    /// From the semicolon to the end of the value: what is removed to remove it.
    public let range: Range<Int>
    public let name: Range<Int>
    /// With its quotes, when it has any; `nil`: the name stands alone.
    public let value: Range<Int>?
}

/// A run of parameters: checked when it was read, walked when one is asked for.
public struct SIPParameters: Hashable, Sendable {
    /// From the first semicolon to the last value's end; where there are none, the place for the first.
    public let range: Range<Int>
    public let count: Int
    let form: Form

    /// Those of a header may have blanks around their parts and quoted values (RFC 3261 section 25.1, `generic-param`);
    /// those of a URI end at its headers.
    enum Form: Sendable {
        case header, uri
    }

    /// The parameters from `start` on, which must reach to `end`, or to a URI's headers.
    static func read(
        _ text: Span<UInt8>, in range: Range<Int>, _ form: Form, _ header: SIPHeaderName?
    ) throws(SIPError) -> SIPParameters {
        var (offset, count) = (range.lowerBound, 0)
        while let parameter = try next(text, offset..<range.upperBound, form, header) {
            guard count < SIPLimits.parameters else { throw SIPError(.tooManyParameters, header, at: offset) }
            count += 1
            offset = parameter.range.upperBound
        }
        return SIPParameters(range: range.lowerBound..<offset, count: count, form: form)
    }

    /// The parameter at the start of `range`; `nil` at its end.
    private static func next(
        _ text: Span<UInt8>, _ range: Range<Int>, _ form: Form, _ header: SIPHeaderName?
    ) throws(SIPError) -> SIPParameter? {
        let end = range.upperBound
        let start = form == .header ? SIPSyntax.skipBlanks(text, range.lowerBound, end) : range.lowerBound
        guard start < end, form == .header || text[start] != SIPSyntax.question else { return nil }
        let malformed = SIPError(.parameterMalformed, header, at: start)
        guard text[start] == SIPSyntax.semicolon else { throw malformed }
        let isHeader = form == .header
        var offset = isHeader ? SIPSyntax.skipBlanks(text, start + 1, end) : start + 1
        let name = offset..<run(text, offset, end, form)
        guard !name.isEmpty else { throw malformed }
        offset = isHeader ? SIPSyntax.skipBlanks(text, name.upperBound, end) : name.upperBound
        guard offset < end, text[offset] == SIPSyntax.equals else {
            return SIPParameter(range: start..<name.upperBound, name: name, value: nil)
        }
        offset = isHeader ? SIPSyntax.skipBlanks(text, offset + 1, end) : offset + 1
        var valueEnd = run(text, offset, end, form, isValue: true)
        if isHeader, offset < end, text[offset] == SIPSyntax.quote {
            guard let close = SIPSyntax.skipQuoted(text, offset, end) else {
                throw SIPError(.quoteUnterminated, header, at: offset)
            }
            valueEnd = close
        }
        guard valueEnd > offset else { throw malformed }
        return SIPParameter(range: start..<valueEnd, name: name, value: offset..<valueEnd)
    }

    /// The end of a name or of a value without quotes.
    private static func run(
        _ text: Span<UInt8>, _ start: Int, _ end: Int, _ form: Form, isValue: Bool = false
    ) -> Int {
        var offset = start
        while offset < end {
            switch text[offset] {
            case SIPSyntax.semicolon, SIPSyntax.quote, SIPSyntax.less, SIPSyntax.greater, 0...0x20, 0x7f: return offset
            case SIPSyntax.equals where !isValue: return offset
            case SIPSyntax.comma where form == .header: return offset
            case SIPSyntax.question where form == .uri: return offset
            default: offset += 1
            }
        }
        return offset
    }

    /// Calls `body` with each; what was read once does not fail again.
    func forEach(_ text: Span<UInt8>, _ body: (SIPParameter) -> Void) {
        var offset = range.lowerBound
        while let parameter = try? Self.next(text, offset..<range.upperBound, form, nil) {
            body(parameter)
            offset = parameter.range.upperBound
        }
    }

    /// The first called `name`, a lower-case one.
    func first(_ name: String, _ text: Span<UInt8>) -> SIPParameter? {
        var offset = range.lowerBound
        while let parameter = try? Self.next(text, offset..<range.upperBound, form, nil) {
            if text.equals(parameter.name, ignoringCase: name) { return parameter }
            offset = parameter.range.upperBound
        }
        return nil
    }
}
