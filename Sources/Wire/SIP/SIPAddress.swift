/// A `name-addr` or an `addr-spec` with its parameters: From, To, Contact, Route and their like
/// (RFC 3261 section 20.10).
///
/// Behind an `addr-spec` without `<>`, parameters are the header's, never the URI's.
public struct SIPAddress: Hashable, Sendable {
    /// From the display name to the last parameter.
    public let range: Range<Int>
    /// With its quotes, when it has any.
    public let displayName: Range<Int>?
    public let uri: SIPURI
    public let parameters: SIPParameters
    /// Its value, of From and To.
    public let tag: Range<Int>?
    /// Which header line it stands in, and which of that line's values it is.
    public internal(set) var place = SIPPlace(header: 0, value: 0)

    static func read(
        _ text: Span<UInt8>, in range: Range<Int>, _ header: SIPHeaderName
    ) throws(SIPError) -> SIPAddress {
        let start = SIPSyntax.skipBlanks(text, range.lowerBound, range.upperBound)
        let (displayName, open) = try readDisplayName(text, in: start..<range.upperBound, header)
        var uri: SIPURI
        var end: Int
        if let open {
            guard let close = text.first(SIPSyntax.greater, in: open..<range.upperBound) else {
                throw SIPError(.uriMalformed, header, at: open)
            }
            uri = try SIPURI.read(text, in: open + 1..<close, header)
            end = close + 1
        } else {
            end = start
            while end < range.upperBound, text[end] != SIPSyntax.semicolon, !SIPSyntax.isBlank(text[end]) { end += 1 }
            uri = try SIPURI.read(text, in: start..<end, header)
            uri.isBare = true
        }
        let parameters = try SIPParameters.read(text, in: end..<range.upperBound, .header, header)
        return SIPAddress(
            range: start..<parameters.range.upperBound, displayName: displayName, uri: uri, parameters: parameters,
            tag: parameters.count > 0 ? parameters.first("tag", text)?.value : nil)
    }

    /// The display name at the start of `range`, and where the `<` behind it is; neither before an `addr-spec`.
    ///
    /// Without quotes more than RFC 3261's tokens are taken, as long as what the name is leaves no doubt.
    private static func readDisplayName(
        _ text: Span<UInt8>, in range: Range<Int>, _ header: SIPHeaderName
    ) throws(SIPError) -> (name: Range<Int>?, open: Int?) {
        let (start, end) = (range.lowerBound, range.upperBound)
        guard start < end else { throw SIPError(.valueMalformed, header, at: start) }
        if text[start] == SIPSyntax.quote {
            guard let close = SIPSyntax.skipQuoted(text, start, end) else {
                throw SIPError(.quoteUnterminated, header, at: start)
            }
            let open = SIPSyntax.skipBlanks(text, close, end)
            guard open < end, text[open] == SIPSyntax.less else { throw SIPError(.valueMalformed, header, at: close) }
            return (start..<close, open)
        }
        var offset = start
        scan: while offset < end {
            switch text[offset] {
            case SIPSyntax.less:
                let name = text.trimmed(start..<offset)
                return (name.isEmpty ? nil : name, offset)
            case SIPSyntax.comma, SIPSyntax.semicolon, SIPSyntax.quote, SIPSyntax.greater: break scan
            // An escape outside of quotes, as of quotes that a script has escaped once too often.
            case SIPSyntax.backslash: offset += 2
            default: offset += 1
            }
        }
        return (nil, nil)
    }
}

/// Where a value stands: in the message's headers, and among that line's values.
public struct SIPPlace: Hashable, Sendable {
    /// Index in ``SIPMessage/headers``.
    public let header: Int
    /// From 0.
    public let value: Int

    public init(header: Int, value: Int) {
        self.header = header
        self.value = value
    }
}
