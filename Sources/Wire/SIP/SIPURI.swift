/// A URI, as places in the message (RFC 3261 section 19.1, RFC 3966).
///
/// Percent escapes stay as they are everywhere.
public struct SIPURI: Hashable, Sendable {
    public enum Scheme: Hashable, Sendable {
        case sip, sips, tel
        /// Well-formed, and opaque here.
        case other

        /// Case does not matter (RFC 3986 section 3.1).
        init(_ text: Span<UInt8>, _ name: Range<Int>) {
            self = .other
            guard 3...4 ~= name.count else { return }
            var word: UInt32 = 0
            for offset in name { word = word << 8 | UInt32(text[offset] | 0x20) }
            switch word {
            case 0x73_69_70: self = .sip
            case 0x73_69_70_73: self = .sips
            case 0x74_65_6c: self = .tel
            default: return
            }
        }
    }

    public let range: Range<Int>
    public let scheme: Scheme
    /// Without its colon.
    public let schemeName: Range<Int>
    /// Without a password; of a `tel` URI the number.
    public let user: Range<Int>?
    public let password: Range<Int>?
    /// Of `sip` and `sips` always, of others never.
    public let host: SIPHost?
    public let port: UInt16?
    public let portRange: Range<Int>?
    public let parameters: SIPParameters
    /// Behind the question mark.
    public let headers: Range<Int>?
    public let transport: SIPTransport?
    public let maddr: SIPHost?
    /// Has `lr`.
    public let isLooseRouting: Bool
    /// Stands in a header without `<>`: a parameter put behind it would be the header's (RFC 3261 section 20.10).
    public internal(set) var isBare = false

    /// Host and port.
    public var hostPort: Range<Int>? {
        host.map { $0.range.lowerBound..<(portRange ?? $0.range).upperBound }
    }

    /// The URI that `range` is.
    static func read(
        _ text: Span<UInt8>, in range: Range<Int>, _ header: SIPHeaderName?
    ) throws(SIPError) -> SIPURI {
        let scheme = try readScheme(text, in: range, header)
        let rest = scheme.upperBound + 1..<range.upperBound
        guard !rest.isEmpty else { throw SIPError(.uriMalformed, header, at: range.lowerBound) }
        for offset in rest where isForbidden(text[offset]) { throw SIPError(.uriMalformed, header, at: offset) }
        var reader = SIPURIReader(header)
        let kind = Scheme(text, scheme)
        switch kind {
        case .sip, .sips: try reader.readSIP(text, rest)
        case .tel: try reader.readTelephone(text, rest)
        case .other: reader.readOpaque(rest)
        }
        return reader.uri(kind, range, scheme)
    }

    private static func readScheme(
        _ text: Span<UInt8>, in range: Range<Int>, _ header: SIPHeaderName?
    ) throws(SIPError) -> Range<Int> {
        var end = range.lowerBound
        while end < range.upperBound, isSchemeByte(text[end], isFirst: end == range.lowerBound) { end += 1 }
        guard end > range.lowerBound, end < range.upperBound, text[end] == SIPSyntax.colon else {
            throw SIPError(.uriMalformed, header, at: range.lowerBound)
        }
        return range.lowerBound..<end
    }

    private static func isSchemeByte(_ byte: UInt8, isFirst: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): !isFirst
        default: false
        }
    }

    /// What stands in no URI: blanks, control characters and the marks that enclose one. Bytes above ASCII are let
    /// through, as phones do put names in UTF-8 there.
    private static func isForbidden(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == 0x7f || byte == SIPSyntax.less || byte == SIPSyntax.greater || byte == SIPSyntax.quote
    }
}
