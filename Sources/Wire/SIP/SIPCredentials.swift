/// Who a request says it comes from (RFC 3261 section 20.7); what proves it is never looked at.
public struct SIPCredentials: Hashable, Sendable {
    /// `Digest`, as a rule.
    public let scheme: Range<Int>
    /// Without quotes; `nil` of a scheme that has none.
    public let username: Range<Int>?
    public let realm: Range<Int>?
}

/// `Digest username="bob", realm="x", …`: comma-separated parameters behind a scheme.
enum SIPCredentialsReader {
    static func read(_ text: Span<UInt8>, _ range: Range<Int>) -> SIPCredentials? {
        let end = range.upperBound
        let scheme = range.lowerBound..<SIPSyntax.skipToken(text, range.lowerBound, end)
        guard !scheme.isEmpty else { return nil }
        var (username, realm) = (Range<Int>?.none, Range<Int>?.none)
        var offset = scheme.upperBound
        while offset < end {
            offset = SIPSyntax.skipBlanks(text, offset, end)
            let name = offset..<SIPSyntax.skipToken(text, offset, end)
            offset = SIPSyntax.skipBlanks(text, name.upperBound, end)
            guard !name.isEmpty, offset < end, text[offset] == SIPSyntax.equals else { break }
            offset = SIPSyntax.skipBlanks(text, offset + 1, end)
            let value = offset..<valueEnd(text, offset, end)
            if text.equals(name, ignoringCase: "username") { username = username ?? SIPSyntax.unquoted(text, value) }
            if text.equals(name, ignoringCase: "realm") { realm = realm ?? SIPSyntax.unquoted(text, value) }
            offset = SIPSyntax.skipBlanks(text, value.upperBound, end)
            guard offset < end, text[offset] == SIPSyntax.comma else { break }
            offset += 1
        }
        return SIPCredentials(scheme: scheme, username: username, realm: realm)
    }

    private static func valueEnd(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        if start < end, text[start] == SIPSyntax.quote { return SIPSyntax.skipQuoted(text, start, end) ?? end }
        var offset = start
        while offset < end, text[offset] != SIPSyntax.comma, !SIPSyntax.isBlank(text[offset]) { offset += 1 }
        return offset
    }
}
